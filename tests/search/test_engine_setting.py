"""What operators see when they change PORTAL_SEARCH_ENGINE."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.caching import note_starter_content
from portal.cli.setup import content_edition
from portal.database import transaction
from portal.extensions import db
from portal.search import search_index
from portal.search.operations import rebuild_index

from ..conftest import close, make_app

MakeApp = Callable[[str], Flask]


@pytest.fixture
def on_engine(tmp_path: Path) -> Iterator[MakeApp]:
    """Applications on one instance folder, each with an engine of its own."""
    made: list[Flask] = []

    def make(engine: str) -> Flask:
        made.append(make_app(tmp_path, search_engine=engine))
        return made[-1]

    yield make
    for app in made:
        close(app)


def index_check(app: Flask) -> tuple[int, bool]:
    response = app.test_client().get("/readyz")
    return response.status_code, response.get_json()["index"]


@pytest.mark.parametrize(("before", "after"), [("whoosh", "tantivy"), ("tantivy", "whoosh")])
def test_setup_makes_the_index_anew_when_the_engine_changes(on_engine: MakeApp, before: str, after: str) -> None:
    old = on_engine(before)
    with old.app_context():
        with transaction():
            note_starter_content(content_edition())
        rebuild_index()
        # As a process that serves: it has the index open.
        search_index().warm()
    assert index_check(old) == (200, True)
    new = on_engine(after)
    assert index_check(new) == (503, False)
    assert new.test_client().get("/en/search?q=passport").status_code == 200
    ran = new.test_cli_runner().invoke(args=["setup"])
    assert (ran.exit_code, ran.output) == (0, "filled the gazetteer\nmaking the search index\n")
    assert index_check(new) == (200, True)
    # Processes that were started before serve on until they are stopped.
    assert index_check(old) == (200, True)
    again = new.test_cli_runner().invoke(args=["setup"])
    assert (again.exit_code, again.output) == (0, "")
    with new.app_context():
        db.session.remove()

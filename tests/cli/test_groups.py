"""What all groups of commands have in common."""

import pytest

from portal import create_app
from tests.conftest import close, new_postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An application whose database was never set up."""
    if request.param == "sqlite":
        yield create_app(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'portico.db'}")
    else:
        with new_postgres_database() as url:
            yield (made := create_app(instance=tmp_path, database_url=url))
            close(made)


@pytest.mark.parametrize(
    "words", ["intents evaluate", "content load", "jobs work --once", "search rebuild", "staff list", "search learn"]
)
def test_without_a_database_commands_say_so_in_a_line(empty, words):
    result = empty.test_cli_runner().invoke(args=words.split())
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: There is no database yet: run `flask --app wsgi setup`\n",
    )


def test_with_a_database_they_work(site_sqlite):
    result = site_sqlite.test_cli_runner().invoke(args=["jobs", "failed"])
    assert (result.exit_code, result.output) == (0, "")

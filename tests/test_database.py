"""Transactions: what a request leaves behind, and writers that do not refuse each other."""

import subprocess
import sys
import textwrap
import threading
import time

import pytest
import sqlalchemy as sa
from flask import abort

from portal.database import BUSY_SECONDS, reads_only, transaction
from portal.extensions import csrf, db
from portal.knowledge.models import Feedback
from portal.knowledge.operations import give_feedback
from tests.conftest import close, make_app


def rows():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Feedback))


@pytest.mark.parametrize(
    ("path", "status", "kept"), [("/good", 200, 1), ("/refused", 400, 0), ("/broken", 500, 0), ("/answered", 422, 0)]
)
def test_only_a_successful_unsafe_request_leaves_something(tmp_path, path, status, kept):
    app = make_app(tmp_path)

    @app.post("/<how>")
    @csrf.exempt
    def write(how):
        give_feedback("/en/", "en", True, "")
        if how == "refused":
            abort(400)
        if how == "broken":
            raise RuntimeError
        return "", 422 if how == "answered" else 200

    assert app.test_client().post(path).status_code == status
    with app.app_context():
        assert rows() == kept
    close(app)


def test_a_safe_request_leaves_nothing(tmp_path):
    app = make_app(tmp_path)

    @app.get("/wrong")
    def write():
        give_feedback("/en/", "en", True, "")
        return ""

    app.test_client().get("/wrong")
    with app.app_context():
        assert rows() == 0
    close(app)


def test_a_view_that_only_reads_keeps_nothing_and_waits_for_no_writer(tmp_path):
    app = make_app(tmp_path)

    @app.post("/ask")
    @csrf.exempt
    @reads_only
    def ask():
        return str(rows())

    @app.post("/wrong")
    @csrf.exempt
    @reads_only
    def write():
        give_feedback("/en/", "en", True, "")
        return ""

    client = app.test_client()
    assert client.post("/wrong").status_code == 200
    with app.app_context(), transaction():
        give_feedback("/en/", "en", True, "")
        db.session.flush()
        # The request has a session of its own; it sees what was committed, at once.
        started = time.monotonic()
        answers = []
        asking = threading.Thread(target=lambda: answers.append(app.test_client().post("/ask").text))
        asking.start()
        asking.join()
        assert answers == ["0"]
        assert time.monotonic() - started < BUSY_SECONDS / 2
    assert client.post("/ask").text == "1"
    close(app)


def test_writers_that_read_first_wait_for_each_other(app):
    """Read, then write, in four processes at once: none is refused, and no step is lost."""
    with transaction():
        db.session.execute(sa.text("UPDATE content_version SET number = 0"))
    settings = app.config["SETTINGS"]
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        import sqlalchemy as sa
        from portal import create_app
        from portal.caching import advance_content_version
        from portal.database import BUSY_SECONDS, reads_only, transaction
        from portal.extensions import db
        app = create_app(instance=Path({str(settings.instance)!r}), database_url={settings.database_url!r})
        with app.app_context():
            for _ in range(25):
                with transaction():
                    db.session.execute(sa.text("SELECT number FROM content_version")).scalar()
                    advance_content_version()
        """
    )
    started = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 4
    assert db.session.execute(sa.text("SELECT number FROM content_version")).scalar() == 100

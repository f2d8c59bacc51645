"""Applications on real databases: SQLite files everywhere, PostgreSQL where the machine has one."""

import functools
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from portal import create_app
from portal.cli.content.load import load_content
from portal.extensions import db
from portal.search.operations import rebuild_index

from .support import needs

POSTGRES = os.environ.get("DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"


def make_app(folder: Path, database_url: str | None = None, **settings: Any) -> Flask:
    """An application with an empty, migrated database in ``folder``, or with the migrated one at ``database_url``."""
    # Named here even for SQLite: the environment may point to a database that is not for tests.
    settings["database_url"] = database_url or f"sqlite:///{folder / 'portico.db'}"
    folder.mkdir(parents=True, exist_ok=True)
    if database_url is None and not (folder / "portico.db").exists():
        (folder / "portico.db").write_bytes(_migrated_sqlite())
    app = create_app(instance=folder, secret_key="for tests only", log_level="WARNING", **settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@functools.cache
def _migrated_sqlite() -> bytes:
    """An empty database, migrated once for all tests of this process: that takes longer than most tests do."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        _migrate(Path(folder), f"sqlite:///{file}")
        return file.read_bytes()


def _migrate(folder: Path, database_url: str) -> None:
    app = create_app(instance=folder, secret_key="for tests only", log_level="WARNING", database_url=database_url)
    with app.app_context():
        upgrade()
    close(app)


def close(app: Flask) -> None:
    for index in app.extensions["search"].values():
        index.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def new_postgres_database(template: str = "template1") -> Iterator[str]:
    """The address of a new PostgreSQL database like the template, which is dropped afterwards."""
    server = sa.make_url(POSTGRES).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"portico_test_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    except sa.exc.OperationalError:
        engine.dispose()
        needs(False, "a PostgreSQL server (DATABASE_URL, or postgres@127.0.0.1:5432)")
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of an empty PostgreSQL database, migrated once, to make others like it from."""
    with new_postgres_database() as url:
        _migrate(tmp_path_factory.mktemp("migrated"), url)
        yield sa.make_url(url).database or ""


@pytest.fixture
def postgres_url(migrated_postgres: str) -> Iterator[str]:
    """The address of a database that is migrated and empty."""
    with new_postgres_database(migrated_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with an empty database, on each engine, inside its application context."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = make_app(tmp_path, url)
    with made.app_context():
        yield made
    close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def starter_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the starter content loaded and indexed; read it, do not write."""
    folder = tmp_path_factory.mktemp("starter")
    made = make_app(folder)
    with made.app_context():
        assert load_content().problems == []
        rebuild_index()
    close(made)
    return folder


@pytest.fixture(scope="session")
def starter(starter_folder: Path) -> Iterator[Flask]:
    """An application with the starter content, shared by all tests that only read."""
    made = make_app(starter_folder)
    yield made
    close(made)


class QueryCount:
    number = 0


@pytest.fixture
def count_queries() -> Any:
    """``with count_queries() as count`` counts the statements sent in the block, in ``count.number``."""

    @contextmanager
    def counting() -> Iterator[QueryCount]:
        count = QueryCount()

        def add(*_args: Any) -> None:
            count.number += 1

        sa.event.listen(db.engine, "before_cursor_execute", add)
        try:
            yield count
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", add)

    return counting


@pytest.fixture
def site_sqlite(tmp_path: Path) -> Iterator[Flask]:
    """An application with an empty SQLite database, inside its application context."""
    made = make_app(tmp_path)
    with made.app_context():
        yield made
    close(made)

"""Connections and transactions.

Operations flush and never commit. The outermost caller commits once: a successful unsafe request does, and so does
``with transaction()`` in jobs and commands. A view that answers an unsafe method and changes nothing is marked with
``reads_only``. On SQLite a unit that may write begins with ``BEGIN IMMEDIATE``, because a transaction that reads first
and writes later is refused at once when another process writes, whatever the timeout.
"""

import contextvars
import functools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, request
from sqlalchemy import Connection, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry

from .extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_SECONDS = 10
V = TypeVar("V", bound=Callable[..., Any])

_writing: contextvars.ContextVar[bool] = contextvars.ContextVar("writing", default=False)


def init_app(app: Flask) -> None:
    """Prepare each engine of the application and commit after each successful unsafe request."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
    app.before_request(_mark_request)
    app.after_request(_finish_request)


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for SQLAlchemy that suit the engine named in the address."""
    # What people wrote must not reach the log by way of an error message.
    options: dict[str, Any] = {"hide_parameters": True}
    if database_url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": BUSY_SECONDS}}
    return options | {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work outside a request: commits at the end, and leaves nothing behind when it fails."""
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver would begin transactions by itself, and only at the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def reads_only(view: V) -> V:
    """Mark a view that changes nothing although its method is unsafe, as where answers must not stand in an address.

    Its request takes no write lock and is never committed. The mark must be on what the route registers: put it
    directly below the route.
    """
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def _may_write() -> bool:
    if request.method in SAFE_METHODS:
        return False
    return not getattr(current_app.view_functions.get(request.endpoint or ""), "reads_only", False)


def _mark_request() -> None:
    _writing.set(_may_write())


def _finish_request(response: Response) -> Response:
    if response.status_code < 400 and _may_write():
        db.session.commit()
    else:
        db.session.rollback()
    return response


def read(statement: sa.Select[Any], **parameters: Any) -> Sequence[sa.Row[Any]]:
    """The rows of a statement over tables. A statement made once, at import, costs a fifth of one over entities."""
    return db.session.connection().execute(statement, parameters).all()


def assign(row: Any, values: dict[str, Any]) -> bool:
    """Set the attributes that differ and say whether any did."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def insert_or_add(model: type[Any], rows: list[dict[str, Any]], *columns: str) -> None:
    """Insert rows; where one with the same primary key is there already, its ``columns`` grow by the new row's.

    Without ``columns`` the one that is there stays as it is. Each row gives the same columns, all that must be given,
    and no two the same key. Writers at the same time lose no number.
    """
    if rows:
        table = model.__table__
        keys = [one.name for one in table.primary_key]
        statement = _insert_or_add(table, columns, db.engine.dialect.name)
        # Row by row, so that the statement is always the same one; in one order everywhere, so that two writers cannot
        # wait for each other.
        db.session.connection().execute(statement, sorted(rows, key=lambda row: [row[name] for name in keys]))


@functools.cache
def _insert_or_add(table: sa.Table, columns: Sequence[str], dialect: str) -> sa.Insert:
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    keys = [one.name for one in table.primary_key]
    if not columns:
        return statement.on_conflict_do_nothing(index_elements=keys)
    added = {column: table.c[column] + statement.excluded[column] for column in columns}
    return statement.on_conflict_do_update(index_elements=keys, set_=added)


def take_slugs(model: type[Any], slugs: list[str], owner: str, owner_id: int) -> None:
    """Take former slugs away from other owners, because they lead to this one from now on."""
    table = model.__table__
    db.session.execute(sa.delete(table).where(table.c.slug.in_(slugs), table.c[owner] != owner_id))


def replace_rows(model: type[Any], owner: str, owner_id: int, wanted: list[dict[str, Any]]) -> bool:
    """Make the rows of ``model`` that belong to an owner be the wanted ones, and say whether they differed.

    Each wanted mapping gives all columns but the owner's and generated ones, the same columns in each.
    """
    table = model.__table__
    current = db.session.execute(sa.select(table).where(table.c[owner] == owner_id)).mappings().all()
    names = list(wanted[0]) if wanted else []
    have = [{name: row[name] for name in names} for row in current]
    if len(have) == len(wanted) and all(row in have for row in wanted):
        return False
    db.session.execute(sa.delete(table).where(table.c[owner] == owner_id))
    db.session.add_all(model(**{owner: owner_id}, **values) for values in wanted)
    db.session.flush()
    return True

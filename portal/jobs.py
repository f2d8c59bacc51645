"""The outbox: work that leaves the process, recorded in the transaction that causes it and done after the commit.

A row is claimed with a lease and a fencing number. A worker that was killed or was too slow loses its claim, and what
it still tries to finish is refused, because the number has moved on. A task must therefore be harmless to repeat;
``effect_key`` names the effect, so that a receiver can tell a repetition.
"""

import datetime
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import transaction
from .extensions import Json, Model, db

LEASE = datetime.timedelta(seconds=60)
MAX_ATTEMPTS = 10
BATCH = 200

log = logging.getLogger(__name__)
Handler = Callable[[list[dict[str, Any]]], None]
_handlers: dict[str, Handler] = {}
_daily: list[Callable[[], None]] = []


class OutboxRow(Model):
    """One effect that is still to be made."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_ready", "ready_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str]
    effect_key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime.datetime]
    ready_at: Mapped[datetime.datetime]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


@dataclass(frozen=True)
class Claim:
    """Rows of one task that this worker may work on until the lease ends."""

    task: str
    fences: dict[int, int]
    payloads: list[dict[str, Any]]


def handles(task: str) -> Callable[[Handler], Handler]:
    """The decorated function does all pending rows of ``task``: it gets their payloads, oldest first."""

    def register(handler: Handler) -> Handler:
        _handlers[task] = handler
        return handler

    return register


def enqueue(task: str, payload: dict[str, Any], *, at: datetime.datetime | None = None) -> None:
    """Add a row to the outbox, in the running transaction. With ``at`` (UTC) it is done at that time."""
    ready = max(at, _now()) if at else _now()
    db.session.add(
        OutboxRow(
            task=task, effect_key=f"{task}:{uuid.uuid4()}", payload=payload, created_at=ready, ready_at=ready, fence=0
        )
    )
    db.session.flush()


def claim() -> Claim | None:
    """Claim up to a batch of the oldest ready rows that share a task; None when there are none."""
    now = _now()
    with transaction():
        first = db.session.execute(
            sa.select(OutboxRow.task).where(_ready(now)).order_by(OutboxRow.id).limit(1)
        ).scalar_one_or_none()
        if first is None:
            return None
        rows = db.session.scalars(
            sa.select(OutboxRow)
            .where(_ready(now), OutboxRow.task == first)
            .order_by(OutboxRow.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.fence += 1
            row.attempts += 1
            row.ready_at = now + LEASE
        return Claim(first, {row.id: row.fence for row in rows}, [row.payload for row in rows]) if rows else None


def finish(done: Claim) -> int:
    """Remove the rows of a claim and return how many still belonged to it."""
    removed = 0
    with transaction():
        for row_id, fence in done.fences.items():
            result = db.session.execute(sa.delete(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.fence == fence))
            removed += result.rowcount  # type: ignore[attr-defined]
    return removed


def work_once() -> int:
    """Do one batch and return its number of rows; 0 when nothing is ready. A failure is kept and tried again later."""
    work = claim()
    if work is None:
        return 0
    handler = _handlers.get(work.task)
    try:
        if handler is None:
            raise LookupError(f"no handler for {work.task}")
        handler(work.payloads)
    except Exception as error:
        if handler is None or len(work.payloads) == 1:
            log.exception("task %s failed", work.task)
            _postpone(work, f"{type(error).__name__}: {error}"[:500])
        else:
            _work_singly(work, handler)
    else:
        finish(work)
    return len(work.fences)


def _work_singly(work: Claim, handler: Handler) -> None:
    """Do the rows of a batch that failed one by one, so that a bad one does not hold up the others."""
    for (row_id, fence), payload in zip(work.fences.items(), work.payloads, strict=True):
        single = Claim(work.task, {row_id: fence}, [payload])
        try:
            handler([payload])
        except Exception as error:
            log.exception("task %s failed", work.task)
            _postpone(single, f"{type(error).__name__}: {error}"[:500])
        else:
            finish(single)


def every_day(call: Callable[[], None]) -> Callable[[], None]:
    """Call the decorated function in a transaction when a worker starts and when the day (UTC) changes.

    Several workers each call it, so it must be harmless to repeat.
    """
    if call not in _daily:
        _daily.append(call)
    return call


def start_day() -> None:
    """Do what is to be done every day."""
    for call in _daily:
        with transaction():
            call()


def work_forever(pause_seconds: float = 0.5) -> None:
    """Do what is ready, then look again after a pause. Returns only by an exception."""
    day = None
    while True:
        if day != _now().date():
            day = _now().date()
            start_day()
        if work_once() == 0:
            db.session.remove()
            time.sleep(pause_seconds)


def discard(task: str, before: datetime.datetime) -> None:
    """Remove the rows of a task that were recorded before a time, because their effect has been made otherwise."""
    db.session.execute(sa.delete(OutboxRow).where(OutboxRow.task == task, OutboxRow.created_at < before))


def waiting() -> tuple[int, float]:
    """Rows that are to be done by now, and the age in seconds of the oldest. Rows that were given up do not count."""
    count, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(OutboxRow.created_at)).where(
            OutboxRow.attempts < MAX_ATTEMPTS, OutboxRow.created_at <= _now()
        )
    ).one()
    return count, (_now() - oldest).total_seconds() if count else 0.0


def given_up() -> list[tuple[int, str, str]]:
    """(id, task, last error) of the rows that failed too often to be tried again by themselves."""
    rows = db.session.execute(
        sa.select(OutboxRow.id, OutboxRow.task, OutboxRow.error)
        .where(OutboxRow.attempts >= MAX_ATTEMPTS)
        .order_by(OutboxRow.id)
    )
    return [(row.id, row.task, row.error or "") for row in rows]


def try_again() -> int:
    """Give the rows that were given up a new start; returns how many. The caller commits."""
    result = db.session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.attempts >= MAX_ATTEMPTS)
        .values(attempts=0, created_at=_now(), ready_at=_now())
    )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def _ready(now: datetime.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(OutboxRow.ready_at <= now, OutboxRow.attempts < MAX_ATTEMPTS)


def _postpone(work: Claim, error: str) -> None:
    with transaction():
        for row_id, fence in work.fences.items():
            row = db.session.get(OutboxRow, row_id)
            if row is not None and row.fence == fence:
                row.error = error
                row.ready_at = _now() + datetime.timedelta(seconds=2**row.attempts)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

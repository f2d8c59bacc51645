"""The life of visits that may be counted: they start, and are taken in when they have rested, without an operator."""

import datetime
import secrets

import sqlalchemy as sa

from ... import jobs
from ...extensions import db
from ..models import RunningVisit
from ..queries.lists import trial_now
from ..store import now, start
from .counting import take_in

TAKE_IN = "related.take_in"
# A task that is due sooner may be in the hands of a worker that does not see what is written now.
SOON = datetime.timedelta(minutes=1)


def start_visit(idle: datetime.timedelta) -> str:
    """Begin a visit, and give its key. While a trial runs, half of the visits get their lists from it."""
    key = start(secrets.choice("ab") if trial_now() is not None else "a")
    _look_again(now() + idle)
    return key


def take_in_rested(idle: datetime.timedelta) -> int:
    """Count what has rested, see to it that somebody looks again while visits run, and give how many were counted."""
    taken = take_in(idle)
    oldest = db.session.scalar(sa.select(sa.func.min(RunningVisit.used_at)))
    if oldest is not None:
        _look_again(oldest + idle)
    return taken


def _look_again(at: datetime.datetime) -> None:
    row = jobs.OutboxRow
    waiting = sa.select(row.id).where(row.task == TAKE_IN, row.attempts == 0, row.ready_at > now() + SOON)
    if db.session.scalar(waiting.limit(1)) is None:
        # A little later than then, so that it has rested for certain; and never so soon that it could be missed.
        jobs.enqueue(TAKE_IN, {}, at=max(at, now()) + 2 * SOON)

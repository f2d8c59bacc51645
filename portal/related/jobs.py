"""What is done without an operator: visits that have rested are counted, counts fade, snapshots are published."""

from typing import Any

from .. import jobs
from ..caching import today
from ..database import transaction
from .operations.counting import let_fade, publish, take_in
from .operations.visits import TAKE_IN, take_in_rested
from .visits import idle_time


@jobs.handles(TAKE_IN)
def take_in_visits(_payloads: list[dict[str, Any]]) -> None:
    """Count the visits that have ended. Each batch is counted and deleted in one transaction, so no visit twice."""
    taken = 1
    while taken:
        with transaction():
            taken = take_in_rested(idle_time())


@jobs.every_day
def learn() -> None:
    """Let the counts fade, count what has ended, and publish what is told of it, if there is enough."""
    let_fade(today())
    while take_in(idle_time()):
        pass
    publish()

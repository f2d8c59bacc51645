"""When somebody should look at how lists are made."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Alarm = Literal["late", "empty", "changed"]
ALARMS: Sequence[Alarm] = ("late", "empty", "changed")
WAIT = datetime.timedelta(days=2)
MOST_CHANGED = 0.2


@dataclass(frozen=True)
class Health:
    """How publishing goes. ``waits_since`` is when the oldest visit came that could have been published; None for none.

    ``pairs`` is whether the snapshot tells of any pair, ``changed`` the share of its links that were new; both are None
    without a snapshot.
    """

    waits_since: datetime.datetime | None
    has_pairs: bool | None
    changed: float | None


def alarms(health: Health, at: datetime.datetime) -> tuple[Alarm, ...]:
    """What is wrong at a time (UTC)."""
    found = {
        "late": health.waits_since is not None and at - health.waits_since > WAIT,
        "empty": health.has_pairs is False,
        "changed": health.changed is not None and health.changed > MOST_CHANGED,
    }
    return tuple(one for one in ALARMS if found[one])

"""How lists are used, and whether publishing goes on: figures for editors and operators."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...caching import today
from ...database import read
from ..models import ArmDay, RelatedState, RelatedUse, RunningVisit, Snapshot
from ..rules.alarms import Health
from ..rules.report import Arm, told_share
from .lists import behaviours_now

# What is told of the use of links is that of so many days.
DAYS = 28
_use = RelatedUse.__table__.c
_arm = ArmDay.__table__.c
_state = RelatedState.__table__.c
_snapshot = Snapshot.__table__.c


@dataclass(frozen=True, slots=True)
class Use:
    """How often a link was shown, followed, and called not relevant."""

    shown: int = 0
    followed: int = 0
    not_relevant: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(self.shown + other.shown, self.followed + other.followed, self.not_relevant + other.not_relevant)


@dataclass(frozen=True, slots=True)
class Group:
    """How often links of one kind, or on one kind of page, were followed, in per cent; None where too few saw them."""

    name: str
    rate: int | None


def uses_of(source_id: int) -> dict[int, Use]:
    """The use of the links of a service, by target."""
    return {
        row.target_id: Use(row.shown, row.followed, row.not_relevant)
        for row in read(_sums(_use.target_id).where(_use.source_id == source_id))
    }


def shown_by_target() -> dict[int, int]:
    """How often each service was shown in lists."""
    return {row.target_id: row.shown for row in read(_sums(_use.target_id))}


def rates_by_place(least: int) -> list[Group]:
    """How often links were followed, by the kind of page."""
    uses = {row.place: Use(row.shown, row.followed, row.not_relevant) for row in read(_sums(_use.place))}
    return groups(uses, least)


def uses_of_links() -> dict[tuple[int, int], Use]:
    """The use of every link, by source and target."""
    rows = read(_sums(_use.source_id, _use.target_id))
    return {(row.source_id, row.target_id): Use(row.shown, row.followed, row.not_relevant) for row in rows}


def groups(uses: Mapping[str, Use], least: int) -> list[Group]:
    """The rates of groups of links, by name."""
    return [Group(name, told_share(use.followed, use.shown, least)) for name, use in sorted(uses.items())]


def arms(since: datetime.date) -> dict[str, Arm]:
    """How the visits that ended since a day did, by the arm of the trial."""
    rows = read(
        sa.select(_arm.arm, *(sa.func.sum(_arm[name]).label(name) for name in ("visits", "with_click", "searches")))
        .where(_arm.day >= since)
        .group_by(_arm.arm)
        .order_by(_arm.arm)
    )
    return {row.arm: Arm(int(row.visits), int(row.with_click), int(row.searches)) for row in rows}


def health(least: int) -> Health:
    """How publishing goes: see ``rules.alarms``."""
    (state,) = read(sa.select(_state.fresh_visits, _state.snapshot_id))
    changed = read(sa.select(_snapshot.changed).where(_snapshot.id == state.snapshot_id))
    latest = read(sa.select(sa.func.max(_snapshot.made_at).label("at")))[0].at
    waiting = read(sa.select(sa.func.min(RunningVisit.__table__.c.used_at).label("at")))[0].at
    if state.fresh_visits >= least:
        since = sa.select(sa.func.min(_arm.day).label("day"))
        counted = read(since.where(_arm.day > latest.date()) if latest else since)[0].day
        waiting = min((one for one in (waiting, _midnight(counted)) if one is not None), default=None)
    if not changed:
        return Health(waiting, None, None)
    return Health(waiting, any(one.pairs for one in behaviours_now().values()), changed[0].changed)


def _midnight(day: datetime.date | None) -> datetime.datetime | None:
    return datetime.datetime.combine(day, datetime.time()) if day is not None else None


def _sums(*by: Any) -> sa.Select[Any]:
    sums = (sa.func.sum(_use[name]).label(name) for name in ("shown", "followed", "not_relevant"))
    since = today() - datetime.timedelta(days=DAYS - 1)
    return sa.select(*by, *sums).where(_use.day >= since).group_by(*by)

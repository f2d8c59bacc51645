"""Counting visits that have ended, and publishing what many of them tell."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ...caching import advance_content_version, today
from ...catalogue.models import Service
from ...database import insert_or_add, read
from ...extensions import db
from ..models import ArmDay, PairCount, RelatedState, RelatedUse, ServiceCount, Snapshot
from ..queries.published import NATIONWIDE, told_of
from ..rules.behaviour import Behaviour, band, behaviour_of, share_changed
from ..rules.counts import (
    PAIR_NOISE,
    SERVICE_NOISE,
    Count,
    Tally,
    add_visit,
    decay,
    pair_name,
    release,
    service_name,
)
from ..store import Visit, now, take_rested

BATCH = 500
# Counts that are as good as nothing are deleted.
LEAST_COUNT = 0.25
SNAPSHOTS_KEPT = 5
USE_KEPT_DAYS = 180
_state = RelatedState.__table__
_MORE_VISITS = sa.update(RelatedState).values(fresh_visits=_state.c.fresh_visits + sa.bindparam("counted"))
_ORDINARY = sa.select(Service.__table__.c.id).where(
    Service.__table__.c.id.in_(sa.bindparam("ids", expanding=True)), sa.not_(Service.__table__.c.sensitive)
)


def take_in(idle: datetime.timedelta) -> int:
    """Count visits that have rested and delete what was kept of them, in the running transaction; gives how many.

    At most ``BATCH`` at a time. Several workers may do it at once.
    """
    visits = take_rested(idle, BATCH)
    if visits:
        count_visits(visits)
    return len(visits)


def count_visits(visits: Sequence[Visit]) -> None:
    """Add visits to the counts of the country and of their region."""
    seen = {service for visit in visits for service in visit.seen}
    ordinary = {row.id for row in read(_ORDINARY, ids=list(seen))} if seen else set()
    tallies: dict[str, Tally] = defaultdict(Tally)
    counted = 0
    for visit in visits:
        weights = {service: weight for service, weight in visit.weights.items() if service in ordinary}
        if weights:
            counted += 1
            for region in {NATIONWIDE, visit.region}:
                add_visit(tallies[region], weights)
    fresh = ("fresh_visits", "fresh_weight")
    services = [
        {"service_id": one} | _row(region, count)
        for region, tally in tallies.items()
        for one, count in tally.services.items()
    ]
    insert_or_add(ServiceCount, services, *fresh)
    pairs = [
        {"service_id": one, "other_id": other} | _row(region, count)
        for region, tally in tallies.items()
        for (one, other), count in tally.pairs.items()
    ]
    insert_or_add(PairCount, pairs, *fresh)
    arms = Counter(visit.arm for visit in visits)
    clicks = Counter(visit.arm for visit in visits if visit.follows)
    searches: Counter[str] = Counter()
    for visit in visits:
        searches[visit.arm] += visit.searches
    rows = [
        {"day": today(), "arm": arm, "visits": arms[arm], "with_click": clicks[arm], "searches": searches[arm]}
        for arm in arms
    ]
    insert_or_add(ArmDay, rows, "visits", "with_click", "searches")
    db.session.connection().execute(_MORE_VISITS, {"counted": counted})


def _row(region: str, count: Count) -> dict[str, Any]:
    return {
        "region": region,
        "fresh_visits": count.fresh_visits,
        "fresh_weight": count.fresh_weight,
        "visits": 0.0,
        "weight": 0.0,
        "rounds": 0,
    }


def let_fade(day: datetime.date) -> None:
    """Let all counts fade by the days since this was done last, and delete those that are as good as nothing."""
    state = db.session.get_one(RelatedState, 1, with_for_update=True)
    if state.decayed_on is not None and state.decayed_on < day:
        left = decay((day - state.decayed_on).days)
        for model in (ServiceCount, PairCount):
            names = ("fresh_visits", "fresh_weight", "visits", "weight")
            columns = model.__table__.c
            db.session.execute(sa.update(model).values({name: columns[name] * left for name in names}))
            db.session.execute(sa.delete(model).where(columns.fresh_visits + columns.visits < LEAST_COUNT))
        db.session.execute(sa.delete(RelatedUse).where(RelatedUse.day < day - datetime.timedelta(days=USE_KEPT_DAYS)))
    if state.decayed_on is None or state.decayed_on < day:
        state.decayed_on = day


def publish(*, at_once: bool = False) -> Snapshot | None:
    """Publish what the counts tell by now, if enough visits came in; None where nothing was published.

    At most once a day, unless ``at_once``. Never for fewer new visits than must stand behind anything that is told.
    """
    k: int = current_app.config["RELATED_LEAST"]
    state = db.session.get_one(RelatedState, 1, with_for_update=True)
    before = db.session.get(Snapshot, state.snapshot_id) if state.snapshot_id else None
    if state.fresh_visits < k or (before is not None and before.made_at.date() == today() and not at_once):
        return None
    behaviours = _released(k, write=True)
    snapshot = Snapshot(made_at=now(), visits=band(state.fresh_visits), **_told(behaviours))
    snapshot.changed = share_changed(told_of(before), behaviours, state.beta) if before is not None else None
    db.session.add(snapshot)
    db.session.flush()
    state.snapshot_id, state.fresh_visits = snapshot.id, 0
    kept = sa.select(Snapshot.id).order_by(Snapshot.id.desc()).limit(SNAPSHOTS_KEPT)
    db.session.execute(sa.delete(Snapshot).where(Snapshot.id.not_in(list(db.session.scalars(kept)))))
    advance_content_version()
    return snapshot


def next_behaviours() -> dict[str, Behaviour]:
    """What a snapshot would tell now, by region, without publishing it. Nothing is changed."""
    return _released(current_app.config["RELATED_LEAST"], write=False)


def _released(k: int, *, write: bool) -> dict[str, Behaviour]:
    secret = current_app.config["SECRET_KEY"].encode()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for model, keys, noise in (
        (ServiceCount, ("service_id",), SERVICE_NOISE),
        (PairCount, ("service_id", "other_id"), PAIR_NOISE),
    ):
        columns = model.__table__.c
        released = []
        for row in read(sa.select(*columns).where(sa.or_(columns.fresh_visits >= k, columns.visits >= k))):
            count = Count(row.fresh_visits, row.fresh_weight, row.visits, row.weight, row.rounds)
            tally = tallies[row.region]
            if model is ServiceCount:
                tally.services[row.service_id] = count
                name = service_name(row.region, row.service_id)
            else:
                tally.pairs[row.service_id, row.other_id] = count
                name = pair_name(row.region, (row.service_id, row.other_id))
            if release(count, k, secret, name, noise * k):
                released.append((row, count))
        if write and released:
            _write_released(model, keys, released)
    return {region: behaviour_of(tallies[region], k, secret, region) for region in sorted(tallies)}


def _write_released(model: type[Any], keys: Sequence[str], released: Sequence[tuple[Any, Count]]) -> None:
    table = model.__table__
    names = ("region", *keys)
    statement = (
        sa.update(table)
        .where(*(table.c[name] == sa.bindparam(f"of_{name}") for name in names))
        .values(
            {
                name: sa.bindparam(f"new_{name}")
                for name in ("fresh_visits", "fresh_weight", "visits", "weight", "rounds")
            }
        )
    )
    db.session.connection().execute(
        statement,
        [
            {f"of_{name}": getattr(row, name) for name in names}
            | {
                "new_fresh_visits": count.fresh_visits,
                "new_fresh_weight": count.fresh_weight,
                "new_visits": count.visits,
                "new_weight": count.weight,
                "new_rounds": count.rounds,
            }
            for row, count in released
        ],
    )


def _told(behaviours: dict[str, Behaviour]) -> dict[str, Any]:
    return {
        "services": {
            region: {str(service): weight for service, weight in sorted(one.services.items())}
            for region, one in behaviours.items()
        },
        "pairs": {
            region: [
                [service, other, weight, told]
                for service, others in sorted(one.pairs.items())
                for other, (weight, told) in sorted(others.items())
                if service < other
            ]
            for region, one in behaviours.items()
        },
    }

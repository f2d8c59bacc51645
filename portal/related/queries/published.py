"""What the current snapshot tells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ...database import read
from ..models import Snapshot
from ..rules.behaviour import Behaviour

# The region of counts of the whole country.
NATIONWIDE = ""
Pairs = dict[int, dict[int, tuple[float, int]]]


def behaviours_of(snapshot_id: int | None) -> dict[str, Behaviour]:
    """What a snapshot tells, by region; nothing where there is none."""
    rows = read(sa.select(Snapshot.__table__).where(Snapshot.__table__.c.id == snapshot_id)) if snapshot_id else ()
    return told_of(rows[0]) if rows else {}


def told_of(snapshot: Any) -> dict[str, Behaviour]:
    """What the row of a snapshot tells, by region."""
    return {
        region: Behaviour(
            {int(service): weight for service, weight in services.items()}, both_orders(snapshot.pairs.get(region, []))
        )
        for region, services in snapshot.services.items()
    }


def both_orders(pairs: Iterable[Sequence[float]]) -> Pairs:
    """Pairs (service, other, weight, band) to be looked up from either."""
    found: Pairs = defaultdict(dict)
    for one, other, weight, told in pairs:
        found[int(one)][int(other)] = found[int(other)][int(one)] = (weight, int(told))
    return dict(found)

"""What visits count for, and what of the counts may be told.

Every number that a list is made of is released in blocks: it stays as it was until at least ``k`` further visits have
changed it, and a secret number of visits more. Then its weight is told with noise. So no list, and no change of a list,
tells of fewer than ``k`` visits; somebody who makes up visits of their own cannot tell at which of them one more visit
was there; and somebody who knew all visits but one could not read that one off the numbers. Secret numbers and noise
depend on the portal's key alone, so asking again tells nothing new.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

# What a visit did with a service counts so much; a view that our own list brought about counts less, because the list
# would otherwise teach itself.
SIGNALS: dict[str, float] = {"followed": 0.3, "viewed": 1.0, "likely": 1.2, "applied": 1.5, "contacted": 1.5}
# Services of one visit that count.
MOST = 15
LEAST_K = 5
HALF_LIFE_DAYS = 90
# The deviation of the noise on each released weight, in multiples of k. One visit moves the weights of its pairs by √½n
# at most, taken together, and those of its n services by √n.
PAIR_NOISE, SERVICE_NOISE = 0.25, 0.6
_NORMAL = NormalDist()

Pair = tuple[int, int]


@dataclass(slots=True)
class Count:
    """What a service or a pair of services counts. ``fresh`` is what came since the last release, as (visits, weight).

    ``visits`` and ``weight`` are what was released last, ``rounds`` how often.
    """

    fresh_visits: float = 0.0
    fresh_weight: float = 0.0
    visits: float = 0.0
    weight: float = 0.0
    rounds: int = 0


@dataclass(slots=True)
class Tally:
    """Counts of services, and of pairs with the lower id first."""

    services: dict[int, Count] = field(default_factory=dict)
    pairs: dict[Pair, Count] = field(default_factory=dict)


def add_visit(tally: Tally, visit: Mapping[int, float]) -> None:
    """Count a visit: the weight of each service in it, at most ``MOST`` of them, the weightiest.

    A pair gets the product of both weights, over the square root of the number of services, so that a long visit
    cannot move the counts by more than a short one.
    """
    weights = sorted(visit.items(), key=lambda one: (-one[1], one[0]))[:MOST] if len(visit) > MOST else visit.items()
    seen = sorted(weights)
    share = len(seen) ** -0.5 if seen else 0.0
    services, pairs = tally.services, tally.pairs
    for at, (one, weight) in enumerate(seen):
        count = services.get(one)
        if count is None:
            count = services[one] = Count()
        count.fresh_visits += 1
        count.fresh_weight += weight
        weight *= share  # noqa: PLW2901 - what the pairs of this service share
        for other, other_weight in seen[at + 1 :]:
            pair = (one, other)
            count = pairs.get(pair)
            if count is None:
                count = pairs[pair] = Count()
            count.fresh_visits += 1
            count.fresh_weight += weight * other_weight


def tally_of(visits: Iterable[Mapping[int, float]]) -> Tally:
    """The counts of visits that have not been released."""
    tally = Tally()
    for visit in visits:
        add_visit(tally, visit)
    return tally


def threshold(k: int, secret: bytes, name: str, rounds: int) -> int:
    """How many further visits it takes until a count is released: ``k`` to ``2 k``, which of them nobody can tell."""
    return k + _drawn(secret, f"threshold {name} {rounds}") % (k + 1)


def release(count: Count, k: int, secret: bytes, name: str, noise: float) -> bool:
    """Release what came since the last time, if it is enough; says whether it was. ``noise`` is the deviation."""
    if count.fresh_visits < k or count.fresh_visits < threshold(k, secret, name, count.rounds):
        return False
    share = (_drawn(secret, f"noise {name} {count.rounds}") + 0.5) / 2**64
    count.visits += count.fresh_visits
    count.weight = max(0.0, count.weight + count.fresh_weight + noise * _NORMAL.inv_cdf(share))
    count.fresh_visits = count.fresh_weight = 0.0
    count.rounds += 1
    return True


def visits_told(count: Count, k: int, secret: bytes, name: str) -> float | None:
    """So many visits at least stand behind what was released, or None for too few: counts fade.

    It is told at most as exactly as the last release was, so that the day on which it ends tells nothing either.
    """
    if count.rounds == 0:
        return None
    last = threshold(k, secret, name, count.rounds - 1)
    return count.visits - (last - k) if count.visits >= last else None


def release_all(tally: Tally, k: int, secret: bytes, region: str = "") -> None:
    """Release all counts of a region that may be."""
    for service, count in tally.services.items():
        release(count, k, secret, service_name(region, service), SERVICE_NOISE * k)
    for pair, count in tally.pairs.items():
        if count.fresh_visits >= k:
            release(count, k, secret, pair_name(region, pair), PAIR_NOISE * k)


def service_name(region: str, service: int) -> str:
    """By what the secret numbers of a service are drawn."""
    return f"{region} {service}"


def pair_name(region: str, pair: Pair) -> str:
    """By what those of a pair are drawn."""
    return f"{region} {pair[0]} {pair[1]}"


def _drawn(secret: bytes, name: str) -> int:
    return int.from_bytes(hmac.digest(secret, name.encode(), "sha256")[:8])


def decay(days: float) -> float:
    """What is left of a count after so many days."""
    left: float = 0.5 ** (days / HALF_LIFE_DAYS)
    return left

"""What people who looked at one service also looked at: the score of section 3 of the research, over released counts.

    score(j | seen) = sum over i in seen of  C[i,j] / ((c[i] + 1) * (c[j] + 1) ** beta)

``C`` are the weights of pairs with at least ``k`` visits, ``c`` those of services. With ``beta`` 0 it is what most
people do next, with 0.4 and more what is specific to a service.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .counts import Tally, pair_name, service_name, visits_told

BETA = 0.25
# Where the bands begin in which editors see how many visits stand behind a link.
BANDS = (10, 20, 50, 200, 1000)


@dataclass(frozen=True)
class Behaviour:
    """Released counts of one region. ``pairs`` has (weight, band) by both orders: ``pairs[i][j]``."""

    services: Mapping[int, float] = field(default_factory=dict)
    pairs: Mapping[int, Mapping[int, tuple[float, int]]] = field(default_factory=dict)

    def scores(self, seen: Iterable[int], beta: float) -> dict[int, float]:
        """The score of every service that goes with one of ``seen``; those seen are among them."""
        scores: dict[int, float] = defaultdict(float)
        for one in seen:
            own = self.services.get(one, 0.0) + 1
            for other, (weight, _) in self.pairs.get(one, {}).items():
                scores[other] += weight / (own * (self.services.get(other, 0.0) + 1) ** beta)
        return scores

    @cached_property
    def most_used(self) -> tuple[int, ...]:
        """All services with released counts, the most used first."""
        return tuple(sorted(self.services, key=lambda one: (-self.services[one], one)))

    def ranked(self, seen: Collection[int], beta: float) -> list[int]:
        """All services but those seen: what goes with them, best first, then what is most used."""
        scores = self.scores(seen, beta)
        known = set(seen)
        best = sorted((one for one in scores if one not in known), key=lambda one: (-scores[one], one))
        return [*best, *(one for one in self.most_used if one not in known and one not in scores)]


def behaviour_of(tally: Tally, k: int, secret: bytes, region: str = "") -> Behaviour:
    """What the released counts of a tally tell. Nothing of fewer than ``k`` visits is in it."""
    pairs: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
    for (one, other), count in tally.pairs.items():
        visits = visits_told(count, k, secret, pair_name(region, (one, other)))
        if visits is not None:
            pairs[one][other] = pairs[other][one] = (round(count.weight, 4), band(visits))
    services = {
        one: round(count.weight, 4)
        for one, count in tally.services.items()
        if visits_told(count, k, secret, service_name(region, one)) is not None
    }
    return Behaviour(services, dict(pairs))


def band(visits: float) -> int:
    """The number of visits as it is told: the highest bound of ``BANDS`` that it reaches, or the lowest threshold."""
    return max((bound for bound in BANDS if visits >= bound), default=5)


def first_links(behaviours: Mapping[str, Behaviour], beta: float, most: int = 5) -> set[tuple[str, int, int]]:
    """The links that lists by behaviour alone would show: region, service, other."""
    links: set[tuple[str, int, int]] = set()
    for region, behaviour in behaviours.items():
        for service in behaviour.pairs:
            scores = behaviour.scores((service,), beta)
            best = sorted(scores, key=lambda one: (-scores[one], one))[:most]
            links.update((region, service, other) for other in best)
    return links


def share_changed(before: Mapping[str, Behaviour], after: Mapping[str, Behaviour], beta: float) -> float:
    """The share of the links after that there were not before, or of those before where nothing is left."""
    old, new = first_links(before, beta), first_links(after, beta)
    if not new:
        return 1.0 if old else 0.0
    return round(len(new - old) / len(new), 4)

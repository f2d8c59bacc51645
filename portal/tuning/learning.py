"""How use moves the order of answers: slowly, within bounds, and back again when the use ends. Nothing here has I/O.

Somebody who follows one result of a page says something about all that the page showed. What came first is followed
more often whatever it is, so each document is compared with what was to be expected at its positions. A factor
multiplies a document's score; it is 1 where nothing is known.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from ..search.adjustments import LEARNED_LEAST, LEARNED_MOST

# So much use that shows nothing is added to what there is: few clicks move little.
SHRINK = 10.0
# A factor moves so far in a day at most.
STEP = 0.05
# Use of so many days counts; what is older is forgotten.
WINDOW_DAYS = 90
# The share of those who follow a result at each position, before this portal has seen any: as 1/position, of ten.
_BEFORE = tuple(1 / position / sum(1 / other for other in range(1, 11)) for position in range(1, 11))
# How many pages that counts as.
_BEFORE_PAGES = 200

Thing = TypeVar("Thing", bound=Hashable)


class Use(NamedTuple):
    """How often something stood at a position of a page of which something was followed, and was what was followed."""

    position: int
    shown: float
    followed: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of a document, and what was to be expected."""

    seen: float
    expected: float

    @property
    def target(self) -> float:
        """Where the factor moves to."""
        return bounded((self.seen + SHRINK) / (self.expected + SHRINK))


NOTHING = Evidence(0.0, 0.0)


def bounded(factor: float) -> float:
    """The factor, no further from 1 than one may be."""
    return min(max(factor, LEARNED_LEAST), LEARNED_MOST)


def moved(factor: float, target: float) -> float:
    """The factor after one more day."""
    return round(bounded(min(max(target, factor - STEP), factor + STEP)), 4)


def shares_by_position(uses: Iterable[Use]) -> dict[int, float]:
    """The share of pages with each position on which it was what was followed, over all queries."""
    shown: dict[int, float] = defaultdict(float)
    followed: dict[int, float] = defaultdict(float)
    for use in uses:
        shown[use.position] += use.shown
        followed[use.position] += use.followed
    return {
        position: (followed[position] + _BEFORE_PAGES * _before(position)) / (shown[position] + _BEFORE_PAGES)
        for position in shown
    }


def evidence_of_query(uses: Mapping[Thing, Iterable[Use]], shares: Mapping[int, float]) -> dict[Thing, Evidence]:
    """What the documents of one query were followed, and what was to be expected of their positions.

    As much is expected of all of them together as was seen.
    """
    seen = {thing: sum(use.followed for use in some) for thing, some in uses.items()}
    expected = {
        thing: sum(use.shown * shares.get(use.position, _before(use.position)) for use in some)
        for thing, some in uses.items()
    }
    whole = sum(expected.values())
    scale = sum(seen.values()) / whole if whole else 0.0
    return {thing: Evidence(seen[thing], expected[thing] * scale) for thing in uses}


def evidence_of_helping(helped: Mapping[Thing, tuple[int, int]]) -> dict[Thing, Evidence]:
    """The same from what people said, by things with how often each helped and did not: compared with all together."""
    yes = sum(one for one, _ in helped.values())
    both = sum(one + other for one, other in helped.values())
    share = yes / both if both else 0.0
    return {thing: Evidence(float(one), (one + other) * share) for thing, (one, other) in helped.items()}


def _before(position: int) -> float:
    return _BEFORE[min(position, len(_BEFORE)) - 1]

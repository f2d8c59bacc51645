"""Figures of the lists: how often a link was shown, followed and called not relevant. Nobody is in them.

What a list shows goes with its page as a signed text, so that a page from a cache is counted as it was made, and
nobody counts for links that were not shown.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, current_app
from itsdangerous import BadSignature, URLSafeSerializer

from ..caching import today
from ..counters import Counters, counters_of, is_first_today, keep_counters
from ..database import insert_or_add
from .models import RelatedUse
from .queries.lists import Related

# The arm of lists as everyone sees them, without a visit.
PUBLIC = "public"
USES = ("shown", "followed", "not_relevant")
NAME = "uses of related services"
MAX_TEXT = 1_000

log = logging.getLogger(__name__)


class LinkUse(NamedTuple):
    """One use of a link: ``kind`` is one of ``USES``, the rest as in ``models.RelatedUse``."""

    kind: str
    arm: str
    place: str
    source: int
    target: int


@dataclass(frozen=True)
class Listed:
    """The links of a list that somebody has before them, as (source, target), in order."""

    arm: str
    place: str
    links: tuple[tuple[int, int], ...]

    def use(self, kind: str, number: int) -> LinkUse | None:
        """A use of the link with a number, counted from 1; None where there is none."""
        return LinkUse(kind, self.arm, self.place, *self.links[number - 1]) if 1 <= number <= len(self.links) else None


def init_app(app: Flask) -> None:
    keep_counters(app, NAME, Counters(NAME, record_uses))


def listed(arm: str, place: str, sources: Sequence[int], found: Sequence[Related]) -> Listed:
    """What a list shows. A link that no service brought counts for the first of the sources."""
    first = sources[0] if sources else 0
    return Listed(arm, place, tuple((one.reason.source or first, one.service.id) for one in found))


def signed(shown: Listed) -> str:
    """A list as text that only this portal can make."""
    return str(_serializer().dumps([shown.arm, shown.place, shown.links]))


def read_signed(text: str) -> Listed | None:
    """The list in such a text; None for any other."""
    try:
        arm, place, links = _serializer().loads(text[:MAX_TEXT])
    except BadSignature:
        return None
    return Listed(arm, place, tuple((source, target) for source, target in links))


def count_shown(shown: Listed) -> None:
    """Count that somebody has a list before them. Call it outside transactions."""
    counters_of(NAME).add(*(LinkUse("shown", shown.arm, shown.place, *link) for link in shown.links))


def count_followed(use: LinkUse) -> None:
    """Count that a link was followed, once a day for each address. Call it outside transactions."""
    try:
        first = is_first_today(f"{NAME} {use.source} {use.target}")
    except Exception:
        # Where Redis is away nobody can tell, and one person must not count twice.
        log.warning("a link that was followed is not counted")
        return
    if first:
        counters_of(NAME).add(use)


def record_uses(numbers: Mapping[LinkUse, int]) -> None:
    """Add uses to the figures of the day, in the running transaction."""
    links: dict[tuple[str, str, int, int], Counter[str]] = {}
    for use, number in numbers.items():
        links.setdefault(use[1:], Counter())[use.kind] += number
    names = ("arm", "place", "source_id", "target_id")
    rows = [
        {"day": today(), **dict(zip(names, link, strict=True)), **{kind: uses[kind] for kind in USES}}
        for link, uses in links.items()
    ]
    insert_or_add(RelatedUse, rows, *USES)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lists of related services")

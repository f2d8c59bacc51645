"""Answers known from elsewhere. They are offered for confirmation on the question's page, never assumed."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalogue.places.queries import place_by_key
from ..i18n import Text
from ..intents.queries import profile_rows
from ..plain_yaml import parse
from .rules.facts import Fact
from .rules.households import APPLICANT
from .rules.ruleset import LIVES_IN
from .store import Visit, Where
from .understood import is_possible

OFFERS = Path(__file__).with_name("offers.yaml")


@dataclass(frozen=True)
class Offer:
    """An answer that somebody may confirm: what it comes from, and the answer as it stands in JSON."""

    source: str
    raw: Any
    name: Text | str


def offer_for(visit: Visit, where: Where, fact: Fact, lang: str) -> Offer | None:
    """What is known from elsewhere about an unanswered question; only about the person who answers, or their home."""
    if where.person != APPLICANT or where in visit.answers:
        return None
    if (told := visit.understood.get(where.fact)) and is_possible(fact, told.raw):
        return Offer("words", told.raw, told.words)
    if where.fact == LIVES_IN and visit.place:
        place = place_by_key(visit.place)
        return Offer("place", list(place.areas), place.name) if place else None
    profile = visit.scope.get("profile")
    offered = profile_offers().get(profile or "")
    if offered is None or offered["fact"] != where.fact:
        return None
    if not is_possible(fact, offered["value"]):
        return None
    name = next((row.title for row in profile_rows(lang) if row.slug == profile), None)
    return Offer("profile", offered["value"], name) if name else None


@functools.cache
def profile_offers() -> dict[str, dict[str, Any]]:
    """The suggested answers by profile."""
    offers: dict[str, dict[str, Any]] = parse(OFFERS.read_text())
    return offers

"""Answers known from elsewhere. They are offered for confirmation on the question's page, never assumed."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..caching import today
from ..catalogue.places.queries import place_by_key
from ..i18n import Text
from ..intents.queries import profile_rows
from ..plain_yaml import parse
from .rules.facts import Fact, InvalidAnswer, read_answer
from .rules.households import APPLICANT
from .rules.ruleset import LIVES_IN
from .store import Visit, Where

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
    if where.fact == LIVES_IN and visit.place:
        place = place_by_key(visit.place)
        return Offer("place", list(place.areas), place.name) if place else None
    profile = visit.scope.get("profile")
    offered = profile_offers().get(profile or "")
    if offered is None or offered["fact"] != where.fact:
        return None
    try:
        read_answer(fact, offered["value"], today())
    except InvalidAnswer:
        return None
    name = next((row.title for row in profile_rows(lang) if row.slug == profile), None)
    return Offer("profile", offered["value"], name) if name else None


@functools.cache
def profile_offers() -> dict[str, dict[str, Any]]:
    """The suggested answers by profile."""
    offers: dict[str, dict[str, Any]] = parse(OFFERS.read_text())
    return offers

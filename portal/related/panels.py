"""The list of related services on pages of other capabilities, as everyone sees it."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import request

from ..catalogue.places.queries import place_by_key
from ..database import read
from ..intents.models import BundleItem
from ..knowledge.queries import service_ids_of_article
from ..panels import Panel
from .queries.lists import Asked, related

MAX_KEY = 120


@dataclass(frozen=True)
class Page:
    """What a list stands on: its kind, the record's id, and the services that speak for others there."""

    place: str
    record_id: int
    sources: tuple[int, ...]


def sources_of(place: str, record_id: int) -> tuple[int, ...]:
    """The services of a page: of a service itself, of a journey all, of an article those it is about."""
    if place == "article":
        return tuple(service_ids_of_article(record_id))
    if place == "intent":
        item = BundleItem.__table__.c
        rows = read(sa.select(item.service_id).where(item.intent_id == record_id).order_by(item.position, item.id))
        return tuple(dict.fromkeys(row.service_id for row in rows))
    return (record_id,)


def panel_for(place: str) -> Callable[[int, str], Panel | None]:
    """What shows the list on pages of a kind."""

    def provide(record_id: int, lang: str) -> Panel | None:
        sources = sources_of(place, record_id)
        key = request.args.get("place", "")[:MAX_KEY]
        found = related(Asked(sources, place=place_by_key(key) if key else None), lang) if sources else []
        return Panel("related/panel.html", {"related": found, "place": place, "id": record_id}) if found else None

    provide.__qualname__ = f"panel_for_{place}"
    return provide


# One of each for all applications of a process, so that none is registered twice.
PANELS = {place: panel_for(place) for place in ("service", "article")}

"""Reads of places and of what is near them. What people type is neither stored nor logged."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ...database import read
from ...i18n import Text, require
from ..models import Location, ServiceLocation
from ..rules import AREA_NAMES, WHOLE_COUNTRY
from .models import NamedPlace, Postcode
from .rules import (
    ALIASES,
    COUNTY_WORDS,
    Place,
    area_chain,
    areas_of,
    box_around,
    fold,
    miles_between,
    name_from_code,
    postcode_in,
    readings,
)

MAX_CHARACTERS = 100
MAX_CHOICES = 12
# Farther than this nothing is near. It bounds the work, too.
NEAR_MILES = 100
NEAREST_SPELLINGS = 4
TOO_SHORT = 2
# Two letters in each other's place are still alike.
ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What became of the place that someone gave.

    ``place`` is the one that is meant. Where it is not clear, ``choices`` are the places of that name, and where none
    has it, ``similar`` are places that are spelt alike; ``asked`` is then what was typed.
    """

    place: Place | None = None
    asked: str = ""
    choices: list[Place] = field(default_factory=list)
    similar: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The location of a service that is nearest to a place."""

    location_id: int
    miles: float
    name: Text | None = None


_named = NamedPlace.__table__.c
_postcode = Postcode.__table__.c
_PLACE_COLUMNS = (_named.key, _named.folded, _named.name, _named.latitude, _named.longitude)
_PLACES_BY_KEY = sa.select(*_PLACE_COLUMNS).where(_named.key.in_(sa.bindparam("keys", expanding=True)))
_POSTCODE = sa.select(*_postcode).where(_postcode.code == sa.bindparam("code"))
_NAMES_OF_AREAS = sa.select(_named.key, _named.name).where(_named.key.in_(sa.bindparam("keys", expanding=True)))
_link = ServiceLocation.__table__.c
_location = Location.__table__.c
_IN_BOX = (
    sa.select(_link.service_id, _location.id, _location.latitude, _location.longitude)
    .join_from(ServiceLocation.__table__, Location.__table__, _location.id == _link.location_id)
    .where(
        _location.latitude.between(sa.bindparam("south"), sa.bindparam("north")),
        _location.longitude.between(sa.bindparam("west"), sa.bindparam("east")),
    )
)
_IN_BOX_OF = _IN_BOX.where(_link.service_id.in_(sa.bindparam("ids", expanding=True)))
_LOCATION_NAMES = sa.select(_location.id, _location.name).where(_location.id.in_(sa.bindparam("ids", expanding=True)))


def find_places(text: str) -> list[Place]:
    """The places that a text can mean, the one with the most postcodes first; none where it is unknown.

    It takes a postcode, with or without more around it, and names of cities, counties and states, with the state behind
    them or without.
    """
    text = text[:MAX_CHARACTERS]
    if code := postcode_in(text):
        place = _place_of_postcode(code)
        return [place] if place else []
    read_as = readings(fold(text))
    states = [_state(state) for name, state in read_as if state and not name]
    wanted = [(name, state) for name, state in read_as if name]
    found = _named_places(wanted)
    if not found and not states:
        # "Prince George's, Maryland": counties go by their bare names, too.
        found = _named_places([(f"{name} {word}", state) for name, state in wanted for word in COUNTY_WORDS])
    return list({place.key: place for place in [*states, *found]}.values())[:MAX_CHOICES]


def similar_places(text: str) -> list[Place]:
    """Places whose names are spelt much like a text, nearest first."""
    text = text[:MAX_CHARACTERS]
    if postcode_in(text):
        return []
    name, state = readings(fold(text))[-1] if fold(text) else ("", None)
    if not state:
        # What stands behind a comma is perhaps a state that is misspelt, too.
        name = fold(text.partition(",")[0])
    if len(name) <= TOO_SHORT:
        return []
    folded = _named.folded
    query = (
        sa.select(folded)
        .distinct()
        .where(
            # People get the first letter right; the rest of the work is bounded by it.
            folded >= name[0],
            folded < chr(ord(name[0]) + 1),
            sa.func.length(folded).between(len(name) - 2, len(name) + 2),
        )
    )
    names = [row.folded for row in read(query.where(_named.state == state) if state else query)]
    close = difflib.get_close_matches(name, names, n=NEAREST_SPELLINGS, cutoff=ALIKE)
    places = _named_places([(one, state) for one in close])
    order = {one: number for number, one in enumerate(close)}
    nearest = sorted(places, key=lambda place: order.get(fold(place.name.partition(",")[0]), len(order)))
    return nearest[:NEAREST_SPELLINGS]


def place_by_key(key: str) -> Place | None:
    """The place that a key stands for; None for a key that means nothing."""
    if key.isdigit():
        return _place_of_postcode(key)
    if key == WHOLE_COUNTRY or key in AREA_NAMES:
        return _state(key)
    return next((_place(row) for row in read(_PLACES_BY_KEY, keys=[key])), None)


def answer_place(typed: str | None, key: str) -> PlaceAnswer:
    """The place that a form gives: what is typed in its box, or else the place that was chosen before.

    The box holds the name of that place; as long as it does, the choice stands.
    """
    chosen = place_by_key(key) if key else None
    typed = key if typed is None and not chosen else typed
    if typed is None or (chosen and typed.strip() == chosen.name):
        return PlaceAnswer(chosen)
    asked = " ".join(typed.split())[:MAX_CHARACTERS]
    if not asked:
        return PlaceAnswer()
    found = find_places(asked)
    if len(found) == 1:
        return PlaceAnswer(found[0])
    return PlaceAnswer(None, asked, found, [] if found else similar_places(asked))


def area_names(areas: Collection[str]) -> dict[str, str]:
    """Names of areas by code: Maryland; Baltimore city, Maryland. One query where a county is among them."""
    counties = [area for area in areas if len(area_chain(area)) > 2]
    known = {row.key: row.name for row in read(_NAMES_OF_AREAS, keys=counties)} if counties else {}
    return {area: known.get(area) or name_from_code(area) for area in areas}


def area_name(area: str) -> str:
    """The name of an area: Maryland; Baltimore city, Maryland."""
    return area_names([area])[area]


def nearest_locations(place: Place, service_ids: Collection[int] | None = None) -> dict[int, Nearest]:
    """The nearest location of each service that has one within NEAR_MILES of a place, without names. One query."""
    if place.latitude is None or place.longitude is None:
        return {}
    south, north, west, east = box_around(place.latitude, place.longitude, NEAR_MILES)
    box = {"south": south, "north": north, "west": west, "east": east}
    rows = read(_IN_BOX, **box) if service_ids is None else read(_IN_BOX_OF, **box, ids=list(service_ids))
    nearest: dict[int, Nearest] = {}
    for row in rows:
        miles = miles_between(place.latitude, place.longitude, row.latitude, row.longitude)
        known = nearest.get(row.service_id)
        if miles <= NEAR_MILES and (known is None or miles < known.miles):
            nearest[row.service_id] = Nearest(row.id, miles)
    return nearest


def with_names(nearest: dict[int, Nearest], lang: str) -> dict[int, Nearest]:
    """The same with the names of the locations. One query."""
    if not nearest:
        return {}
    names = {row.id: row.name for row in read(_LOCATION_NAMES, ids=[one.location_id for one in nearest.values()])}
    return {
        service_id: Nearest(one.location_id, one.miles, require(names[one.location_id], lang))
        for service_id, one in nearest.items()
    }


def _named_places(wanted: list[tuple[str, str | None]]) -> list[Place]:
    """Places by folded name and state, the one with the most postcodes first. One query."""
    if not wanted:
        return []
    meant = [
        sa.and_(_named.folded == name, _named.state == state) if state else _named.folded == name
        for name, state in wanted
    ]
    aliases = [key for name, state in wanted if (key := ALIASES.get(name)) and (not state or key.startswith(state))]
    if aliases:
        meant.append(_named.key.in_(aliases))
    query = sa.select(*_PLACE_COLUMNS).where(sa.or_(*meant)).order_by(_named.postcodes.desc(), _named.key)
    return [_place(row) for row in read(query)]


def _place_of_postcode(code: str) -> Place | None:
    for row in read(_POSTCODE, code=code):
        state = AREA_NAMES.get(row.area[:5])
        name = ", ".join(part for part in (row.code, row.city, state) if part)
        return Place(row.code, name, (row.area,), row.latitude, row.longitude)
    return None


def _place(row: Any) -> Place:
    return Place(row.key, row.name, areas_of(row.key), row.latitude, row.longitude)


def _state(code: str) -> Place:
    return Place(code, name_from_code(code), (code,))

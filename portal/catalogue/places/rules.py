"""Decisions about places that need no database.

A place has a *key* that stands for it in addresses: a postcode (``21201``), the code of an area (``US-MD``,
``US-MD-baltimore-city``), or a city within one (``US-MD-baltimore-city.baltimore``).
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..rules import AREA_NAMES, WHOLE_COUNTRY, serves_area

EARTH_RADIUS_MILES = 3958.76
COUNTRY = "United States"
# New York City is five counties; people and agencies take it for one place.
NEW_YORK_CITY = "US-NY-new-york-city"
BOROUGHS = {
    "US-NY-bronx-county": "The Bronx",
    "US-NY-kings-county": "Brooklyn",
    "US-NY-new-york-county": "Manhattan",
    "US-NY-queens-county": "Queens",
    "US-NY-richmond-county": "Staten Island",
}
# What people say, folded, for what the gazetteer calls otherwise.
ALIASES = {
    "nyc": NEW_YORK_CITY,
    "new york": NEW_YORK_CITY,
    "city of new york": NEW_YORK_CITY,
    "manhattan": "US-NY-new-york-county",
    "queens": "US-NY-queens-county",
    "la": "US-CA-los-angeles-county.los-angeles",
}
# Names of areas, those of one state together, as (state, names).
Groups = tuple[tuple[str, tuple[str, ...]], ...]
WHOLE_COUNTRY_GROUP: Groups = (("", (COUNTRY,)),)
COUNTY_WORDS = ("county", "parish", "city", "borough", "municipality", "census area", "municipio")
_SHORT = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
_POSTCODE = re.compile(r"(?<![\w-])(\d{5})(?:[- ]?\d{4})?(?![\w-])")
_WORD = re.compile(r"[^\W_]+")
_INSIDE_WORDS = re.compile(r"['’`´ʻ.]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is shown, with the most precise areas that it consists of: one, or several for New York City.

    A place without coordinates, such as a state, is too large to measure distances from.
    """

    key: str
    name: str
    areas: tuple[str, ...]
    latitude: float | None = None
    longitude: float | None = None

    @property
    def chain(self) -> tuple[str, ...]:
        """The areas that all of it lies in, largest first: US, US-MD, US-MD-baltimore-city."""
        chains = [area_chain(area) for area in self.areas]
        return tuple(area for area in chains[0] if all(area in chain for chain in chains))

    @property
    def is_wide(self) -> bool:
        """Whether it is more than one county, so that services of single counties say nothing about all of it."""
        return len(self.areas) > 1 or self.areas[0].count("-") < 2


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a service is offered, by name: groups of areas as ``grouped`` gives them.

    Nothing included means that nobody has said where.
    """

    included: Groups
    excluded: Groups

    @property
    def nationwide(self) -> bool:
        return self.included == WHOLE_COUNTRY_GROUP and not self.excluded


def area_chain(area: str) -> tuple[str, ...]:
    """An area and those it lies in, largest first."""
    parts = area.split("-", 2)
    return tuple("-".join(parts[: count + 1]) for count in range(len(parts)))


def areas_of(key: str) -> tuple[str, ...]:
    """The most precise areas of the place with a key that is no postcode."""
    return tuple(BOROUGHS) if key == NEW_YORK_CITY else (key.partition(".")[0],)


def serves_place(included: Collection[str], excluded: Collection[str], place: Place) -> bool:
    """Whether a service is offered in all of a place."""
    return all(serves_area(included, excluded, area) for area in place.areas)


def slug(name: str) -> str:
    """A name as part of an area's code: St. Mary's County → st-marys-county."""
    return "-".join(_words(name))


def fold(text: str) -> str:
    """A name as it is compared: lower case, without accents and punctuation, with the usual short forms."""
    return " ".join(_SHORT.get(word, word) for word in _words(text))


def postcode_in(text: str) -> str | None:
    """The first postcode in a text; the four digits that may follow it are left out."""
    found = _POSTCODE.search(text)
    return found[1] if found else None


def readings(text: str) -> list[tuple[str, str | None]]:
    """What a folded text can mean, as (name, state): "baltimore md" → baltimore md; baltimore in US-MD.

    An empty name means the state itself.
    """
    text = text.removeprefix("the ")
    for prefix, suffix in (("city of ", ""), ("town of ", ""), ("county of ", " county")):
        if text.startswith(prefix):
            return [(text, None), *readings(text.removeprefix(prefix) + suffix)]
    found: list[tuple[str, str | None]] = [(text, None)] if text else []
    words = text.split()
    for at in range(max(0, len(words) - 4), len(words)):
        state = _STATES.get(" ".join(words[at:]))
        if state:
            # The District of Columbia is one city.
            found.append((" ".join(words[:at]) or ("washington" if state == "US-DC" else ""), state))
    return found


def miles_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance between two points on the earth, by the haversine formula."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(min(1.0, half)))


def box_around(latitude: float, longitude: float, miles: float) -> tuple[float, float, float, float]:
    """(south, north, west, east) of a box that holds everything within so many miles, and corners beyond.

    Near a pole and across the date line it goes all around the earth.
    """
    reach = math.degrees(miles / EARTH_RADIUS_MILES)
    south, north = latitude - reach, latitude + reach
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    # Meridians come closer towards the poles; the widest point of a circle lies a little off its centre.
    aside = math.degrees(math.asin(math.sin(math.radians(reach)) / math.cos(math.radians(latitude))))
    west, east = longitude - aside, longitude + aside
    return (south, north, -180.0, 180.0) if west < -180 or east > 180 else (south, north, west, east)


def name_from_code(area: str) -> str:
    """A readable name for an area that the gazetteer does not know: US-MD-some-county → Some County, Maryland."""
    chain = area_chain(area)
    if len(chain) < 3:
        return COUNTRY if area == WHOLE_COUNTRY else AREA_NAMES.get(area, area)
    words = area.removeprefix(f"{chain[1]}-").replace("-", " ").title()
    return f"{words}, {AREA_NAMES.get(chain[1], chain[1])}"


def grouped(areas: Iterable[str], names: Mapping[str, str]) -> Groups:
    """Areas by name, those of one state together: (("", ("Delaware",)), ("Maryland", ("Howard County",))).

    Without a state stand the states themselves, and New York City where all its counties are named.
    """
    wanted = set(areas)
    groups: dict[str, list[str]] = defaultdict(list)
    if wanted.issuperset(BOROUGHS):
        wanted = wanted.difference(BOROUGHS)
        groups[""].append("New York City")
    for area in wanted:
        chain = area_chain(area)
        state = AREA_NAMES.get(chain[1], chain[1]) if len(chain) > 2 else ""
        groups[state].append(names.get(area, area).removesuffix(f", {state}"))
    return tuple((state, tuple(sorted(listed))) for state, listed in sorted(groups.items()))


def search_values(included: Collection[str], excluded: Collection[str]) -> tuple[str, ...]:
    """The areas of a service as values in the search index; one with a minus sign is excluded.

    A document fits a place when it has a value of ``search_choice`` and none of ``search_refusal``.
    """
    city = {NEW_YORK_CITY} if all(serves_area(included, excluded, area) for area in BOROUGHS) else set()
    return (*sorted(city.union(included)), *sorted(f"-{area}" for area in excluded))


def search_choice(place: Place) -> tuple[str, ...]:
    """Values of which a document that is for a place has at least one."""
    return (*place.chain, NEW_YORK_CITY) if place.key == NEW_YORK_CITY else place.chain


def search_refusal(place: Place) -> tuple[str, ...]:
    """Values that a document for a place has none of."""
    return tuple(sorted({f"-{area}" for one in place.areas for area in area_chain(one)}))


def _words(text: str) -> list[str]:
    letters = text.replace("&", " and ").casefold()
    if not letters.isascii():
        # Some signs become capital letters when they are taken apart (🄐), some letters when they are folded.
        letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letters).casefold())
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _WORD.findall(_INSIDE_WORDS.sub("", letters))


_STATES = {fold(name): code for code, name in AREA_NAMES.items()} | {
    fold(code.removeprefix(f"{WHOLE_COUNTRY}-")): code for code in AREA_NAMES
}

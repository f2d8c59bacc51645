"""Filling the gazetteer from the package ``zipcodes``."""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import zipcodes

from ...caching import advance_content_version
from ...extensions import db
from ..rules import AREA_NAMES, WHOLE_COUNTRY
from .models import GazetteerEdition, NamedPlace, Postcode
from .rules import BOROUGHS, NEW_YORK_CITY, fold, slug

# Names and the reading of the data are part of the edition: raise it with a change of what is written.
EDITION = f"{zipcodes.__version__}/1"
MILITARY = ("AA", "AE", "AP")
# A county that has so small a share of a city's postcodes is not offered as another city of that name.
LEAST_SHARE = 0.05
_CITY_STATES = ("MD", "MO", "VA")
_WRITTEN_AT_ONCE = 5_000


@dataclass
class _Seen:
    """What is known of one city or county: its postcodes, the standard ones apart, and where they lie."""

    name: Counter[str] = field(default_factory=Counter)
    postcodes: int = 0
    standard: int = 0
    points: list[tuple[float, float]] = field(default_factory=list)
    standard_points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, name: str, standard: bool, point: tuple[float, float] | None) -> None:
        self.name[name] += 1
        self.postcodes += 1
        self.standard += standard
        if point:
            (self.standard_points if standard else self.points).append(point)

    def middle(self) -> tuple[float | None, float | None]:
        """The mean of the postcodes; boxes in post offices count only where there is nothing else."""
        points = self.standard_points or self.points
        if not points:
            return None, None
        return (
            round(sum(latitude for latitude, _ in points) / len(points), 4),
            round(sum(longitude for _, longitude in points) / len(points), 4),
        )


def fill_gazetteer(records: Iterable[dict[str, Any]] | None = None, edition: str = EDITION) -> bool:
    """Fill the tables, unless they are of this edition. Returns whether anything was written.

    ``records`` are of the shape that ``zipcodes`` gives; without them all of its postcodes in use are taken.
    """
    if db.session.scalar(sa.select(GazetteerEdition.edition)) == edition:
        return False
    if records is None:
        # The package keeps what list_all gives for as long as the process lives; this it does not.
        records = zipcodes.filter_by(active=True)  # type: ignore[no-untyped-call]
    postcodes, places = _read(records)
    for model in (GazetteerEdition, Postcode, NamedPlace):
        db.session.execute(sa.delete(model))
    for model, rows in ((Postcode, postcodes), (NamedPlace, places)):
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):
            db.session.execute(sa.insert(model), rows[start : start + _WRITTEN_AT_ONCE])
    db.session.add(GazetteerEdition(edition=edition))
    db.session.flush()
    advance_content_version()
    return True


@functools.cache
def area_of(state: str, county: str) -> str:
    """The code of a county; of the state where the county is not known; of the country for military post."""
    if state in MILITARY:
        return WHOLE_COUNTRY
    name = county_name(state, county)
    return f"US-{state}-{slug(name)}" if name else f"US-{state}"


@functools.cache
def county_name(state: str, county: str) -> str:
    """The name of a county in one spelling, whichever the sources used; empty where there is none below the state."""
    if state == "DC":
        return ""
    if state == "PR" and county and not county.endswith("Municipio"):
        return f"{county} Municipio"
    if state == "VA" and county == "James City":
        return "James City County"
    if state in _CITY_STATES and county.endswith(" City"):
        return f"{county.removesuffix(' City')} city"
    turned = re.fullmatch(r"(City and Borough|Municipality) of (.+)", county)
    return f"{turned[2]} {turned[1]}" if turned else re.sub(r"^(Ste?) ", r"\1. ", county)


def _read(records: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of both tables."""
    postcodes = []
    counties: dict[str, _Seen] = defaultdict(_Seen)
    cities: dict[tuple[str, str], dict[str, _Seen]] = defaultdict(lambda: defaultdict(_Seen))
    for record in records:
        state = record["state"]
        if f"US-{state}" not in AREA_NAMES and state not in MILITARY:
            continue
        area = area_of(state, record["county"])
        point = _point(record)
        latitude, longitude = point or (None, None)
        city = record["city"].upper() if state in MILITARY else record["city"]
        postcodes.append(
            {"code": record["zip_code"], "city": city, "area": area, "latitude": latitude, "longitude": longitude}
        )
        if state in MILITARY:
            continue
        standard = record["zip_code_type"] == "STANDARD"
        if area != f"US-{state}":
            counties[area].add(county_name(state, record["county"]), standard, point)
        for name in {city, *record["acceptable_cities"]}:
            cities[state, fold(name)][area].add(name, standard, point)
    names = {area: _usual(seen.name) for area, seen in counties.items()}
    return postcodes, [*_county_rows(counties, names), *_city_rows(cities, names)]


def _county_rows(counties: dict[str, _Seen], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for area, seen in counties.items():
        state, name = area[:5], names[area]
        shown = f"{BOROUGHS[area]} ({name})" if area in BOROUGHS else name
        yield _row(area, fold(name), f"{shown}, {AREA_NAMES[state]}", state, seen)
    boroughs = [counties[area] for area in BOROUGHS if area in counties]
    if boroughs:
        # Somewhere in the middle of them all would be in a river: the heart of the city is where most postcodes are.
        heart = max(boroughs, key=lambda seen: seen.postcodes)
        row = _row(NEW_YORK_CITY, fold("New York City"), "New York City", "US-NY", heart)
        yield row | {"postcodes": sum(seen.postcodes for seen in boroughs)}


def _city_rows(cities: dict[tuple[str, str], dict[str, _Seen]], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for (state, folded), variants in cities.items():
        if (state, folded) == ("NY", "new york"):
            # It is New York City, and its postcodes say no more than the borough.
            continue
        areas = _ordered(f"US-{state}", variants)
        name = _usual(variants[areas[0]].name)
        for area in areas:
            shown = f"{name}, {AREA_NAMES[f'US-{state}']}"
            if len(areas) > 1:
                # Who lives in the county around the city must not be taken for one of the city.
                shown = f"{shown} ({names[area]})"
            yield _row(f"{area}.{folded.replace(' ', '-')}", folded, shown, f"US-{state}", variants[area])


def _ordered(state: str, variants: dict[str, _Seen]) -> list[str]:
    """The counties that a city lies in, the largest part first, without those that hold next to nothing of it."""
    standard = any(seen.standard for seen in variants.values())
    counts = {area: seen.standard if standard else seen.postcodes for area, seen in variants.items()}
    known = {area: count for area, count in counts.items() if count and (area != state or len(variants) == 1)} or counts
    least = LEAST_SHARE * sum(known.values())
    kept = [area for area, count in known.items() if count >= least]
    return sorted(kept, key=lambda area: (-known[area], area))


def _row(key: str, folded: str, name: str, state: str, seen: _Seen) -> dict[str, Any]:
    latitude, longitude = seen.middle()
    return {
        "key": key,
        "folded": folded,
        "name": name,
        "state": state,
        "postcodes": seen.postcodes,
        "latitude": latitude,
        "longitude": longitude,
    }


def _usual(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], name))


def _point(record: dict[str, Any]) -> tuple[float, float] | None:
    latitude, longitude = float(record["lat"] or 0), float(record["long"] or 0)
    return (latitude, longitude) if latitude or longitude else None

"""Decisions of the catalogue that need no database."""

import datetime
from collections.abc import Iterable
from typing import Any

WHOLE_COUNTRY = "US"
# States, the District of Columbia and the territories with people, by their ISO 3166-2 codes.
AREA_NAMES = {
    "US-AL": "Alabama",
    "US-AK": "Alaska",
    "US-AZ": "Arizona",
    "US-AR": "Arkansas",
    "US-CA": "California",
    "US-CO": "Colorado",
    "US-CT": "Connecticut",
    "US-DE": "Delaware",
    "US-DC": "District of Columbia",
    "US-FL": "Florida",
    "US-GA": "Georgia",
    "US-HI": "Hawaii",
    "US-ID": "Idaho",
    "US-IL": "Illinois",
    "US-IN": "Indiana",
    "US-IA": "Iowa",
    "US-KS": "Kansas",
    "US-KY": "Kentucky",
    "US-LA": "Louisiana",
    "US-ME": "Maine",
    "US-MD": "Maryland",
    "US-MA": "Massachusetts",
    "US-MI": "Michigan",
    "US-MN": "Minnesota",
    "US-MS": "Mississippi",
    "US-MO": "Missouri",
    "US-MT": "Montana",
    "US-NE": "Nebraska",
    "US-NV": "Nevada",
    "US-NH": "New Hampshire",
    "US-NJ": "New Jersey",
    "US-NM": "New Mexico",
    "US-NY": "New York",
    "US-NC": "North Carolina",
    "US-ND": "North Dakota",
    "US-OH": "Ohio",
    "US-OK": "Oklahoma",
    "US-OR": "Oregon",
    "US-PA": "Pennsylvania",
    "US-RI": "Rhode Island",
    "US-SC": "South Carolina",
    "US-SD": "South Dakota",
    "US-TN": "Tennessee",
    "US-TX": "Texas",
    "US-UT": "Utah",
    "US-VT": "Vermont",
    "US-VA": "Virginia",
    "US-WA": "Washington",
    "US-WV": "West Virginia",
    "US-WI": "Wisconsin",
    "US-WY": "Wyoming",
    "US-AS": "American Samoa",
    "US-GU": "Guam",
    "US-MP": "Northern Mariana Islands",
    "US-PR": "Puerto Rico",
    "US-VI": "U.S. Virgin Islands",
}
AREAS = tuple(AREA_NAMES)
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
# Exceptions from opening hours are told this many days ahead.
EXCEPTION_DAYS = 60


def is_offered(
    status: str, valid_from: datetime.date | None, valid_to: datetime.date | None, on: datetime.date
) -> bool:
    """Whether the public sees a service on a day: published, and the day within its validity, both ends included."""
    return status == "published" and (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def serves_area(included: Iterable[str], excluded: Iterable[str], area: str) -> bool:
    """Whether a service is offered in an area: it is a named one or inside one, and not an excluded one or inside one.

    Areas are codes: US, US-MD, US-MD-baltimore-city.
    """
    return _lies_in(area, included) and not _lies_in(area, excluded)


def next_exceptions(
    exceptions: Iterable[dict[str, Any]], on: datetime.date, days: int = EXCEPTION_DAYS
) -> list[dict[str, Any]]:
    """The exceptions from opening hours that hold on a day or on one of those that follow, first ones first."""
    first, last = on.isoformat(), (on + datetime.timedelta(days=days)).isoformat()
    found = [one for one in exceptions if one["to"] >= first and one["from"] <= last]
    return sorted(found, key=lambda one: (one["from"], one["to"]))


def day_ranges(days: Iterable[str]) -> list[tuple[int, int]]:
    """Runs of consecutive days as (first, last) with Monday 0: mo, tu, we, sa → [(0, 2), (5, 5)]."""
    runs: list[tuple[int, int]] = []
    for day in sorted(DAYS.index(day) for day in set(days)):
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def parameter_on(values: Iterable[dict[str, Any]], on: datetime.date) -> dict[str, Any] | None:
    """The dated value that holds on a day, or None. The last one is never used beyond its end."""
    day = on.isoformat()
    for value in values:
        if value["from"] <= day and (value.get("until") is None or day < value["until"]):
            return value
    return None


def _lies_in(area: str, others: Iterable[str]) -> bool:
    return any(area == other or area.startswith(f"{other}-") for other in others)

"""Decisions about places and opening hours that need no database."""

import datetime
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.catalogue.places.rules import (
    BOROUGHS,
    NEW_YORK_CITY,
    Place,
    area_chain,
    box_around,
    fold,
    grouped,
    miles_between,
    name_from_code,
    postcode_in,
    readings,
    search_choice,
    search_refusal,
    search_values,
    serves_place,
    slug,
)
from portal.catalogue.rules import next_exceptions

LATITUDES = st.floats(-89, 89)
LONGITUDES = st.floats(-180, 180)
CODES = ("US", "US-MD", "US-VA", "US-NY", "US-PR", "US-MD-baltimore-city", "US-MD-baltimore-county", *BOROUGHS)
CODE_SETS = st.frozensets(st.sampled_from(CODES), max_size=6)
PLACES = st.sampled_from(
    [*(Place(code, code, (code,)) for code in CODES), Place(NEW_YORK_CITY, "New York City", tuple(BOROUGHS))]
)


@pytest.mark.parametrize(
    ("here", "there", "miles"),
    [
        ((40.7484, -73.9967), (39.2946, -76.6252), 171.0),  # 10001 to 21201
        ((33.9731, -118.2479), (40.7484, -73.9967), 2448),  # 90001 to 10001
        ((61.2225, -149.8677), (61.2225, -149.8677), 0),
        ((0, 179.5), (0, -179.5), 69.09),  # across the date line
        ((90, 0), (-90, 0), math.pi * 3958.76),
    ],
)
def test_known_distances(here, there, miles):
    assert miles_between(*here, *there) == pytest.approx(miles, rel=0.01, abs=0.01)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways_and_never_more_than_half_way_round(lat, lon, other_lat, other_lon):
    miles = miles_between(lat, lon, other_lat, other_lon)
    assert miles == pytest.approx(miles_between(other_lat, other_lon, lat, lon), abs=1e-6)
    assert 0 <= miles <= math.pi * 3958.77


@given(LATITUDES, LONGITUDES, st.floats(0.1, 500), st.floats(0, 2 * math.pi), st.floats(0, 0.999))
def test_the_box_holds_everything_within_the_distance(lat, lon, miles, bearing, share):
    """A point some way along any bearing is in the box; the two are found by different formulas."""
    angle, start = share * miles / 3958.76, math.radians(lat)
    other = math.asin(math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(bearing))
    turned = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(start), math.cos(angle) - math.sin(start) * math.sin(other)
    )
    other_lat, other_lon = math.degrees(other), (lon + math.degrees(turned) + 540) % 360 - 180
    south, north, west, east = box_around(lat, lon, miles)
    assert south - 1e-9 <= other_lat <= north + 1e-9
    assert west - 1e-9 <= other_lon <= east + 1e-9


@pytest.mark.parametrize(
    ("area", "chain"),
    [
        ("US", ("US",)),
        ("US-MD", ("US", "US-MD")),
        ("US-MD-baltimore-city", ("US", "US-MD", "US-MD-baltimore-city")),
    ],
)
def test_area_chain(area, chain):
    assert area_chain(area) == chain


def test_chain_of_several_areas_is_what_they_share():
    assert Place("x", "x", ("US-MD-a", "US-MD-b")).chain == ("US", "US-MD")
    assert [
        Place("x", "x", areas).is_wide for areas in (("US",), ("US-MD",), ("US-MD-a",), ("US-MD-a", "US-MD-b"))
    ] == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Saint Mary's", "st marys"),
        ("ST. MARY’S", "st marys"),
        ("Añasco", "anasco"),
        ("Fort Worth,TX", "ft worth tx"),
        ("Coeur d'Alene", "coeur dalene"),
        ("Winston-Salem", "winston salem"),
        ("D.C.", "dc"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=40))
@example("🄐")
def test_fold_is_stable_and_reads_as_anything(text):
    assert fold(fold(text)) == fold(text)
    for name, state in readings(fold(text)):
        assert name or state


def test_slug():
    assert slug("St. Mary's County") == "st-marys-county"
    assert slug("Doña Ana County") == "dona-ana-county"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("21201", "21201"),
        ("21201-1234", "21201"),
        ("near 21201!", "21201"),
        ("212011", None),
        ("2120", None),
        ("A21201", None),
    ],
)
def test_postcode_in(text, code):
    assert postcode_in(text) == code


def test_readings():
    assert readings("baltimore md") == [("baltimore md", None), ("baltimore", "US-MD")]
    assert readings("west virginia") == [("west virginia", None), ("", "US-WV"), ("west", "US-VA")]
    assert ("kansas city", "US-KS") in readings("kansas city kansas")
    assert ("los angeles county", None) in readings("county of los angeles")


def test_names_of_areas_in_groups():
    names = {"US-MD-a": "A, Maryland", "US-MD-b": "B, Maryland", "US-DE": "Delaware"}
    assert grouped(names, names) == (("", ("Delaware",)), ("Maryland", ("A", "B")))
    assert grouped(BOROUGHS, {}) == (("", ("New York City",)),)
    assert name_from_code("US-MD-some-county") == "Some County, Maryland"


@given(CODE_SETS, CODE_SETS, PLACES)
def test_the_index_finds_what_serves_a_place_and_nothing_else(included, excluded, place):
    values = set(search_values(included, excluded))
    found = bool(values & set(search_choice(place))) and not values & set(search_refusal(place))
    assert found == serves_place(included, excluded, place)


def exception(first, last, **rest):
    return {"from": first.isoformat(), "to": last.isoformat()} | (rest or {"closed": True})


DAY = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))
SPANS = st.tuples(DAY, st.integers(0, 20)).map(lambda one: (one[0], one[0] + datetime.timedelta(one[1])))
EXCEPTIONS = st.lists(
    st.one_of(
        SPANS.map(lambda one: exception(*one)),
        SPANS.map(lambda one: exception(*one, opens="10:00", closes="12:00", zone="local")),
    ),
    max_size=6,
)


@given(EXCEPTIONS, DAY, st.integers(0, 90))
def test_next_exceptions_are_those_that_hold_on_a_day_to_come(exceptions, day, days):
    coming = {(day + datetime.timedelta(number)).isoformat() for number in range(days + 1)}
    found = next_exceptions(exceptions, day, days)
    holding = [one for one in exceptions if any(one["from"] <= date <= one["to"] for date in coming)]
    assert sorted(map(str, found)) == sorted(map(str, holding))
    assert [one["from"] for one in found] == sorted(one["from"] for one in found)


def test_christmas():
    closed = exception(datetime.date(2026, 12, 25), datetime.date(2026, 12, 25))
    assert next_exceptions([closed], datetime.date(2026, 11, 22)) == [closed]
    assert next_exceptions([closed], datetime.date(2026, 10, 22)) == []
    assert next_exceptions([closed], datetime.date(2026, 12, 26)) == []

"""The gazetteer: what names and postcodes mean, and what lies near."""

import pytest
import sqlalchemy as sa

from portal.caching import content_version
from portal.catalogue.places import queries
from portal.catalogue.places.gazetteer import area_of, fill_gazetteer
from portal.catalogue.places.models import NamedPlace, Postcode
from portal.catalogue.places.rules import BOROUGHS, NEW_YORK_CITY
from portal.catalogue.places.words import coverage_in_words, distance_in_words, exception_in_words, map_address
from portal.catalogue.queries import coverages, nearest_first, service_page
from portal.database import transaction
from portal.extensions import db
from tests.conftest import close, make_app
from tests.places import POSTCODES, fill, postcode, save_local_services, save_location


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    """An application with every postcode of the package; read it, do not write."""
    made = make_app(tmp_path_factory.mktemp("gazetteer"))
    with made.app_context():
        with transaction():
            assert fill_gazetteer()
        yield made
    close(made)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An application with a small gazetteer; read it, do not write."""
    made = make_app(tmp_path_factory.mktemp("small"))
    with made.app_context():
        fill()
        yield made
    close(made)


def keys(text):
    return [place.key for place in queries.find_places(text)]


def test_gazetteer_is_filled_once_for_an_edition(app):
    before = content_version()
    assert fill() is True
    assert fill() is False
    assert content_version() == before + 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Postcode)) == len(POSTCODES) - 1
    assert fill(POSTCODES[:1], "next") is True
    assert list(db.session.scalars(sa.select(Postcode.code))) == ["21201"]


@pytest.mark.parametrize(
    ("state", "county", "area"),
    [
        ("MD", "Baltimore City", "US-MD-baltimore-city"),
        ("MD", "Baltimore city", "US-MD-baltimore-city"),
        ("MD", "Prince George's County", "US-MD-prince-georges-county"),
        ("MD", "St Mary's County", "US-MD-st-marys-county"),
        ("AK", "City and Borough of Juneau", "US-AK-juneau-city-and-borough"),
        ("AK", "Municipality of Anchorage", "US-AK-anchorage-municipality"),
        ("PR", "San Juan", "US-PR-san-juan-municipio"),
        ("VA", "James City", "US-VA-james-city-county"),
        ("NV", "Carson City", "US-NV-carson-city"),
        ("DC", "District of Columbia", "US-DC"),
        ("GU", "", "US-GU"),
        ("AE", "", "US"),
    ],
)
def test_area_of_a_county(state, county, area):
    assert area_of(state, county) == area


@pytest.mark.parametrize("text", ["21201", " 21201 ", "21201-4711", "21201 4711", "21201, Baltimore, Maryland"])
def test_a_postcode(small, text):
    (place,) = queries.find_places(text)
    assert (place.key, place.name) == ("21201", "21201, Baltimore, Maryland")
    assert place.chain == ("US", "US-MD", "US-MD-baltimore-city")
    assert (place.latitude, place.longitude) == (39.2946, -76.6252)
    assert queries.place_by_key("21201") == place


@pytest.mark.parametrize("text", ["99999", "2120", "212011", "00000", "", "   ", "%", "x" * 500, "1" * 500, "'; --"])
def test_what_is_no_place(small, text):
    assert queries.find_places(text) == []
    assert queries.place_by_key(text) is None
    assert queries.similar_places(text) == []


@pytest.mark.parametrize("text", ["Baltimore, MD", "BALTIMORE MARYLAND", "city of baltimore, md", "Báltimore (Md.)"])
def test_a_city_in_two_counties_is_two_places(small, text):
    """Who lives in the county around a city must not be shown the services of the city."""
    assert [(place.name, place.areas) for place in queries.find_places(text)] == [
        ("Baltimore, Maryland (Baltimore city)", ("US-MD-baltimore-city",)),
        ("Baltimore, Maryland (Baltimore County)", ("US-MD-baltimore-county",)),
    ]


def test_an_ambiguous_name_gives_the_largest_place_first(app):
    fill()
    assert keys("Baltimore") == [
        "US-MD-baltimore-city.baltimore",
        "US-MD-baltimore-county.baltimore",
        "US-OH-fairfield-county.baltimore",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maryland", ["US-MD"]),
        ("md", ["US-MD"]),
        ("Baltimore County", ["US-MD-baltimore-county"]),
        ("St Marys County", ["US-MD-st-marys-county"]),
        ("Saint Mary's, Maryland", ["US-MD-st-marys-county"]),
        ("gwynn oak", ["US-MD-baltimore-county.gwynn-oak"]),
        ("NYC", [NEW_YORK_CITY]),
        ("new york city", [NEW_YORK_CITY]),
        ("New York, NY", [NEW_YORK_CITY]),
        ("New York", ["US-NY", NEW_YORK_CITY]),
        ("brooklyn", ["US-NY-kings-county.brooklyn"]),
        ("the Bronx", ["US-NY-bronx-county.bronx"]),
        ("Queens", ["US-NY-queens-county"]),
        ("Manhattan", ["US-NY-new-york-county"]),
        ("staten island", ["US-NY-richmond-county.staten-island"]),
        ("Washington, D.C.", ["US-DC.washington"]),
        ("DC", ["US-DC.washington"]),
        ("st. louis", ["US-MO-st-louis-city.st-louis", "US-MO-st-louis-county.st-louis"]),
        ("San Juan, Puerto Rico", ["US-PR-san-juan-municipio.san-juan"]),
        ("09001", ["09001"]),
        ("96941", []),
    ],
)
def test_names(small, text, found):
    assert keys(text) == found


def test_every_key_leads_back_to_its_place(small):
    for text in ("Baltimore", "NYC", "21201", "Maryland", "Towson", "St. Mary's County"):
        for place in queries.find_places(text):
            assert queries.place_by_key(place.key) == place


def test_new_york_city_is_all_its_counties(small):
    (city,) = queries.find_places("NYC")
    assert (city.name, city.areas, city.chain, city.is_wide) == (
        "New York City",
        tuple(BOROUGHS),
        ("US", "US-NY"),
        True,
    )


@pytest.mark.parametrize("text", ["Baltimor", "Blatimore", "baltimore maryand", "Baltimoree, Maryland"])
def test_a_misspelt_name_brings_what_is_spelt_alike(small, text):
    assert queries.find_places(text) == []
    if "," in text or " " not in text:
        assert queries.similar_places(text)[0].key == "US-MD-baltimore-city.baltimore"


def test_the_box_holds_the_chosen_place_until_it_is_changed(small):
    chosen = queries.place_by_key("US-MD-baltimore-city.baltimore")
    assert queries.answer_place(chosen.name, chosen.key).place == chosen
    assert queries.answer_place(None, chosen.key).place == chosen
    assert queries.answer_place("", chosen.key) == queries.PlaceAnswer()
    assert queries.answer_place("21201", chosen.key).place.key == "21201"
    unclear = queries.answer_place("baltimore", "")
    assert (unclear.place, unclear.asked, len(unclear.choices)) == (None, "baltimore", 3)
    unknown = queries.answer_place(None, "no-such-key")
    assert (unknown.place, unknown.asked, unknown.choices) == (None, "no-such-key", [])


def test_names_of_areas(app, count_queries):
    fill()
    queries.area_names(["US-MD-baltimore-city"])
    with count_queries() as count:
        names = queries.area_names(["US-MD", "US-MD-baltimore-city", "US-NY-kings-county", "US-MD-no-such-county"])
    assert names == {
        "US-MD": "Maryland",
        "US-MD-baltimore-city": "Baltimore city, Maryland",
        "US-NY-kings-county": "Brooklyn (Kings County), New York",
        "US-MD-no-such-county": "No Such County, Maryland",
    }
    assert count.number == 1
    assert queries.area_name("US-GU") == "Guam"


def test_coverage_in_words(site_sqlite):
    fill()
    ids = save_local_services()
    held = coverages()
    with site_sqlite.test_request_context("/en/"):
        words = {slug: coverage_in_words(held[service_id]) for slug, service_id in ids.items()}
        assert words == {
            "everywhere": "",
            "not-in-maryland": "In all states and territories except Maryland",
            "state": "Only in Maryland",
            "state-without-city": "Only in Maryland, but not in Baltimore city, Maryland",
            "city": "Only in Baltimore city, Maryland",
            "county": "Only in Baltimore County, Maryland",
            "new-york-city": "Only in New York City",
            "brooklyn": "Only in Brooklyn (Kings County), New York",
        }


def test_a_long_list_of_areas_is_cut_short_in_lists_only(site_sqlite):
    fill()
    counties = [f"US-MD-{name}-county" for name in ("cecil", "howard", "kent", "talbot", "garrett")]
    ids = save_local_services({"many": (counties, [])})
    coverage = coverages()[ids["many"]]
    with site_sqlite.test_request_context("/en/"):
        assert coverage_in_words(coverage) == (
            "Only in Cecil County, Garrett County, Howard County, Maryland and 2 more"
        )
        assert coverage_in_words(coverage, None) == (
            "Only in Cecil County, Garrett County, Howard County, Kent County, and Talbot County, Maryland"
        )


def test_nearest_locations(app, count_queries):
    fill()
    ids = save_local_services()
    save_location(ids["city"], "Far", 39.40, -76.60)
    save_location(ids["city"], "Near", 39.295, -76.626, position=1)
    save_location(ids["city"], "Nowhere", None, None, position=2)
    save_location(ids["state"], "Ocean City", 38.3365, -75.0849)
    save_location(ids["everywhere"], "Alaska", 61.2, -149.9)
    place = queries.place_by_key("21201")
    with count_queries() as count:
        nearest = queries.with_names(queries.nearest_locations(place), "es")
    assert count.number == 2
    # Ocean City is 105 miles away, within the box and yet not near.
    assert {one: (str(found.name), round(found.miles)) for one, found in nearest.items()} == {
        ids["city"]: ("Near (es)", 0)
    }
    assert set(queries.nearest_locations(place, [ids["everywhere"]])) == set()
    assert queries.nearest_locations(queries.place_by_key("US-MD")) == {}
    page = service_page("city", "en")
    ordered = nearest_first(page.locations, place)
    assert [str(location.name) for location, _ in ordered] == ["Near", "Far", "Nowhere"]
    assert ordered[-1][1] is None
    assert [str(location.name) for location, _ in nearest_first(page.locations, None)] == ["Far", "Near", "Nowhere"]


def test_words_for_distances_and_exceptions(site_sqlite):
    closed = {"from": "2026-12-25", "to": "2026-12-25", "closed": True}
    short = {"from": "2026-12-24", "to": "2026-12-24", "opens": "08:00", "closes": "12:00", "zone": "America/New_York"}
    with site_sqlite.test_request_context("/en/"):
        assert [distance_in_words(miles) for miles in (0.04, 1, 9.96, 168.6, 1234.5)] == [
            "0 miles",
            "1 mile",
            "10 miles",
            "169 miles",
            "1,234 miles",
        ]
        assert exception_in_words(closed) == "Closed on December 25, 2026"
        assert exception_in_words(closed | {"to": "2027-01-01"}) == ("Closed from December 25, 2026 to January 1, 2027")
        assert exception_in_words(short).replace("\u202f", " ") == "December 24, 2026: 8:00 AM to 12:00 PM"
    assert map_address(39.2946, -76.6252) == (
        "https://www.openstreetmap.org/?mlat=39.29460&mlon=-76.62520#map=17/39.29460/-76.62520"
    )


def test_a_small_share_of_a_city_is_no_place_of_its_own(site_sqlite):
    many = [postcode(f"770{n:02}", "Houston", "TX", "Harris County", 29.7, -95.3) for n in range(30)]
    fill([*many, postcode("77489", "Houston", "TX", "Fort Bend County", 29.6, -95.5)])
    assert [(place.name, place.areas) for place in queries.find_places("Houston")] == [
        ("Houston, Texas", ("US-TX-harris-county",))
    ]
    assert queries.place_by_key("77489").areas == ("US-TX-fort-bend-county",)


def test_the_whole_gazetteer(gazetteer):
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Postcode, NamedPlace)]
    assert counts[0] > 40_000
    assert counts[1] > 35_000
    assert [place.areas for place in queries.find_places("Baltimore, MD")][:2] == [
        ("US-MD-baltimore-city",),
        ("US-MD-baltimore-county",),
    ]
    assert set(BOROUGHS) <= set(queries.area_names(BOROUGHS))
    assert queries.find_places("Chicago, IL")[0].areas == ("US-IL-cook-county",)
    assert queries.similar_places("Chigaco, IL")[0].name == "Chicago, Illinois"
    assert len(queries.find_places("Springfield")) > 5


def test_a_lookup_takes_a_constant_number_of_queries(gazetteer, count_queries):
    numbers = set()
    for text in ("Springfield", "Towson", "Los Angeles, CA"):
        with count_queries() as count:
            assert queries.find_places(text)
        numbers.add(count.number)
    assert numbers == {1}

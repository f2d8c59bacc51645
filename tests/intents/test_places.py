"""Lists and searches for a place: what is offered somewhere else never appears as if it were offered here."""

import itertools
import re

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.caching import advance_content_version
from portal.catalogue.models import ServiceArea
from portal.catalogue.places.queries import place_by_key
from portal.database import transaction
from portal.extensions import db
from portal.intents import queries
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.places import AREAS, BALTIMORE, BOROUGHS, COUNTY, fill, save_local_services, save_location

# The areas that each place consists of, written out.
PLACES = {
    "21201": {BALTIMORE},
    "21204": {COUNTY},
    "US-MD-baltimore-city.baltimore": {BALTIMORE},
    "US-MD": {"US-MD"},
    "US-NY-new-york-city": set(BOROUGHS),
    "11201": {"US-NY-kings-county"},
    "US-PR": {"US-PR"},
    "09001": {"US"},
    "20001": {"US-DC"},
}
SHOWN = {
    "21201": {"everywhere", "state", "city"},
    "21204": {"everywhere", "state", "state-without-city", "county"},
    "US-MD": {"state", "state-without-city", "everywhere"},
    "11201": {"everywhere", "not-in-maryland", "new-york-city", "brooklyn"},
    "US-NY-new-york-city": {"everywhere", "not-in-maryland", "new-york-city"},
    "43105": {"everywhere", "not-in-maryland"},
    "09001": {"everywhere", "not-in-maryland"},
}
CODES = sorted({"US", "US-MD", "US-NY", "US-PR", "US-DC", "US-VA", BALTIMORE, COUNTY, *BOROUGHS})
AREA_SETS = st.lists(
    st.tuples(st.frozensets(st.sampled_from(CODES), max_size=6), st.frozensets(st.sampled_from(CODES), max_size=3)),
    min_size=6,
    max_size=6,
)


@pytest.fixture(scope="module")
def six_services(tmp_path_factory):
    """Six services, whose areas the tests set."""
    made = make_app(tmp_path_factory.mktemp("six"))
    with made.app_context():
        fill()
        yield list(save_local_services({f"service-{number}": (["US"], []) for number in range(6)}).items())
    close(made)


def serves(included, excluded, area):
    """The rule once more, by going up from the area."""
    parts = area.split("-", 2)
    around = {"-".join(parts[: count + 1]) for count in range(len(parts))}
    return bool(around & included) and not around & excluded


@settings(max_examples=60, deadline=None)
@given(AREA_SETS)
def test_a_list_for_a_place_holds_what_serves_all_of_it_and_nothing_else(six_services, areas):
    with transaction():
        db.session.execute(sa.delete(ServiceArea))
        rows = [
            {"service_id": service_id, "area": area, "excluded": area in excluded}
            for (_, service_id), (included, excluded) in zip(six_services, areas, strict=True)
            for area in sorted(included | excluded)
        ]
        if rows:
            db.session.execute(sa.insert(ServiceArea), rows)
        advance_content_version()
    for key, parts in PLACES.items():
        place = place_by_key(key)
        assert set(place.areas) == parts
        for order in ("", "distance"):
            shown = {one.slug for one in queries.browse("en", place=place, order=order).services}
            assert shown == {
                slug
                for (slug, _), (included, excluded) in zip(six_services, areas, strict=True)
                if all(serves(included - excluded, excluded, area) for area in parts)
            }
    # Without a place all are there, and each that is not nationwide says where it is offered.
    everywhere = queries.browse("en").services
    assert len(everywhere) == len(six_services)
    by_slug = {one.slug: one.coverage for one in everywhere}
    for (slug, _), (included, excluded) in zip(six_services, areas, strict=True):
        assert by_slug[slug].nationwide == (included == {"US"} and not excluded)


def furnish():
    fill()
    ids = save_local_services()
    save_location(ids["city"], "City office", 39.30, -76.61)
    save_location(ids["state"], "State office", 39.2946, -76.6252)
    rebuild_index()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A portal with local services; read it, do not write."""
    made = make_app(tmp_path_factory.mktemp("site"))
    with made.app_context():
        furnish()
    yield made.test_client()
    close(made)


def main_of(text):
    return text[text.index("<main") : text.index("</main>")]


def listed(text):
    """Slugs of the services that a page lists."""
    return set(re.findall(r'/en/services/([a-z-]+)(?:\?[^"]*)?"', main_of(text)))


@pytest.mark.parametrize("key", SHOWN)
def test_list_and_search_show_the_same_for_a_place(site, key):
    assert listed(site.get(f"/en/services?place={key}").text) == SHOWN[key]
    assert listed(site.get(f"/en/search?q=local&place={key}").text) == SHOWN[key]


def test_lists_for_a_place_on_each_engine(app):
    furnish()
    client = app.test_client()
    for key, slugs in SHOWN.items():
        assert listed(client.get(f"/en/services?place={key}&order=distance").text) == slugs


def test_without_a_place_each_service_says_where_it_is_offered(site):
    for address in ("/en/services", "/en/search?q=local"):
        text = site.get(address).text
        assert listed(text) == set(AREAS)
        for words in (
            "Only in Maryland",
            "Only in Baltimore city, Maryland",
            "Only in New York City",
            "In all states and territories except Maryland",
            "Only in Maryland, but not in Baltimore city, Maryland",
        ):
            assert words in text, (address, words)
    assert "Only in Baltimore city, Maryland" in site.get("/en/services/city").text


def test_a_place_that_is_typed_leads_to_the_list_of_that_place_and_keeps_other_choices(site):
    answer = site.get("/en/services?where=21201&agency=agency&intent=&order=distance&page=3")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/en/services?agency=agency&order=distance&place=21201",
    )
    assert site.get("/en/search?q=local&where=NYC").headers["Location"] == (
        "/en/search?q=local&place=US-NY-new-york-city"
    )
    assert site.get("/en/services?where=&place=21201&agency=agency").headers["Location"] == "/en/services?agency=agency"
    assert site.get("/en/services?place=md").headers["Location"] == "/en/services?place=US-MD"


def test_an_unclear_place_brings_choices_that_keep_the_others(site):
    text = site.get("/en/services?where=baltimore&agency=agency").text
    assert "Several places are called “baltimore”" in text
    assert 'href="/en/services?agency=agency&amp;place=US-MD-baltimore-county.baltimore"' in text
    assert listed(text) == set(AREAS)
    text = site.get("/en/search?q=local&where=baltimore").text
    assert 'href="/en/search?q=local&amp;place=US-MD-baltimore-city.baltimore"' in text


@pytest.mark.parametrize(
    "path", ["/en/services?agency=agency&", "/en/search?q=local&agency=agency&", "/en/services/city?"]
)
def test_an_unknown_place_is_said_to_be_unknown(site, path):
    text = site.get(f"{path}where=Blatimore").text
    assert "We do not know the place “Blatimore”" in text
    assert "place=US-MD-baltimore-city.baltimore" in text
    assert "<script>" not in site.get(f"{path}where=<script>x").text
    assert 'value="Blatimore"' in text or "/city" in path


def test_a_wide_place_says_what_is_left_out(site):
    words = "Services of single cities and counties appear when you give a postcode or city."
    assert words in site.get("/en/services?place=US-MD").text
    assert words in site.get("/en/search?q=local&place=US-NY-new-york-city").text
    assert words not in site.get("/en/services?place=21201").text


def test_nearest_first(site):
    text = main_of(site.get("/en/services?place=21201").text)
    assert text.index("/services/city?") < text.index("/services/state?")
    near = main_of(site.get("/en/services?place=21201&order=distance").text)
    assert near.index("/services/state?") < near.index("/services/city?") < near.index("/services/everywhere?")
    assert "0 miles away:" in near
    assert "0.9 miles away:" in near
    assert "Nearest first" in near
    assert "Nearest first" not in site.get("/en/services?place=US-MD").text
    assert site.get("/en/services?place=US-MD&order=distance").status_code == 200
    assert site.get("/en/services?order=distance").status_code == 200


def test_a_service_page_for_a_place_that_it_does_not_serve_says_so_first(site):
    text = main_of(site.get("/en/services/city?place=10001").text)
    assert text.index("This service is not offered in 10001, New York, New York.") < text.index("<h1")
    assert 'href="/en/services?place=10001"' in text
    assert "is not offered in" not in site.get("/en/services/city?place=21201").text
    assert "is not offered in" not in site.get("/en/services/city").text
    # Offered in a city of the state is not offered in the state.
    assert "is not offered in Maryland" in site.get("/en/services/city?place=US-MD").text


def test_a_service_page_shows_its_locations(site_sqlite):
    fill()
    ids = save_local_services()
    closed = {"from": "2000-01-01", "to": "2999-01-01", "closed": True, "note": {"en": "Repairs", "es": "Obras"}}
    for number in range(12):
        save_location(ids["city"], f"Office {number}", 39.30 + number / 100, -76.61, number, street=f"{number} Main St")
    save_location(
        ids["state"],
        "Old office",
        39.3,
        -76.6,
        hours_exceptions=[closed],
        not_current=True,
        languages=["en", "es"],
        accessibility={"en": "No steps."},
        phone="410-555-0100",
    )
    client = site_sqlite.test_client()
    text = main_of(client.get("/en/services/city?place=21201").text)
    assert text.count("pt-channel") >= 12
    assert text.index("Office 0") < text.index("Office 9") < text.index("2 more locations") < text.index("Office 11")
    assert "0 Main St, Baltimore, MD" in text
    assert "miles away" in text
    assert 'href="https://www.openstreetmap.org/?mlat=39.30000&amp;mlon=-76.61000#map=17/39.30000/-76.61000"' in text
    assert 'rel="external noreferrer"' in text
    text = client.get("/en/services/state").text
    for words in (
        "Closed from January 1, 2000",
        "Repairs",
        "Call before you go",
        "Spanish",
        "No steps.",
        "410-555-0100",
    ):
        assert words in text, words
    assert "Where to go" not in client.get("/en/services/brooklyn").text


def test_a_list_takes_as_many_queries_for_many_services_as_for_few(app, count_queries):
    fill()
    ids = save_local_services({"first": ([BALTIMORE], [])})
    save_location(ids["first"], "Office", 39.3, -76.6)
    place = place_by_key("21201")
    numbers = []
    for slugs in ([], [f"more-{number}" for number in range(30)]):
        added = save_local_services({slug: ([BALTIMORE], []) for slug in slugs}) if slugs else {}
        for slug in slugs:
            save_location(added[slug], "Office", 39.3, -76.6)
        for order in ("", "distance"):
            queries.browse("en", place=place, order=order)
            with count_queries() as count:
                assert queries.browse("en", place=place, order=order).nearest
            numbers.append(count.number)
    few, many = numbers[:2], numbers[2:]
    assert few == many


def test_an_area_is_looked_up_once(site_sqlite):
    fill()
    save_local_services()
    index, _ = queries.browse_index()
    for key, _ in itertools.product(PLACES, range(3)):
        queries.browse("en", place=place_by_key(key))
    assert set(index._served) == set().union(*PLACES.values())


def test_a_bundle_leads_to_its_services_for_a_place(starter):
    text = starter.test_client().get("/en/life-events/losing-a-job").text
    assert '<input type="hidden" name="intent" value="losing-a-job">' in text
    assert 'action="/en/services"' in text

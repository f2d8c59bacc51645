"""What a visit notes of what somebody does, and the figures of the lists."""

import base64
import json
import re

import pytest
import sqlalchemy as sa

from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.extensions import db, limiter
from portal.related.models import RelatedUse, RunningVisit
from tests.conftest import close, make_app
from tests.support import service_record

from .visiting import FIREFOX, Guest, furnish, list_of, shown, uses


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """The portal on each engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    app = make_app(tmp_path, url)
    with app.app_context():
        furnish()
        limiter.reset()
    yield app
    close(app)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("signals"), visit_limit=1000)
    with app.app_context():
        furnish()
    yield app
    close(app)


@pytest.fixture
def guest(lasting):
    uses(lasting)
    with lasting.app_context(), transaction():
        db.session.execute(sa.delete(RunningVisit))
        db.session.execute(sa.delete(RelatedUse))
        limiter.reset()
    return Guest(lasting)


def test_looking_applying_and_asking_a_person_are_noted_by_strength(site):
    guest = Guest(site).agree()
    guest.look_at("/services/pension")
    assert guest.noted == [("pension", "viewed")]
    assert guest.client.post("/en/services/pension/applied").status_code == 204
    guest.look_at("/contact?from=/es/services/food").look_at("/services/food").look_at("/services/pension")
    assert guest.noted == [("pension", "applied"), ("food", "contacted")]
    assert list(guest.visit.weights.values()) == [1.5, 1.5]


def test_a_view_that_our_list_brought_about_weighs_less(site):
    guest = Guest(site).agree().look_at("/services/pension")
    page = guest.fetch("service/pension").text
    assert shown(page)[:2] == ["food", "bus"]
    assert guest.follow(page, 2) == 204
    guest.look_at("/services/bus").look_at("/services/food")
    assert guest.noted == [("pension", "viewed"), ("bus", "followed"), ("food", "viewed")]
    assert list(guest.visit.weights.values()) == [1.0, 0.3, 1.0]
    assert len(guest.visit.follows) == 1
    # What came of it counts in full.
    guest.client.post("/en/services/bus/applied")
    assert guest.noted[1] == ("bus", "applied")


def test_what_a_check_says_is_noted_when_its_results_are_shown(site):
    guest = Guest(site).agree().start("?intent=growing-old")
    guest.answer(amount="67").open("/check/results")
    assert guest.noted == []
    while "/questions/" not in guest.path:
        guest.submit("/check/ask", **guest.button("work_years"))
    guest.answer(amount="12").open("/check/results")
    assert "Title of pension" in guest.section("likely")
    assert guest.noted == [("pension", "likely")]


def test_results_without_a_visit_write_nothing(lasting, guest, count_queries):
    guest.start("?intent=growing-old").answer(amount="67").open("/check/results")
    with lasting.app_context():
        statements = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        guest.open("/check/results")
    assert not [one for one in statements if "running_visit" in one]


@pytest.mark.parametrize("path", ["/services/shelter", "/contact?from=/en/services/shelter"])
def test_sensitive_services_are_never_noted(guest, path):
    guest.agree().look_at(path)
    assert guest.client.post("/en/services/shelter/applied").status_code == 204
    assert guest.noted == []
    assert shown(guest.page) == ["food", "bus"]


def test_a_service_that_is_withdrawn_is_not_noted(lasting, guest):
    guest.agree()
    with lasting.app_context(), transaction():
        save_service(service_record("old", status="withdrawn", eligibility={}))
    assert guest.client.get("/en/services/old/seen").status_code == 404
    assert guest.client.get("/en/services/nothing/seen").status_code == 404
    assert guest.client.post("/en/services/nothing/applied").status_code == 204
    assert guest.noted == []


def test_searches_are_counted_and_not_what_for(guest):
    guest.agree().open("/search?q=bus").open("/search?q=my+secret+words").open("/search?q=bus&page=2").open("/search")
    assert guest.visit.searches == 2
    assert "secret" not in json.dumps(vars(guest.visit))


def test_the_state_that_a_page_was_asked_for_is_noted_and_nothing_closer(guest):
    guest.agree().look_at("/services/local?place=21201")
    assert (guest.visit.region, guest.visit.place) == ("US-MD", None)
    guest.look_at("/services/food")
    assert guest.visit.region == "US-MD"
    # What somebody says of themselves counts more.
    guest.open("/visit").submit("/visit/wishes", where="NY", profile="", channel="")
    declared = guest.visit.region
    guest.look_at("/services/local?place=21201")
    assert (declared, guest.visit.region) == ("US-NY", "US-NY")


def test_two_signals_at_once_are_both_noted(site):
    guest, other = Guest(site).agree(), Guest(site)
    other.client.set_cookie("portico_visit", guest.key)
    guest.look_at("/services/pension")
    other.look_at("/services/food")
    assert guest.noted == [("pension", "viewed"), ("food", "viewed")]


# Figures


def test_a_list_is_counted_when_it_is_shown_and_followed(site):
    guest = Guest(site).look_at("/services/school").look_at("/services/school")
    assert {"bus", "food"} < set(shown(guest.page))
    assert guest.follow(guest.page, shown(guest.page).index("bus") + 1) == 204
    found = {row[3]: row[4:] for row in uses(site) if row[:3] == ("public", "service", "school")}
    assert (found["food"], found["bus"]) == ((2, 0, 0), (2, 1, 0))


def test_each_place_counts_for_itself(lasting, guest):
    guest.look_at("/services/food").look_at("/contact?from=/en/services/food")
    guest.look_at("/articles/article").look_at("/life-events/growing-old").look_at("/for/veterans/growing-old")
    guest.start("?service=for-all").open("/check/results")
    counted = {(place, source) for arm, place, source, *_ in uses(lasting)}
    assert {place for place, _ in counted} == {"service", "contact", "article", "intent", "screening"}
    # A link counts for the service that brought it.
    assert ("article", "pension") in counted
    assert ("screening", "for-all") in counted


def test_in_a_visit_the_list_that_is_fetched_counts_in_its_arm(lasting, guest):
    guest.agree().look_at("/services/school")
    assert uses(lasting) == []
    page = guest.fetch("service/school").text
    assert {row[:3] for row in uses(lasting)} == {("a", "service", "school")}
    assert guest.follow(page, 1) == 204
    assert [row[5] for row in uses(lasting) if row[3] == shown(page)[0]] == [1]
    assert shown(guest.open("/visit").page)
    assert ("a", "visit") in {row[:2] for row in uses(lasting)}


def test_an_address_counts_a_link_once_a_day(lasting, guest):
    page = guest.look_at("/services/school").page
    for _ in range(3):
        assert guest.follow(page, 1) == 204
    elsewhere = Guest(lasting)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    elsewhere.follow(page, 1)
    assert [row[5] for row in uses(lasting) if row[3] == shown(page)[0]] == [2]


@pytest.mark.parametrize(
    "headers",
    [
        {"SEC_GPC": "1"},
        {"DNT": "1"},
        {"USER_AGENT": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {},
    ],
)
def test_bots_staff_and_private_browsers_count_nowhere(lasting, guest, headers):
    other = Guest(lasting, **headers)
    if not headers:
        other.client.set_cookie("portico_staff", "somebody")
    other.look_at("/services/school")
    assert other.follow(other.page, 1) == 204
    assert uses(lasting) == []


def test_only_lists_that_were_given_out_count(lasting, guest):
    page = guest.look_at("/services/school").page
    before = uses(lasting)
    signed = list_of(page)
    made_up = base64.urlsafe_b64encode(b'["public","service",[[1,2]]]').decode()
    for text, number in (("", 1), ("x", 1), (signed + "x", 1), (f"{made_up}.abc", 1), (signed, 99), (signed, "-1")):
        data = {"list": text, "position": number}
        assert guest.client.post("/en/related/followed", data=data).status_code == 400
        assert (
            guest.client.get("/en/related/shown", query_string={"list": text if number == 1 else "x"}).status_code
            == 200
        )
    assert uses(lasting) == before


def test_nothing_of_a_visit_stands_in_an_address_or_the_log(lasting, guest, caplog):
    with caplog.at_level("DEBUG"):
        guest.agree().look_at("/services/pension").look_at("/services/food")
        guest.start("?intent=growing-old").answer(amount="67").open("/check/results").open("/visit")
    key = guest.key
    assert key not in caplog.text
    assert not [one for one in guest.seen if key in one.request.url]
    # On pages of their own there is no image, whose address would tell what the list came from.
    assert "pt-dot" not in guest.page
    assert not re.findall(r'(?:src|href|action)="[^"]*list=', guest.page)


def test_the_public_page_is_the_same_with_and_without_a_visit(lasting, guest):
    plain = Guest(lasting).open("/services/pension").seen[-1]
    guest.agree()
    own = guest.open("/services/pension").seen[-1]
    assert (own.text, own.headers["ETag"]) == (plain.text, plain.headers["ETag"])
    assert own.headers["Cache-Control"].startswith("public")
    assert guest.client.environ_base["HTTP_USER_AGENT"] == FIREFOX

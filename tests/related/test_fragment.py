"""The list of a running visit: what it adds to the list that everyone sees."""

import random
import re

import pytest
import sqlalchemy as sa

from portal.caching import advance_content_version, today
from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.extensions import db, limiter
from portal.related.models import RelatedState, RelatedUse, RelatedVerdict, RunningVisit
from tests.conftest import close, make_app
from tests.support import service_record

from .visiting import MOVING, Guest, furnish, ids_by_slug, reasons, shown, uses


@pytest.fixture
def site(tmp_path):
    app = make_app(tmp_path, visit_limit=1000)
    with app.app_context():
        furnish()
        limiter.reset()
        # Nothing is explored unless a test wants it.
        Dice.into(app, 1.0)
    yield app
    close(app)


class Dice:
    """Dice that fall as a test wants."""

    def __init__(self, value):
        self.value = value

    @classmethod
    def into(cls, app, value):
        app.extensions["related_dice"] = cls(value)

    def random(self):
        return self.value

    def choice(self, choices):
        return choices[0]


def test_what_was_seen_speaks_for_others_and_is_not_shown_again(site):
    guest = Guest(site).agree().look_at("/services/school")
    assert shown(guest.open("/services/pension").page) == ["food", "bus", "advice"]
    # What goes with "school" comes in, and what goes with both comes first.
    assert shown(guest.fetch("service/pension").text) == ["bus", "food", "advice", "gym", "keys"]
    guest.look_at("/services/bus")
    assert shown(guest.fetch("service/pension").text) == ["food", "advice", "gym", "keys", "mail"]


def test_the_fragment_is_small_and_nobody_elses(site):
    guest = Guest(site).agree().look_at("/services/food")
    answer = guest.fetch("service/pension")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "<html" not in answer.text
    assert len(answer.data) < 6_000
    assert Guest(site).fetch("service/pension").status_code == 204
    assert guest.fetch("service/none").status_code == 404
    assert guest.fetch("planet/pension").status_code == 404


def test_not_relevant_hides_for_the_visit_and_is_counted(site):
    guest = Guest(site).agree()
    page = guest.fetch("service/pension").text
    first = shown(page)[0]
    answer = guest.hide(page, 1)
    assert (answer.status_code, answer.location) == (303, "/en/visit")
    assert first not in shown(guest.fetch("service/pension").text)
    assert first not in shown(guest.fetch("service/food").text)
    assert [row[-1] for row in uses(site) if row[:4] == ("a", "service", "pension", first)] == [1]
    # Others see it still.
    assert first in shown(guest.open("/services/pension").page)
    assert first in shown(Guest(site).agree().fetch("service/pension").text)
    assert guest.hide(page, 1, back="/en/check/results").location == "/en/check/results"
    assert guest.hide(page, 1, back="//evil.example").location == "/en/visit"
    assert guest.hide(page, 9).status_code == 422


def test_hiding_without_a_visit_counts_nothing(site):
    guest = Guest(site).agree()
    page = guest.fetch("service/pension").text
    guest.open("/visit").submit("/visit/forget")
    before = uses(site)
    guest.open("/feedback?page=/en/")
    assert guest.hide(page + guest.page, 1).status_code in (303, 400)
    assert uses(site) == before


def test_what_is_blocked_or_withdrawn_never_appears(site):
    guest = Guest(site).agree()
    with site.app_context(), transaction():
        ids = ids_by_slug()
        db.session.add(RelatedVerdict(source_id=ids["pension"], target_id=ids["bus"], verdict="blocked", position=0))
        save_service(service_record("food", status="withdrawn", eligibility={}))
        advance_content_version()
    # "school" speaks for both.
    guest.look_at("/services/school")
    assert {"bus", "food"}.isdisjoint(shown(guest.fetch("service/pension").text))
    Dice.into(site, 0.0)
    assert {"bus", "food"}.isdisjoint(shown(guest.fetch("service/pension").text))


def test_a_check_lifts_what_is_likely_and_sinks_what_is_not(site):
    guest = Guest(site).agree().start("?service=local&place=21201").answer(amount="16")
    page = guest.fetch("service/pension").text
    assert shown(page)[-1] == "local"
    assert reasons(page)["local"] == "From your answers, you may not get this"
    adult = Guest(site).agree().start("?service=local&place=21201").answer(amount="30")
    if "/questions/" in adult.path:
        adult.answer(where="21201")
    page = adult.fetch("service/pension").text
    assert shown(page)[0] == "local"
    assert reasons(page)["local"] == "From your answers, you may get this"
    # Once it was looked at, it is known.
    other = Guest(site).agree().start("?service=local&place=21201").answer(amount="30").answer(where="21201")
    other.look_at("/services/local").open("/check/results")
    assert other.noted == [("local", "likely")]
    assert "local" not in shown(other.fetch("service/pension").text)
    # Who gets it already need not be told.
    adult.open("/check/results").submit("/check/already", service="local")
    assert "local" not in shown(adult.fetch("service/pension").text)


def test_declared_wishes_change_the_list(site):
    with site.app_context(), transaction():
        save_service(
            service_record(
                "walk-in",
                eligibility={},
                areas={"include": ["US-MD"]},
                channels=[{"kind": "in_person", "text": {"en": "Go."}}],
            )
        )
    guest = Guest(site).agree()
    assert "local" not in shown(guest.fetch("service/pension").text)
    guest.open("/visit").submit("/visit/wishes", where="21201", profile="", channel="")
    assert "local" in shown(guest.fetch("service/pension").text)
    # The place of the page comes before what somebody declared.
    assert "local" not in shown(guest.fetch("service/pension?place=US-NY").text)


def test_visits_of_the_other_arm_get_their_lists_from_the_trial(site):
    guest = Guest(site).agree().look_at("/services/bus")
    with site.app_context(), transaction():
        state = db.session.get_one(RelatedState, 1)
        state.curated_only, state.trial = False, {"curated_only": True}
        advance_content_version()
    Dice.into(site, 0.0)
    explored = guest.fetch("service/pension").text
    assert "You may not know this yet" in explored
    other = Guest(site)
    while other.agree().visit.arm != "b":
        other = Guest(site)
    other.look_at("/services/bus")
    assert "You may not know this yet" not in other.fetch("service/pension").text
    assert {row[0] for row in uses(site)} == {"a", "b"}


def test_now_and_then_the_last_place_shows_what_hardly_anybody_saw(site):
    guest = Guest(site).agree().look_at("/services/bus")
    Dice.into(site, 0.0999)
    page = guest.fetch("service/food").text
    new = [slug for slug, why in reasons(page).items() if why == "You may not know this yet"]
    assert new == [shown(page)[-1]]
    assert len(shown(page)) <= 5
    Dice.into(site, 0.1)
    assert "You may not know this yet" not in guest.fetch("service/food").text
    # Once it was shown often enough it is new no more.
    with site.app_context(), transaction():
        ids = ids_by_slug()
        for slug in ids:
            row = RelatedUse(day=today(), arm="public", place="service", source_id=0, target_id=ids[slug])
            row.shown, row.followed, row.not_relevant = 20, 0, 0
            db.session.add(row)
    Dice.into(site, 0.0)
    assert "You may not know this yet" not in guest.fetch("service/food").text


def test_a_tenth_of_the_views_explores_and_the_same_seed_explores_the_same(site):
    guest = Guest(site).agree().look_at("/services/bus")

    def lists(seed):
        site.extensions["related_dice"] = random.Random(seed)
        return [
            shown(page) for page in (guest.fetch("service/food").text for _ in range(100)) if "may not know" in page
        ]

    first = lists(5)
    assert lists(5) == first
    assert 5 <= len(first) <= 16
    # Not always the same one is tried.
    assert len({one[-1] for one in first}) > 1


def test_exploring_is_off_where_nothing_learned_is_shown(site):
    with site.app_context(), transaction():
        db.session.get_one(RelatedState, 1).curated_only = True
        advance_content_version()
    Dice.into(site, 0.0)
    guest = Guest(site).agree().look_at("/services/bus")
    assert "You may not know this yet" not in guest.fetch("service/food").text


# Places


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ("/services/pension", "service/pension"),
        ("/articles/article", "article/article"),
        ("/life-events/growing-old", "intent/growing-old"),
        ("/for/veterans/growing-old", "intent/growing-old?profile=veterans"),
        ("/contact?from=/en/services/pension", "service/pension?at=contact"),
        ("/contact?from=/en/life-events/growing-old", "intent/growing-old?at=contact"),
        ("/services/shelter", "service/shelter"),
    ],
)
def test_every_place_has_a_list_and_the_address_of_the_visits_own(site, page, own):
    guest = Guest(site).open(page)
    assert re.search(r'data-related="([^"]+)"', guest.page)[1].replace("&amp;", "&") == f"/en/related/{own}"
    assert '<h2 class="govuk-heading-m" id="related-services">' in guest.page
    everyones = shown(guest.page)
    assert 0 < len(everyones) <= 5
    assert all(reasons(guest.page).values())
    assert shown(guest.agree().fetch(own).text) == everyones


def test_services_of_a_journey_are_not_shown_again(site):
    guest = Guest(site).open("/life-events/growing-old")
    assert {"pension", "food"}.isdisjoint(shown(guest.page))
    assert shown(guest.page)


def test_a_contact_page_about_nothing_has_no_list(site):
    for path in ("/contact", "/contact?from=/en/services/none", "/contact?from=/en/about"):
        assert "related-services" not in Guest(site).open(path).page


def test_results_have_a_list_of_what_goes_with_the_likely_services(site):
    guest = Guest(site).start("?service=for-all").open("/check/results")
    assert shown(guest.page)[:2] == ["bus", "school"]
    assert "Not relevant" not in guest.page
    # In a visit the list is its own at once.
    guest = Guest(site).agree().look_at("/services/bus").start("?service=for-all").open("/check/results")
    assert "bus" not in shown(guest.page)
    page = guest.page
    assert guest.hide(page, 1, back="/en/check/results").location == "/en/check/results"
    assert shown(page)[0] not in shown(guest.open("/check/results").page)


def test_results_show_nothing_twice(site):
    guest = Guest(site).start().answer(amount="67").open("/check/results")
    assert set(shown(guest.page)) <= {"bus", "school", *MOVING}
    nothing_likely = Guest(site).start("?service=pension").open("/check/results")
    assert "related-services" not in nothing_likely.page


def test_without_script_the_page_of_the_visit_shows_the_list(site):
    guest = Guest(site).agree()
    assert "related-services" not in guest.page
    guest.look_at("/services/pension").open("/visit")
    before = shown(guest.page)
    assert before
    assert guest.hide(guest.page, 1).location == "/en/visit"
    assert before[0] not in shown(guest.open("/visit").page)


def test_a_withdrawn_service_of_the_visit_is_gone_from_its_page(site):
    guest = Guest(site).agree().look_at("/services/food").look_at("/services/bus")
    with site.app_context(), transaction():
        save_service(service_record("food", status="withdrawn", eligibility={}))
    assert "Title of food" not in guest.open("/visit").main
    assert "Title of bus" in guest.main
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RunningVisit)) == 1

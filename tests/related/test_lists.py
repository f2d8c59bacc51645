"""The list of a service, on a real catalogue: what is closed, elsewhere or for others is never in it."""

import datetime

import pytest
import sqlalchemy as sa

from portal.caching import advance_content_version
from portal.catalogue.models import Service
from portal.catalogue.places.rules import Place
from portal.database import transaction
from portal.extensions import db
from portal.i18n import DEFAULT_LANGUAGE
from portal.intents.operations import save_bundle, save_intent, save_profile, save_service_profiles
from portal.related.models import RelatedExclusion, RelatedState, RelatedVerdict, ServiceLink
from portal.related.operations.links import save_links
from portal.related.queries.lists import Asked, related
from portal.related.rules.ranking import Link
from tests.support import both, intent_record, profile_record

from .catalogue import count, make_services, publish_now, shown

MARYLAND = Place("US-MD", "Maryland", ("US-MD",))
VIRGINIA = Place("US-VA", "Virginia", ("US-VA",))
LINKS = {"one": [("two", "often_together"), ("three", "requires")]}


def change(*rows):
    """Change tables as editors do: everyone sees it at once."""
    with transaction():
        for row in rows:
            db.session.add(row)
        advance_content_version()


def set_service(service_id, **values):
    with transaction():
        db.session.execute(sa.update(Service).where(Service.id == service_id).values(values))
        advance_content_version()


def test_a_list_says_why_in_the_readers_language(app):
    ids = make_services("one", "two", "three", links=LINKS)
    with transaction():
        save_links(
            ids["one"], [Link(ids["two"], "often_together", both("They go together")), Link(ids["three"], "requires")]
        )
    with app.test_request_context("/es/"):
        app.preprocess_request()
        assert [(one.service.title, one.why, one.why.lang) for one in related(Asked((ids["one"],)), "es")] == [
            ("Title of three (es)", "Necesita esto antes de Title of one (es)", "es"),
            ("Title of two (es)", "They go together (es)", "es"),
        ]
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        first = related(Asked((ids["one"],)), "ar")[0]
        assert first.service.title == "Title of three"
        assert "\u2066Title of one\u2069" in first.why


def test_what_an_editor_wrote_stands_only_beside_the_service_that_it_is_about(app):
    ids = make_services("one", "two", "three")
    with transaction():
        save_links(ids["one"], [Link(ids["two"], "often_together", both("It is free with this"))])
    with app.test_request_context("/en/"):
        app.preprocess_request()
        for asked in (Asked((ids["one"], ids["three"])), Asked((ids["three"],), seen=(ids["one"],))):
            assert [one.why for one in related(asked, "en")] == ["Often needed together with Title of one"]
        assert [one.why for one in related(Asked((ids["one"],)), "en")] == ["It is free with this"]


def test_links_that_come_with_the_content_are_replaced_and_those_of_editors_stay(app):
    ids = make_services("one", "two", "three", "four", links=LINKS)
    with transaction():
        db.session.add(
            ServiceLink(
                source_id=ids["one"],
                target_id=ids["four"],
                kind="alternative",
                position=0,
                reason=None,
                origin="editor",
            )
        )
    with transaction():
        wanted = [Link(ids["four"], "requires"), Link(ids["two"], "requires")]
        assert save_links(ids["one"], wanted) == "changed"
        assert save_links(ids["one"], wanted) == "unchanged"
    assert shown(ids["one"]) == [(ids["two"], "requires"), (ids["four"], "alternative")]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "withdrawn"},
        {"status": "draft"},
        {"valid_to": datetime.date(2020, 1, 1)},
        {"valid_from": datetime.date(2999, 1, 1)},
    ],
)
def test_what_is_not_offered_is_not_shown(app, values):
    ids = make_services("one", "two", "three", links=LINKS)
    set_service(ids["three"], **values)
    assert shown(ids["one"]) == [(ids["two"], "often_together")]


def test_what_is_offered_elsewhere_is_not_shown(app):
    areas = {"two": {"areas": {"include": ["US-VA"]}}, "three": {"areas": {"include": ["US"], "exclude": ["US-MD"]}}}
    ids = make_services("one", "two", "three", links=LINKS, **areas)
    assert shown(ids["one"]) == [(ids["three"], "requires")]
    assert shown(ids["one"], place=MARYLAND) == []
    assert shown(ids["one"], place=VIRGINIA) == [(ids["three"], "requires"), (ids["two"], "often_together")]


def test_beside_a_local_service_stand_others_of_the_same_area(app):
    areas = {
        "one": {"areas": {"include": ["US-MD-howard-county"]}},
        "two": {"areas": {"include": ["US-MD"]}},
        "three": {"areas": {"include": ["US-VA"]}},
    }
    ids = make_services("one", "two", "three", links=LINKS, **areas)
    assert shown(ids["one"]) == [(ids["two"], "often_together")]


def test_journeys_and_places_bring_services_together(app):
    ids = make_services(
        "food",
        "loans",
        "nationwide",
        "far",
        loans={"areas": {"include": ["US-MD"]}},
        far={"areas": {"include": ["US-VA"]}},
    )
    with transaction():
        intent = intent_record("hardship", ("food", "loans", "nationwide", "far"))
        save_intent(intent)
        save_bundle(intent, service_ids=ids)
    assert shown(ids["food"]) == [(ids["nationwide"], "life_event")]
    assert shown(ids["food"], place=MARYLAND) == [(ids["loans"], "life_event"), (ids["nationwide"], "life_event")]


def test_what_is_for_others_alone_is_not_shown(app):
    ids = make_services("one", "two", "three", links={"one": [("two", "alternative")]})
    with transaction():
        save_profile(profile_record("veterans"))
        save_profile(profile_record("students"))
        save_service_profiles(ids["two"], ["veterans"], exclusive=True)
        save_service_profiles(ids["three"], ["veterans"], exclusive=True)
        intent = intent_record("study", ("one", "two", "three"))
        save_intent(intent)
        save_bundle(intent, service_ids=ids)
    # An editor linked the one, who knows that it is for some readers only.
    assert shown(ids["one"]) == [(ids["two"], "alternative")]
    assert shown(ids["one"], profile="students") == []
    assert {target for target, _ in shown(ids["one"], profile="veterans")} == {ids["two"], ids["three"]}


def test_editors_have_the_last_word(app):
    ids = make_services("one", "two", "three", "four", links=LINKS)
    count([[ids["one"], ids["two"], ids["four"]]] * 60)
    assert publish_now()
    assert (ids["four"], "behaviour") in shown(ids["one"])
    one, two, three, four = (ids[slug] for slug in ("one", "two", "three", "four"))
    change(RelatedVerdict(source_id=one, target_id=four, verdict="pinned", position=0))
    assert shown(one)[0] == (four, "pinned")
    change(RelatedVerdict(source_id=one, target_id=two, verdict="blocked", position=0))
    assert shown(one) == [(four, "pinned"), (three, "requires")]
    change(RelatedExclusion(service_id=three, as_source=False, as_target=True))
    assert shown(one) == [(four, "pinned")]
    change(RelatedExclusion(service_id=one, as_source=True, as_target=False))
    assert shown(one) == []


def test_the_kill_switch_leaves_what_editors_chose(app):
    ids = make_services("one", "two", "three", "four", links=LINKS)
    count([[ids["one"], ids["four"]]] * 60)
    assert publish_now()
    assert shown(ids["one"])[1] == (ids["four"], "behaviour")
    with transaction():
        db.session.execute(sa.update(RelatedState).values(curated_only=True))
        advance_content_version()
    assert shown(ids["one"]) == [(ids["three"], "requires"), (ids["two"], "often_together")]


def test_what_was_seen_speaks_for_others_and_is_not_shown_again(app):
    ids = make_services("one", "two", "three", "four", links=LINKS | {"two": [("four", "comes_after")]})
    one, two, three, four = (ids[slug] for slug in ("one", "two", "three", "four"))
    assert shown(one, seen=(two,)) == [(three, "requires"), (four, "comes_after")]
    assert shown(one, besides=frozenset({three})) == [(two, "often_together")]


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(app, count_queries):
    ids = make_services(
        *(f"s{number}" for number in range(12)), links={"s0": [(f"s{n}", "alternative") for n in range(1, 8)]}
    )
    related(Asked((ids["s0"],)), DEFAULT_LANGUAGE)
    with count_queries() as queries:
        assert len(related(Asked((ids["s0"],)), DEFAULT_LANGUAGE)) == 5
    long = queries.number
    with count_queries() as queries:
        assert related(Asked((ids["s9"],)), DEFAULT_LANGUAGE) == []
    assert queries.number <= long <= 6


def test_the_starter_catalogue_has_a_good_list_for_every_service(starter):
    """Day one: each has at least three, each with its reason, and no service is left out everywhere."""
    with starter.test_request_context("/en/"):
        starter.preprocess_request()
        services = db.session.execute(sa.select(Service.id, Service.slug).order_by(Service.slug)).all()
        lists = {row.slug: related(Asked((row.id,)), "en") for row in services}
    assert [slug for slug, found in lists.items() if len(found) < 3] == []
    assert all(one.why and one.service.slug != slug for slug, found in lists.items() for one in found)
    never = {row.slug for row in services} - {one.service.slug for found in lists.values() for one in found}
    assert len(never) <= 3, never

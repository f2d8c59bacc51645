from portal.catalogue.operations import save_agency, save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.intents import queries
from portal.intents.operations import save_bundle, save_emergency, save_intent, save_profile, save_service_profiles
from tests.support import agency_record, both, intent_record, profile_record, service_record

SERVICES = ("first-aid", "for-all", "for-veterans")


def build(intent=None, extra=()):
    """An intent with three services, of which one is for veterans alone and one has words of its own for them."""
    record = intent or intent_record(services=SERVICES[:2])
    record["services"] = [
        *record["services"],
        {"service": "for-veterans", "step": "consider", "reason": both("You served"), "profile": "veterans"},
        {"service": "for-all", "step": "first", "reason": both("Veterans go first"), "profile": "veterans"},
        *extra,
    ]
    with transaction():
        save_agency(agency_record())
        for number, slug in enumerate(SERVICES):
            save_service(service_record(slug, title=both(f"{number} {slug}")))
        save_profile(profile_record("veterans", position=1))
        save_profile(profile_record("parents", position=2))
        ids = service_ids_by_slug(SERVICES)
        save_service_profiles(ids["for-veterans"], ["veterans"], exclusive=True)
        outcome = save_intent(record)
        return outcome, save_bundle(record, service_ids=ids)


def journey(page):
    return [(step.step, [(one.service.slug, str(one.reason)) for one in step.entries]) for step in page.steps]


def test_bundle_without_a_profile_shows_everyones_words_and_marks_what_is_for_one_group(app):
    assert build() == ("added", True)
    page = queries.bundle_page("intent", "life_event", "en")
    assert journey(page) == [
        ("first", [("first-aid", "Because of first-aid")]),
        ("then", [("for-all", "Because of for-all")]),
        ("consider", [("for-veterans", "You served")]),
    ]
    assert [one.profile and one.profile.slug for step in page.steps for one in step.entries] == [None, None, "veterans"]
    assert [(one.value, one.count) for one in page.profiles] == [("veterans", 3)]
    assert page.total == 3


def test_bundle_for_a_profile(app):
    build()
    veterans = queries.bundle_page("intent", None, "es", "veterans")
    assert journey(veterans) == [
        ("first", [("first-aid", "Because of first-aid (es)"), ("for-all", "Veterans go first (es)")]),
        ("consider", [("for-veterans", "You served (es)")]),
    ]
    parents = queries.bundle_page("intent", None, "en", "parents")
    assert [slug for _, entries in journey(parents) for slug, _ in entries] == ["first-aid", "for-all"]
    assert parents.total == 2


def test_counts_beside_choices_are_what_the_choice_then_shows(app):
    build()
    shown = queries.browse("en")
    assert shown.total == 3
    for choice in shown.profiles:
        assert queries.browse("en", profile=choice.value).total == choice.count
    for choice in shown.intents:
        assert queries.browse("en", intent=choice.value).total == choice.count
    both_ways = queries.browse("en", profile="parents", intent="intent").total
    assert both_ways == queries.bundle_page("intent", None, "en", "parents").total == 2


def test_profile_page_puts_its_own_services_first(app):
    build()
    assert [one.slug for one in queries.browse("en", profile="veterans").services] == [
        "for-veterans",
        "first-aid",
        "for-all",
    ]


def test_saving_again_changes_nothing(app):
    build()
    assert build() == ("unchanged", False)


def test_a_withdrawn_service_leaves_its_bundles(app):
    build()
    with transaction():
        save_service(service_record("first-aid", status="withdrawn"))
    page = queries.bundle_page("intent", "life_event", "en")
    assert [step.step for step in page.steps] == ["then", "consider"]


def test_emergencies_are_found_in_either_language(app):
    with transaction():
        save_emergency(
            {
                "slug": "danger",
                "title": both("Danger"),
                "text": both("Call now."),
                "contacts": [{"label": both("Emergency"), "phone": "911"}],
                "phrases": {"en": ["he hits me"], "es": ["me pega"]},
                "sources": [],
            }
        )
    assert [one.slug for one in queries.emergencies("mi esposo me pega", "en")] == ["danger"]
    assert queries.emergencies("hello", "en") == []
    assert queries.emergencies("he hits me", "es")[0].contacts[0].phone == "911"

"""Rules over the words of sources, in the database: beside editorial links and never over them."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import jobs
from portal.catalogue.models import Service
from portal.catalogue.operations import save_agency, save_service, save_terms
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.intents import classification_files, queries
from portal.intents.classification import apply_rules, classify_service, declassify_service, services_to_classify
from portal.intents.classification_rules import Rule, Vocabulary, classify
from portal.intents.models import Intent, IntentClassification, Profile, ProfileClassification
from portal.intents.operations import save_bundle, save_intent, save_profile, save_service_profiles
from portal.search.operations import rebuild_index
from portal.search.queries import search
from tests.support import agency_record, intent_record, profile_record, service_record

PROFILES = ("veterans", "seniors", "parents")
INTENTS = ("buy-food", "find-work")
EDITOR = 7
RULES = {
    "who": Vocabulary(
        "who",
        {
            "Veterans": Rule(profiles=("veterans",), only=True),
            "Seniors": Rule(profiles=("seniors",), intents=("buy-food",)),
            "Martians": Rule(profiles=("martians",), intents=("invade",)),
        },
    )
}


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """The listeners use these rules in place of those that ship."""
    monkeypatch.setattr("portal.intents.classification.vocabularies", lambda: RULES)


def build(*slugs):
    """Profiles, intents whose journeys have the service "journey" alone, and services; ids by slug."""
    with transaction():
        save_agency(agency_record())
        for slug in ("journey", *slugs):
            save_service(service_record(slug))
        for slug in PROFILES:
            save_profile(profile_record(slug))
        ids = service_ids_by_slug(["journey", *slugs])
        for slug in INTENTS:
            record = intent_record(slug, services=("journey",))
            save_intent(record)
            save_bundle(record, service_ids=ids)
    return ids


def rows(service_id):
    """(profiles with exclusive and origin, intents with origin) of a service."""
    profiles = db.session.execute(
        sa.select(Profile.slug, ProfileClassification.exclusive, ProfileClassification.origin)
        .join(Profile, Profile.id == ProfileClassification.profile_id)
        .where(ProfileClassification.service_id == service_id)
        .order_by(Profile.slug)
    )
    intents = db.session.execute(
        sa.select(Intent.slug, IntentClassification.origin)
        .join(Intent, Intent.id == IntentClassification.intent_id)
        .where(IntentClassification.service_id == service_id)
        .order_by(Intent.slug)
    )
    return [tuple(row) for row in profiles], [tuple(row) for row in intents]


def name(service_id, *words):
    with transaction():
        save_terms(service_id, [("who", word) for word in words])


def test_new_words_classify_in_the_same_transaction(app):
    service_id = build("one")["one"]
    with pytest.raises(RuntimeError), transaction():
        save_terms(service_id, [("who", "Seniors")])
        assert rows(service_id) == ([("seniors", False, "rule")], [("buy-food", "rule")])
        raise RuntimeError
    assert rows(service_id) == ([], [])
    name(service_id, "Veterans", "Martians")
    assert rows(service_id) == ([("veterans", False, "rule")], [])
    name(service_id, "Veterans")
    assert rows(service_id) == ([("veterans", True, "rule")], [])
    name(service_id)
    assert rows(service_id) == ([], [])


def test_each_row_names_the_word_it_comes_from(app):
    service_id = build("one")["one"]
    name(service_id, "Seniors")
    found = db.session.scalars(sa.select(IntentClassification)).one()
    assert (found.scheme, found.value, found.decided_by) == ("who", "Seniors", None)


def test_applying_rules_again_changes_nothing(app):
    service_id = build("one")["one"]
    name(service_id, "Seniors")
    with transaction():
        assert [apply_rules(batch) for batch in services_to_classify()] == [frozenset()]
        assert apply_rules([service_id], {}) == {service_id}
        assert [apply_rules(batch) for batch in services_to_classify()] == [{service_id}]


def test_editorial_profiles_and_journeys_win_and_give_way_again(app):
    ids = build("one")
    service_id = ids["one"]
    name(service_id, "Seniors")
    with transaction():
        save_service_profiles(service_id, ["parents"], exclusive=False)
    assert rows(service_id) == ([], [("buy-food", "rule")])
    with transaction():
        save_bundle(intent_record("find-work", services=("journey", "one")), service_ids=ids)
    assert rows(service_id) == ([], [])
    with transaction():
        save_service_profiles(service_id, [], exclusive=False)
        save_bundle(intent_record("find-work", services=("journey",)), service_ids=ids)
    assert rows(service_id) == ([("seniors", False, "rule")], [("buy-food", "rule")])


def test_what_an_editor_decided_stays_whatever_rules_say(app):
    service_id = build("one")["one"]
    name(service_id, "Seniors")
    with transaction():
        assert classify_service(service_id, ["seniors", "parents"], [], actor_id=EDITOR)
        assert not classify_service(service_id, ["parents"], [], actor_id=EDITOR)
    decided = [("parents", False, "editor"), ("seniors", False, "editor")]
    assert rows(service_id) == (decided, [("buy-food", "rule")])
    name(service_id)
    assert rows(service_id) == (decided, [])
    assert set(db.session.scalars(sa.select(ProfileClassification.decided_by))) == {EDITOR}
    name(service_id, "Seniors")
    with transaction():
        assert declassify_service(service_id, ["seniors", "parents"], ["buy-food"])
        assert not declassify_service(service_id, ["seniors"], [])
    assert rows(service_id) == ([("seniors", False, "rule")], [("buy-food", "rule")])


def test_an_editor_cannot_name_what_there_is_not(app):
    service_id = build("one")["one"]
    with pytest.raises(sa.exc.NoResultFound), transaction():
        classify_service(service_id, ["parents", "martians"], [], actor_id=EDITOR)
    assert rows(service_id) == ([], [])


words = st.sampled_from(["1", "2", "3", "4"])
ruled = st.builds(
    Rule,
    profiles=st.lists(st.sampled_from(PROFILES), unique=True).map(tuple),
    intents=st.lists(st.sampled_from(INTENTS), unique=True).map(tuple),
    only=st.booleans(),
)
steps = st.lists(
    st.tuples(
        st.dictionaries(words, ruled),
        st.lists(words, unique=True),
        st.lists(st.sampled_from(PROFILES), unique=True, max_size=1),
        st.lists(st.sampled_from(INTENTS), unique=True, max_size=1),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_rules_give_the_union_beside_what_editors_decided(site_sqlite, steps):
    """Whatever rules, words, decisions and editorial profiles follow each other."""
    if not db.session.scalar(sa.select(Service.id).where(Service.slug == "one")):
        build("one")
    service_id = service_ids_by_slug(["one"])["one"]
    with transaction():
        save_terms(service_id, [])
        save_service_profiles(service_id, [], exclusive=False)
        declassify_service(service_id, list(PROFILES), list(INTENTS))
    decided_profiles, decided_intents = set(), set()
    for rules, named, profiles, intents, editorial in steps:
        with transaction():
            save_terms(service_id, [("x", word) for word in named])
            classify_service(service_id, profiles, intents, actor_id=EDITOR)
            save_service_profiles(service_id, ["parents"] if editorial else [], exclusive=False)
            known = {"x": Vocabulary("x", rules)}
            apply_rules([service_id], known)
            assert apply_rules([service_id], known) == frozenset()
        decided_profiles |= set(profiles)
        decided_intents |= set(intents)
        wanted = classify([("x", word) for word in named], known)
        by_rule = {} if editorial else {slug: one.exclusive for slug, one in wanted.profiles.items()}
        have_profiles, have_intents = rows(service_id)
        assert {row[0] for row in have_profiles if row[2] == "editor"} == decided_profiles
        assert {row[0] for row in have_intents if row[1] == "editor"} == decided_intents
        assert {row[0]: row[1] for row in have_profiles if row[2] == "rule"} == {
            slug: exclusive for slug, exclusive in by_rule.items() if slug not in decided_profiles
        }
        assert {row[0] for row in have_intents if row[1] == "rule"} == set(wanted.intents) - decided_intents


def test_browsing_counts_editorial_links_and_classifications_together(app, client):
    ids = build("food", "veterans-food")
    name(ids["food"], "Seniors")
    name(ids["veterans-food"], "Veterans")
    with transaction():
        classify_service(ids["veterans-food"], [], ["buy-food"], actor_id=EDITOR)
    shown = queries.browse("en")
    for choice in shown.profiles:
        assert queries.browse("en", profile=choice.value).total == choice.count
    counts = {choice.value: choice.count for choice in shown.profiles}
    assert counts == {"veterans": 3, "seniors": 2, "parents": 2}
    assert {choice.value: choice.count for choice in shown.intents} == {"buy-food": 3, "find-work": 1}
    assert queries.browse("en", intent="buy-food", profile="seniors").total == 2
    assert [row.slug for row in queries.intents_of_service(ids["food"], "en")] == ["buy-food"]

    page = queries.bundle_page("buy-food", None, "en")
    assert [entry.service.slug for step in page.steps for entry in step.entries] == ["journey"]
    assert (page.total, page.more) == (1, 2)
    assert queries.bundle_page("buy-food", None, "en", "seniors").more == 1
    assert queries.bundle_page("find-work", None, "en").more == 0
    text = client.get("/en/life-events/buy-food").text
    assert "2 more services for this, in your area and elsewhere" in " ".join(text.split())
    assert '/en/services?intent=buy-food"' in text
    assert "/en/services?intent" not in client.get("/en/life-events/find-work").text
    assert "intent=buy-food" in client.get("/en/for/seniors/buy-food").text


def test_search_is_narrowed_by_classifications(app):
    service_id = build("food")["food"]
    rebuild_index()
    name(service_id, "Seniors")
    while jobs.work_once():
        pass
    found = search("title of food", lang="en", facets={"profile": ["seniors"], "intent": ["buy-food"]})
    assert [hit.stored["slug"] for hit in found.hits] == ["food"]
    assert found.facets["profile"]["seniors"] == 1


def test_queries_do_not_grow_with_services(site_sqlite, count_queries):
    ids = build(*(f"service-{number}" for number in range(20)))
    counted = []
    for some in (2, 20):
        chosen = [ids[f"service-{number}"] for number in range(some)]
        with transaction():
            for service_id in chosen:
                save_terms(service_id, [])
                save_terms(service_id, [("who", "Seniors")])
            apply_rules(chosen, {})
            with count_queries() as count:
                apply_rules(chosen)
            counted.append(count.number)
    assert counted[0] == counted[1]


def test_the_classify_command(app):
    service_id = build("one")["one"]
    with transaction():
        save_terms(service_id, [("us-programs:beneficiary", "Senior Citizen (60+)")])
    run = app.test_cli_runner().invoke
    result = run(args=["catalogue", "classify"])
    assert result.exit_code == 0, result.output
    assert "1 services with words of a source: 1 changed, 0 unchanged" in result.output
    # This portal has few of the profiles and intents that ship.
    assert "there is no profile small-businesses" in result.output
    assert rows(service_id) == ([("seniors", False, "rule")], [])
    assert "0 changed, 1 unchanged" in run(args=["catalogue", "classify"]).output


def test_the_classify_command_refuses_damaged_files(app, tmp_path, monkeypatch):
    (tmp_path / "x.yaml").write_text("scheme: x\nsource: y\nvalues: [{value: A}]\n")
    read = classification_files.read_vocabularies
    monkeypatch.setattr("portal.cli.catalogue.read_vocabularies", lambda: read(tmp_path))
    result = app.test_cli_runner().invoke(args=["catalogue", "classify"])
    assert result.exit_code == 1
    assert "x.yaml: A: -: needs profiles or intents" in result.output


def test_the_index_counts_five_thousand_services(site_sqlite):
    """With 15,000 classifications; how long it takes, the bench says."""
    build("one")
    with transaction():
        template = dict(db.session.execute(sa.select(Service.__table__).where(Service.slug == "one")).mappings().one())
        made = [
            template | {"id": 1000 + number, "uid": f"uid-{number}", "slug": f"made-{number}"} for number in range(5000)
        ]
        db.session.execute(sa.insert(Service.__table__), made)
        profiles = list(db.session.scalars(sa.select(Profile.id).order_by(Profile.id)))
        intents = list(db.session.scalars(sa.select(Intent.id).order_by(Intent.id)))
        origin = {"origin": "rule", "scheme": "x", "value": "y", "decided_by": None}
        for table, column, targets, more in (
            (ProfileClassification.__table__, "profile_id", profiles[:2], {"exclusive": False}),
            (IntentClassification.__table__, "intent_id", intents[:1], {}),
        ):
            linked = [{"service_id": one["id"], column: target} | origin | more for one in made for target in targets]
            db.session.execute(sa.insert(table), linked)
    index, _ = queries.browse_index()
    assert index.size == 5002
    assert index.matching(intent="buy-food", profile=PROFILES[0]).bit_count() >= 5000

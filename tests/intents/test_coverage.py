"""What has no profile, no intent or no translation is counted and listed, with suggestions from its own words."""

import pytest
import sqlalchemy as sa

from portal.catalogue.models import Source, SourceRecord
from portal.catalogue.operations import save_agency, save_service, save_terms, withdraw_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.intents.classification import classify_service
from portal.intents.classification_suggestions import suggest
from portal.intents.coverage import UncoveredValue, coverage, uncovered_values, work_count, work_list
from portal.intents.models import BundleItem, Intent, Profile, ServiceProfile
from portal.intents.operations import save_bundle, save_intent, save_profile, save_service_profiles
from tests.support import agency_record, both, intent_record, profile_record, service_record

BENEFICIARY = "us-programs:beneficiary"


@pytest.fixture
def made(app):
    """Six services: "a" with everything, "b" by rule, "c" with a word left out, "d" in English only and with a word
    that has no rule, "e" withdrawn, "f" with an intent alone. b and c are of one source, c and d of another.
    """
    with transaction():
        save_agency(agency_record())
        for slug in "abcef":
            save_service(service_record(slug))
        save_service(service_record("d", title={"en": "Title of d"}))
        ids = service_ids_by_slug(list("abcdef"))
        withdraw_service("e")
        save_profile(profile_record("seniors", title=both("Older adults"), also_asked_as={"en": ["elderly people"]}))
        record = intent_record(
            "buy-food", services=("a",), title=both("I need food"), summary=both("Meals and groceries.")
        )
        save_intent(record)
        save_bundle(record, service_ids=ids)
        save_service_profiles(ids["a"], ["seniors"], exclusive=False)
        for slug, value in (("b", "Senior Citizen (60+)"), ("c", "Consumer"), ("d", "Stargazers"), ("e", "Stargazers")):
            save_terms(ids[slug], [(BENEFICIARY, value)])
        classify_service(ids["f"], [], ["buy-food"], actor_id=1)
        for key, slugs in (("federal", "bce"), ("city", "cd")):
            source = Source(key=key, format="csv", title=key, publisher="x", licence="x")
            db.session.add(source)
            db.session.flush()
            now = sa.func.now()
            db.session.add_all(
                SourceRecord(
                    source_id=source.id,
                    kind="service",
                    identifier=slug,
                    record_id=ids[slug],
                    values={},
                    digest="",
                    changed_at=now,
                    seen_at=now,
                )
                for slug in slugs
            )
    return ids


def test_counts_by_source(made):
    found = {row.source: (row.services, dict(row.without)) for row in coverage()}
    assert found == {
        None: (5, {"profile": 3, "intent": 3, "en": 0, "es": 1}),
        "city": (2, {"profile": 2, "intent": 2, "en": 0, "es": 1}),
        "federal": (2, {"profile": 1, "intent": 2, "en": 0, "es": 0}),
        "own": (2, {"profile": 1, "intent": 0, "en": 0, "es": 0}),
    }


def test_words_without_a_rule(made):
    assert uncovered_values() == [UncoveredValue(BENEFICIARY, "Stargazers", 1)]
    assert uncovered_values({}) == [
        UncoveredValue(BENEFICIARY, value, 1) for value in ("Consumer", "Senior Citizen (60+)", "Stargazers")
    ]


def test_the_work_list_has_what_the_counts_say(made):
    slugs = {kind: [item.slug for item in work_list("en", kind)] for kind in ("profile", "intent", "es")}
    assert slugs == {"profile": ["c", "d", "f"], "intent": ["b", "c", "d"], "es": ["d"]}
    assert [item.slug for item in work_list("en", "intent", "city")] == ["c", "d"]
    assert [item.slug for item in work_list("en", "profile", offset=1, limit=1)] == ["d"]
    assert [item.left_out for item in work_list("en", "profile")] == [("Consumer: everyone",), (), ()]
    for row in coverage():
        for kind, count in row.without.items():
            assert count == work_count(kind, row.source) == len(work_list("en", kind, row.source))


def test_a_page_of_the_work_list_costs_the_same_whatever_its_length(made, count_queries):
    work_list("es", "intent")
    counted = []
    for limit in (1, 3):
        with count_queries() as count:
            assert len(work_list("es", "intent", "federal", 0, limit)) <= limit
        counted.append(count.number)
    assert counted[0] == counted[1]


def test_suggestions_are_made_of_the_text_and_change_nothing(made):
    text = "Free meals and food for elderly adults who are older than 60."
    found = suggest(text, "en")
    assert [(one.kind, one.slug) for one in found] == [("profile", "seniors"), ("intent", "buy-food")]
    for one in found:
        assert one.evidence
        assert all(word in text for word in one.evidence)
    assert found == suggest(text, "en")
    assert found[0].evidence == ("elderly", "adults", "older")
    assert suggest("Grants for bridges.", "en") == []
    assert work_count("intent") == 3


def test_suggestions_of_a_service_have_their_evidence_in_it(made):
    with transaction():
        save_service(service_record("c", title=both("Hot meals"), summary=both("Food and groceries in a bag.")))
    item = next(item for item in work_list("es", "intent") if item.slug == "c")
    assert [one.slug for one in item.suggestions] == ["buy-food"]
    assert suggest(made["c"], "es") == [*item.suggestions]
    assert suggest(999_999, "en") == []


@pytest.mark.parametrize(("lang", "least"), [("en", 0.75), ("es", 0.7)])
def test_the_first_suggestion_is_mostly_what_editors_chose(starter, lang, least):
    """For the services of the starter content, whose profiles and journeys editors have written."""
    with starter.app_context():
        for kind, table, target in (("profile", ServiceProfile, Profile), ("intent", BundleItem, Intent)):
            column = table.profile_id if kind == "profile" else table.intent_id
            chosen = {}
            for row in db.session.execute(sa.select(table.service_id, target.slug).join(target, target.id == column)):
                chosen.setdefault(row.service_id, set()).add(row.slug)
            first = [
                next((one.slug for one in suggest(service_id, lang) if one.kind == kind), "") in slugs
                for service_id, slugs in chosen.items()
            ]
            assert sum(first) / len(first) >= least


def test_the_coverage_command(made, app):
    run = app.test_cli_runner().invoke
    lines = run(args=["catalogue", "coverage"]).output.splitlines()
    assert lines[0].split() == ["source", "services", "no", "profile", "no", "intent", "no", "en", "no", "es"]
    assert lines[1].split() == ["all", "5", "3", "3", "0", "1"]
    assert lines[-1] == f"no rule: {BENEFICIARY}: Stargazers (1 services)"
    assert (
        run(args=["catalogue", "coverage", "--source", "city", "--list", "es"]).output
        == "d: Title of d (Agency agency)\n"
    )
    result = run(args=["catalogue", "coverage", "--source", "nowhere"])
    assert result.exit_code == 1
    assert "no service of a source nowhere" in result.output

"""Content files: what is read, what is refused, and that loading is repeatable and whole."""

import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue import queries
from portal.catalogue.models import Service
from portal.cli.content.checks import check_completeness, check_references
from portal.cli.content.files import CONTENT, read_content, schema_problems
from portal.cli.content.load import load_content
from portal.cli.setup import content_edition
from portal.editing import kinds
from portal.extensions import db
from portal.intents import queries as intents
from tests.support import (
    agency_record,
    article_record,
    both,
    intent_record,
    needs,
    profile_record,
    service_record,
)

FACT = {
    "key": "age",
    "about": "person",
    "type": "age",
    "topic": "you",
    "question": both("How old are you?"),
    "question_other": both("How old is this person?"),
    "not_known": both("We do not know your age"),
    "min": 0,
    "max": 120,
}
CHOICE = {
    "key": "color",
    "about": "person",
    "type": "choice",
    "topic": "you",
    "question": both("Which?"),
    "question_other": both("Which does this person like?"),
    "not_known": both("We do not know which"),
    "values": {"red": both("Red"), "blue": both("Blue")},
}


def leaf(**changes):
    return {"eligibility": {"fact": "age", "is": "equal", "value": 1, "text": both("x"), "source": "law"} | changes}


def write(root: Path, folder: str, record, name=None) -> Path:
    path = root / folder / f"{name or record.get('slug', 'all')}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(record, allow_unicode=True, sort_keys=False))
    return path


@pytest.fixture
def content(tmp_path):
    """A small sound content folder."""
    root = tmp_path / "content"
    write(root, "facts", {"facts": [FACT, CHOICE]})
    write(root, "agencies", agency_record())
    write(root, "profiles", profile_record())
    write(root, "services", service_record(profiles=["profile"]))
    write(root, "services", service_record("second"))
    write(root, "intents/life-events", intent_record(services=("service", "second")))
    write(root, "articles", article_record(services=["service"], intents=["intent"]))
    return root


def problems(root):
    found = read_content(root)
    check_references(found)
    return [(problem.file, problem.record, problem.field) for problem in found.problems]


def counts(report):
    return {kind: dict(outcomes) for kind, outcomes in report.outcomes.items()}


def test_sound_content_has_no_problems(content):
    assert problems(content) == []


def test_loading_twice_changes_nothing(app, content):
    first = load_content(content)
    assert first.problems == []
    assert counts(first) == {
        "agencies": {"added": 1},
        "profiles": {"added": 1},
        "facts": {"added": 2},
        "services": {"added": 2},
        "intents": {"added": 1},
        "articles": {"added": 1},
    }
    assert counts(load_content(content)) == {kind: {"unchanged": n["added"]} for kind, n in counts(first).items()}


def test_all_that_an_article_can_say_goes_in_and_comes_out_again(app, content):
    whole = article_record(
        "whole",
        status="validated",
        audience="staff",
        who=both("You."),
        review_by="2027-06-30",
        steps=[both("Call."), {"en": "Wait.", "es": "Espere."}],
        staff_text=both("Ask first."),
        situations={"en": ["I ask."], "es": ["Pregunto."]},
        sensitive=True,
        old_slugs=["before"],
        services=["second", "service"],
        intents=["intent"],
    )
    # The file of what is merged comes first by its name.
    gone = article_record("a-copy", status="archived", audience="staff", merged_into="whole")
    write(content, "articles", whole)
    write(content, "articles", gone)
    assert problems(content) == []
    assert load_content(content).problems == []
    for record in (whole, gone):
        assert kinds.export("article", kinds.record_id_by_slug("article", record["slug"])) == record
    assert set(counts(load_content(content))["articles"]) == {"unchanged"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"merged_into": "article"}, "the article is not archived"),
        ({"status": "archived", "merged_into": "no-such"}, "unknown: no-such"),
        ({"status": "archived", "merged_into": "old"}, "old is archived: name the one that stays"),
    ],
)
def test_an_article_is_merged_into_one_that_stays(content, changes, reason):
    write(content, "articles", article_record("old", status="archived"))
    write(content, "articles", article_record("odd", **changes))
    found = read_content(content)
    check_references(found)
    assert [(one.record, one.field, one.reason) for one in found.problems] == [("odd", "merged_into", reason)]


def test_an_edited_file_changes_its_record_alone(app, content):
    load_content(content)
    write(content, "services", service_record("second", summary=both("New words.")))
    assert counts(load_content(content))["services"] == {"unchanged": 1, "changed": 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "secret"}, "status"),
        ({"checked": "2026-02-30"}, "checked"),
        ({"url": {"en": "http://example.gov"}}, "url.en"),
        ({"title": {"es": "Sin inglés"}}, "title"),
        ({"channels": []}, "channels"),
        ({"areas": {"include": ["Texas"]}}, "areas.include.0"),
        ({"cost": {"free": False}}, "cost"),
        ({"suprise": 1}, ""),
        ({"slug": "Not A Slug"}, "slug"),
    ],
)
def test_a_breach_of_the_schema_names_its_field(changes, field):
    assert [name for name, _ in schema_problems("service", service_record() | changes)] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agency": "nobody"}, "agency"),
        ({"profiles": ["nobody"]}, "profiles"),
        ({"delivered_with": ["nobody"]}, "delivered_with"),
        ({"old_slugs": ["second"]}, "old_slugs"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        (leaf(fact="height", **{"is": "equal"}, value=1, source="law"), "eligibility.height"),
        (leaf(fact="age", **{"is": "equal"}, value=True, source="law"), "eligibility.age"),
        (leaf(fact="age", **{"is": "one_of"}, value=1, source="law"), "eligibility.age"),
        (leaf(fact="age", **{"is": "equal"}, value=1, source="x"), "eligibility.age"),
        (leaf(fact="color", **{"is": "equal"}, value="green", source="law"), "eligibility.color"),
        (leaf(fact="color", **{"is": "at_least"}, value="red", source="law"), "eligibility.color"),
        (leaf(fact="age", **{"is": "at_least"}, value={"parameter": "nope"}, source="law"), "eligibility.age"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_with_what_depends_on_it(app, content, changes, field):
    write(content, "services", service_record(**changes))
    assert ("services/service.yaml", "service", field) in problems(content)
    report = load_content(content)
    assert counts(report)["services"] == {"added": 1}
    assert {problem.record for problem in report.problems} == {"service", "intent", "article"}
    assert db.session.scalars(sa.select(Service.slug)).all() == ["second"]


def test_a_parent_that_is_its_own_ancestor_is_refused(content):
    write(content, "intents/needs", intent_record("a", parent="b", kind="need"))
    write(content, "intents/needs", intent_record("b", parent="a", kind="need"))
    write(content, "agencies", agency_record("self", parent="self"))
    assert set(problems(content)) == {
        ("intents/needs/a.yaml", "a", "parent"),
        ("intents/needs/b.yaml", "b", "parent"),
        ("agencies/self.yaml", "self", "parent"),
    }


def test_one_slug_in_two_files_is_refused(content):
    write(content, "intents/needs", intent_record())
    assert problems(content) == [("intents/needs/intent.yaml", "intent", "")]


def test_a_file_is_named_after_its_record(content):
    write(content, "services", service_record("third"), name="other")
    assert problems(content) == [("services/other.yaml", "third", "slug")]


def test_a_refused_file_keeps_what_was_loaded_before(app, content):
    load_content(content)
    (content / "services" / "service.yaml").write_text("slug: service\ntitle: [broken")
    report = load_content(content)
    assert {problem.file for problem in report.problems} == {
        "services/service.yaml",
        "intents/life-events/intent.yaml",
        "articles/article.yaml",
    }
    assert intents.bundle_page("intent", None, "en").total == 2


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe\x00",
        b"- a list",
        b"slug: service\nslug: service\n",
        b"a: &x [1]\nb: *x\n",
        b"? {a: 1}\n: 2\n",
        b"[" * 5000,
        b"a: !!python/object/apply:os.system ['true']\n",
        b"a: \x00\n",
        b"x: " + b"y" * 1_100_000,
        b"---\na: 1\n---\nb: 2\n",
    ],
    ids=lambda damage: repr(damage[:20]),
)
def test_damage_is_reported_and_the_rest_is_read(content, damage):
    (content / "services" / "service.yaml").write_bytes(damage)
    found = read_content(content)
    assert {problem.file for problem in found.problems} == {"services/service.yaml"}
    assert list(found.service) == ["second"]


SNAP = (CONTENT / "services" / "snap.yaml").read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_to_a_real_file_is_ever_an_exception(tmp_path, data):
    """Cut, overwritten and repeated bytes: the file gives one sound record, or problems, never neither."""
    start = data.draw(st.integers(0, len(SNAP)))
    end = data.draw(st.integers(start, min(len(SNAP), start + 400)))
    inserted = data.draw(
        st.binary(max_size=20) | st.sampled_from([b"\t", b": ", b"{", b"&a ", b"*a", b"- ", b"'", b"\n"])
    )
    root = tmp_path / "damaged"
    (root / "services").mkdir(parents=True, exist_ok=True)
    (root / "services" / "snap.yaml").write_bytes(SNAP[:start] + inserted + SNAP[end:])
    found = read_content(root)
    assert bool(found.problems) != bool(found.service)
    check_references(found)
    check_completeness(found)
    for record in found.service.values():
        assert schema_problems("service", record) == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(sorted(service_record())), value=values)
def test_a_field_of_any_other_shape_is_a_problem_or_sound(field, value):
    """No value of any field gets past the schema into an exception of the checks."""
    record = service_record(**{field: value})
    if schema_problems("service", record):
        return
    found = read_content(Path("/nonexistent"))
    found.service["service"] = record
    check_references(found)
    check_completeness(found)


def test_starter_content_is_complete():
    """What ships: sound, in both languages, in plain words, and as much of it as was promised."""
    found = read_content()
    check_references(found)
    check_completeness(found)
    assert found.problems == []
    published = [service for service in found.service.values() if service["status"] == "published"]
    kinds = [intent["kind"] for intent in found.intent.values()]
    assert len(published) >= 75
    assert len({service["agency"] for service in published}) >= 12
    assert kinds.count("life_event") >= 10
    assert kinds.count("need") >= 12
    assert len(found.profile) >= 10
    assert len(found.article) >= 80


def test_every_service_is_in_a_journey():
    found = read_content()
    in_journeys = {item["service"] for intent in found.intent.values() for item in intent["services"]}
    published = {slug for slug, service in found.service.items() if service["status"] == "published"}
    assert sorted(published - in_journeys) == []


def test_content_check_and_load_commands(app, content, tmp_path):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["content", "load", str(content)]).exit_code == 0
    shutil.copy(content / "services" / "second.yaml", content / "services" / "third.yaml")
    result = runner.invoke(args=["content", "load", str(content)])
    assert result.exit_code == 1
    assert "refused services/third.yaml: second: slug: the file must be named second.yaml" in result.output
    assert runner.invoke(args=["content", "check", str(content)]).exit_code == 1
    assert runner.invoke(args=["content", "load", str(tmp_path / "nowhere")]).exit_code == 2


def test_a_load_that_is_killed_leaves_the_old_state(app, content):
    """Killed after everything but its last record is written: nothing of it is there, and the next load is whole."""
    load_content(content)
    write(content, "services", service_record("second", summary=both("New words.")))
    write(content, "articles", article_record("last"))
    settings_of_app = app.config["SETTINGS"]
    script = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from portal import create_app
        from portal.cli.content import load
        app = create_app(
            instance=Path({str(settings_of_app.instance)!r}), database_url={settings_of_app.database_url!r}
        )
        load.save_article_intents = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        with app.app_context():
            load.load_content(Path({str(content)!r}))
        """
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    assert queries.service_page("second", "en").summary == "Summary of second."
    assert counts(load_content(content))["services"] == {"unchanged": 1, "changed": 1}
    assert queries.service_page("second", "en").summary == "New words."


def test_setup_is_quick_the_second_time_and_loads_what_changed(site_sqlite):
    edition = content_edition()
    runner = site_sqlite.test_cli_runner()
    first = runner.invoke(args=["setup"])
    assert (first.exit_code, first.output) == (0, "filled the gazetteer\nloading the starter content\n")
    again = runner.invoke(args=["setup"])
    shutil.rmtree(site_sqlite.config["SEARCH_FOLDER"])
    third = runner.invoke(args=["setup"])
    # It takes a while, and an edit of the content in that time is rightly loaded.
    needs(content_edition() == edition, "content that nobody edits meanwhile")
    assert (again.exit_code, again.output) == (0, "")
    assert (third.exit_code, third.output) == (0, "making the search index\n")

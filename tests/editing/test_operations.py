"""A change from draft to record: review by a second person, merging, clashes, time, history."""

import contextlib
import datetime
import subprocess
import sys
import textwrap

import flask
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import events, jobs
from portal.caching import today
from portal.catalogue.events import ServiceImported
from portal.catalogue.imports.merge import units as merge_units
from portal.catalogue.operations import save_service
from portal.catalogue.records import service_record as export_service
from portal.database import transaction
from portal.editing import kinds, operations, queries, work
from portal.editing.models import Draft, Version, now
from portal.editing.operations import Clash, Refused, StaleDraft
from portal.editing.preview import preview
from portal.extensions import db
from portal.identity.models import AuditEntry
from portal.knowledge.statuses import next_review
from tests.conftest import close, make_app, new_postgres_database
from tests.editing.support import (
    approve,
    begin,
    forget_everything,
    make_conflict,
    make_content,
    people,
    publish,
    record_id,
    send,
    state_of,
    write,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, tmp_path_factory):
    """One application for each engine; making one costs more than all that a test does with it."""
    with contextlib.ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            url = stack.enter_context(new_postgres_database(request.getfixturevalue("migrated_postgres")))
        made = make_app(tmp_path_factory.mktemp("editing"), url)
        with made.app_context():
            yield made
        close(made)


@pytest.fixture
def staff(site):
    forget_everything()
    make_content()
    return people(site)


def service(slug="service"):
    db.session.rollback()
    return kinds.export("service", record_id("service", slug))


# Review


@pytest.mark.parametrize("role", ["editor", "second", "agency"])
def test_nobody_without_the_right_approves(staff, role):
    uid = begin("service", "service", staff["editor"], title_en="New")
    send(uid, staff["editor"])
    with pytest.raises(Refused):
        approve(uid, staff[role])
    assert service()["title"]["en"] == "Title of service"


def test_an_administrator_does_not_approve_their_own_draft(staff):
    uid = begin("service", "service", staff["administrator"], title_en="New")
    send(uid, staff["administrator"])
    with pytest.raises(Refused):
        approve(uid, staff["administrator"])
    assert approve(uid, staff["reviewer"])
    assert service()["title"]["en"] == "New"


def test_the_database_itself_refuses_an_author_as_reviewer(staff):
    uid = begin("service", "service", staff["editor"], title_en="New")
    with pytest.raises(sa.exc.IntegrityError), transaction():
        queries.draft_by_uid(uid).reviewer_id = staff["editor"].id
        db.session.flush()


def test_a_draft_that_waits_for_review_is_not_written(staff):
    uid = begin("service", "service", staff["editor"], title_en="New")
    send(uid, staff["editor"])
    with pytest.raises(Refused), transaction():
        write(queries.draft_by_uid(uid), staff["editor"], title_en="Newer")


def test_what_the_reviewer_did_not_see_is_not_approved(staff):
    uid = begin("service", "service", staff["editor"], title_en="New")
    send(uid, staff["editor"])
    seen = state_of(uid).edition
    with transaction():
        operations.take_back(queries.draft_by_uid(uid), actor=staff["editor"])
        write(queries.draft_by_uid(uid), staff["editor"], title_en="Something else")
    send(uid, staff["editor"])
    with pytest.raises(StaleDraft), transaction():
        operations.approve(queries.draft_by_uid(uid), edition=seen, at=None, actor=staff["reviewer"])
    assert service()["title"]["en"] == "Title of service"


def test_a_returned_draft_is_open_again_with_the_note(staff):
    uid = begin("service", "service", staff["editor"], title_en="New")
    send(uid, staff["editor"])
    with transaction():
        draft = queries.draft_by_uid(uid)
        operations.return_draft(draft, "Too short", edition=draft.edition, actor=staff["reviewer"])
    assert (state_of(uid).state, state_of(uid).review_note) == ("open", "Too short")


def test_a_record_with_an_error_is_not_sent(staff):
    uid = begin("service", "service", staff["editor"], url_en="not an address")
    with pytest.raises(Refused, match=r"url\.en"):
        send(uid, staff["editor"])


def test_a_draft_without_change_is_not_sent(staff):
    uid = begin("service", "service", staff["editor"])
    with pytest.raises(Refused, match="nothing new"):
        send(uid, staff["editor"])


# Two people


def test_two_people_change_different_texts_and_both_are_published(staff):
    first = begin("service", "service", staff["editor"], title_en="First")
    second = begin("service", "service", staff["second"], title_es="Segundo")
    assert publish(first, staff["editor"], staff["reviewer"])
    assert publish(second, staff["second"], staff["reviewer"])
    assert service()["title"] == {"en": "First", "es": "Segundo"}


def test_two_people_change_the_same_text_and_neither_is_lost(staff):
    first = begin("service", "service", staff["editor"], title_en="First")
    second = begin("service", "service", staff["second"], title_en="Second", who_en="Everyone.")
    assert publish(first, staff["editor"], staff["reviewer"])
    with pytest.raises(Clash):
        send(second, staff["second"])
    _current, _merged, (clash,) = queries.combined_with_current(state_of(second))
    assert (clash.unit, clash.ours, clash.theirs) == ("title.en", "Second", "First")
    with transaction():
        draft = queries.draft_by_uid(second)
        operations.settle_clashes(
            draft,
            {"title.en": "First and second"},
            seen=operations.what_is_seen([clash]),
            edition=draft.edition,
            actor=staff["second"],
        )
    assert publish(second, staff["second"], staff["reviewer"])
    assert service()["title"]["en"] == "First and second"
    assert service()["who"]["en"] == "Everyone."


def test_a_choice_in_view_of_another_text_is_not_taken(staff):
    second = begin("service", "service", staff["second"], title_en="Second")
    publish(begin("service", "service", staff["editor"], title_en="First"), staff["editor"], staff["reviewer"])
    seen = operations.what_is_seen(queries.combined_with_current(state_of(second))[2])
    publish(begin("service", "service", staff["editor"], title_en="Third"), staff["editor"], staff["reviewer"])
    with pytest.raises(StaleDraft), transaction():
        draft = queries.draft_by_uid(second)
        operations.settle_clashes(
            draft, {"title.en": "Second"}, seen=seen, edition=draft.edition, actor=staff["second"]
        )


def test_a_clash_at_publication_sends_the_draft_back(staff):
    second = begin("service", "service", staff["second"], title_en="Second")
    send(second, staff["second"])
    publish(begin("service", "service", staff["editor"], title_en="First"), staff["editor"], staff["reviewer"])
    assert approve(second, staff["reviewer"]) is False
    assert state_of(second).state == "open"
    assert "title.en" in state_of(second).review_note
    assert service()["title"]["en"] == "First"


def test_two_tabs_of_one_person(staff):
    uid = begin("service", "service", staff["editor"], title_en="One")
    with pytest.raises(StaleDraft), transaction():
        draft = queries.draft_by_uid(uid)
        operations.save_draft(draft, draft.values | {"title": {"en": "Two"}}, edition=1, actor=staff["editor"])
    assert state_of(uid).values["title"]["en"] == "One"


def test_one_draft_for_each_person_and_record(staff):
    assert begin("service", "service", staff["editor"]) == begin("service", "service", staff["editor"])
    assert begin("service", "service", staff["editor"]) != begin("service", "service", staff["second"])


# Every unit that two people may change, and texts for it; what is not in English is no sound text.
UNITS = {
    **{f"{name}.en": st.sampled_from(["one", "two", "three"]) for name in ("title", "summary", "who")},
    **{f"{name}.es": st.sampled_from(["one", "two", None]) for name in ("title", "summary", "who")},
    "documents": st.sampled_from([None, [{"en": "A paper"}], [{"en": "A card"}]]),
    "owner": st.sampled_from(["Us", "Them"]),
}
EDITS = st.fixed_dictionaries({}, optional=UNITS)


@given(mine=EDITS, theirs=EDITS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_is_published_or_shown_as_a_clash(staff, mine, theirs):
    """Two people edit at random; the first publishes. Each text of the second is in the record, or in a clash."""
    editor, second, reviewer = staff["editor"], staff["second"], staff["reviewer"]
    with transaction():
        db.session.execute(sa.delete(Draft))
        save_service(_PLAIN)
    base = operations.with_units(service(), {})
    uids = []
    for actor, edits in ((editor, mine), (second, theirs)):
        with transaction():
            draft = operations.start_draft("service", record_id("service", "service"), actor=actor)
            values = operations.with_units(draft.values, edits)
            operations.save_draft(draft, values, edition=draft.edition, actor=actor)
            uids.append(draft.uid)
    written = [state_of(uid).values for uid in uids]
    units = operations.changed_units
    if units(base, written[0]):
        publish(uids[0], editor, reviewer)
        assert units(service(), written[0]) == []
    wanted = units(base, written[1])
    clashes = {one.unit: one for one in queries.combined_with_current(state_of(uids[1]))[2]}
    if clashes:
        with pytest.raises(Clash):
            send(uids[1], second)
        with transaction():
            draft = queries.draft_by_uid(uids[1])
            seen = operations.what_is_seen(list(clashes.values()))
            theirs_stay = {unit: one.theirs for unit, one in clashes.items()}
            operations.settle_clashes(draft, theirs_stay, seen=seen, edition=draft.edition, actor=second)
    if units(service(), state_of(uids[1]).values) and wanted:
        with contextlib.suppress(Refused):
            publish(uids[1], second, reviewer)
    now_there = service()
    for unit in wanted:
        assert (unit in clashes) != (unit not in units(now_there, written[1]))
    for unit, clash in clashes.items():
        assert clash.ours == merge_units(written[1]).get(unit)
    for unit in units(base, written[0]):
        if unit not in wanted:
            assert unit not in units(now_there, written[0])


_PLAIN = {
    "slug": "service",
    "status": "published",
    "agency": "agency",
    "title": {"en": "Title", "es": "Título"},
    "summary": {"en": "Summary"},
    "who": {"en": "Anyone"},
    "owner": "Editors",
}


# Time


def test_a_scheduled_draft_is_published_at_its_time(staff):
    uid = begin("service", "service", staff["editor"], title_en="Later")
    send(uid, staff["editor"])
    assert approve(uid, staff["reviewer"], at=now() + datetime.timedelta(hours=1))
    while jobs.work_once():
        pass
    assert service()["title"]["en"] == "Title of service"
    assert jobs.waiting() == (0, 0.0)
    come(uid)
    while jobs.work_once():
        pass
    assert service()["title"]["en"] == "Later"
    assert state_of(uid).state == "published"


def come(uid):
    """Let the time of a scheduled draft come."""
    past = now() - datetime.timedelta(seconds=1)
    with transaction():
        queries.draft_by_uid(uid).publish_at = past
        db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=past, created_at=past))


def test_a_draft_taken_back_is_not_published_at_its_time(staff):
    uid = begin("service", "service", staff["editor"], title_en="Later")
    send(uid, staff["editor"])
    approve(uid, staff["reviewer"], at=now() + datetime.timedelta(hours=1))
    come(uid)
    with transaction():
        operations.take_back(queries.draft_by_uid(uid), actor=staff["editor"])
        write(queries.draft_by_uid(uid), staff["editor"], title_en="Unseen")
    while jobs.work_once():
        pass
    assert service()["title"]["en"] == "Title of service"


def test_a_due_draft_that_clashes_goes_back_to_its_author(staff):
    uid = begin("service", "service", staff["editor"], title_en="Later")
    send(uid, staff["editor"])
    approve(uid, staff["reviewer"], at=now() + datetime.timedelta(hours=1))
    publish(begin("service", "service", staff["second"], title_en="Now"), staff["second"], staff["reviewer"])
    come(uid)
    while jobs.work_once():
        pass
    assert service()["title"]["en"] == "Now"
    assert (state_of(uid).state, state_of(uid).values["title"]["en"]) == ("open", "Later")


def test_a_killed_worker_publishes_nothing_twice_and_loses_nothing(site_sqlite, tmp_path):
    """The worker dies after it has claimed the row and begun to publish; the next one publishes, once."""
    make_content()
    staff = people(site_sqlite)
    uid = begin("service", "service", staff["editor"], title_en="Later")
    send(uid, staff["editor"])
    approve(uid, staff["reviewer"], at=now() + datetime.timedelta(hours=1))
    come(uid)
    program = f"""
        import os
        from portal import create_app, jobs
        from portal.editing import kinds, operations
        from pathlib import Path
        app = create_app(instance=Path({str(tmp_path)!r}), secret_key="for tests only",
                         database_url={site_sqlite.config["SQLALCHEMY_DATABASE_URI"]!r})
        save = kinds.save
        def die(kind, record):
            save(kind, record)
            os._exit(9)
        kinds.save = die
        with app.app_context():
            while jobs.work_once():
                pass
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert result.returncode == 9
    assert service()["title"]["en"] == "Title of service"
    with transaction():
        db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=now()))
    while jobs.work_once():
        pass
    assert service()["title"]["en"] == "Later"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Version)) == 2


# History


def test_history_tells_who_changed_what_and_leads_back(staff):
    publish(begin("service", "service", staff["editor"], title_en="New"), staff["editor"], staff["reviewer"])
    service_id = record_id("service", "service")
    second, first = queries.version_rows("service", service_id)
    assert (first.number, first.origin, first.author) == (1, "before the editors", None)
    assert (second.units, second.author, second.reviewer) == (["title.en"], "Edith Editor", "Rita Reviewer")
    with transaction():
        version = queries.version("service", service_id, 1)
        uid = operations.restore_version("service", service_id, version, actor=staff["second"]).uid
    publish(uid, staff["second"], staff["reviewer"])
    assert service()["title"]["en"] == "Title of service"
    assert service() == first_values(service_id)


def first_values(service_id):
    return queries.version("service", service_id, 1).values


def test_a_new_slug_leaves_the_old_one_leading_here_and_back(staff):
    publish(begin("service", "service", staff["editor"], slug="better"), staff["editor"], staff["reviewer"])
    assert service("better")["old_slugs"] == ["service"]
    service_id = record_id("service", "better")
    with transaction():
        uid = operations.restore_version(
            "service", service_id, queries.version("service", service_id, 1), actor=staff["editor"]
        ).uid
    publish(uid, staff["editor"], staff["reviewer"])
    assert service()["old_slugs"] == ["better"]
    assert record_id("service", "service") == service_id


def test_a_slug_of_another_record_is_refused(staff):
    uid = begin("service", "service", staff["editor"], slug="other")
    with pytest.raises(Refused, match="Another service"):
        send(uid, staff["editor"])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("service", {"agency": "agency", "status": "published", "title": {"en": "T"}, "owner": "Us"}),
        ("profile", {"position": 3, "title": {"en": "T"}, "summary": {"en": "S"}}),
        ("intent", {"kind": "need", "position": 3, "title": {"en": "T"}, "summary": {"en": "S"}}),
        ("agency", {"name": {"en": "T"}}),
        (
            "article",
            {
                "status": "validated",
                "audience": "public",
                "title": {"en": "T"},
                "summary": {"en": "S"},
                "text": {"en": "X"},
                "checked": "2026-01-02",
                "owner": "Us",
            },
        ),
    ],
)
def test_a_new_record_of_each_kind(staff, kind, values):
    with transaction():
        uid = operations.start_new(kind, {"slug": "fresh", **values}, actor=staff["editor"]).uid
    assert publish(uid, staff["editor"], staff["reviewer"])
    # What is validated is looked at again in a year, unless its editors say otherwise.
    review = {"review_by": next_review(today()).isoformat()} if kind == "article" else {}
    assert kinds.export(kind, record_id(kind, "fresh")) == {"slug": "fresh", **values, **review}


def test_a_bundle_is_edited_with_its_intent(staff):
    steps = [{"service": "other", "step": "first", "reason": {"en": "Because"}}]
    publish(begin("intent", "intent", staff["editor"], services=steps), staff["editor"], staff["reviewer"])
    assert kinds.export("intent", record_id("intent", "intent"))["services"] == steps


def test_an_import_is_noted(staff):
    service_id = record_id("service", "service")
    with transaction():
        save_service(export_service(service_id) | {"owner": "A source"})
        events.record(ServiceImported(service_id, "nyc"))
    (version,) = queries.version_rows("service", service_id)
    assert version.origin == "import:nyc"


def test_every_step_is_in_the_audit(staff):
    uid = begin("service", "service", staff["editor"], title_en="New")
    publish(uid, staff["editor"], staff["reviewer"])
    author, reviewer = staff["editor"].id, staff["reviewer"].id
    rows = db.session.execute(
        sa.select(AuditEntry.verb, AuditEntry.staff_id)
        .where(AuditEntry.kind == "service", AuditEntry.staff_id.in_([author, reviewer]))
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in rows] == [
        ("start draft", author),
        ("save draft", author),
        ("send to review", author),
        ("approve", reviewer),
        ("publish", reviewer),
    ]


# Agencies and sources


def test_an_agency_editor_keeps_to_their_agency(staff):
    with pytest.raises(Refused):
        begin("service", "other", staff["agency"])
    uid = begin("service", "service", staff["agency"], title_en="Ours")
    with pytest.raises(Refused, match="own agencies"), transaction():
        write(queries.draft_by_uid(uid), staff["agency"], agency="other-agency")
    assert publish(uid, staff["agency"], staff["reviewer"])


def test_their_text_goes_through_review(staff):
    conflict_id = make_conflict()
    with transaction():
        uid = operations.decide_conflict(conflict_id, "theirs", actor=staff["editor"]).uid
    assert service()["title"]["en"] == "Title of service"
    assert queries.conflict_rows(staff["editor"]) == []
    assert publish(uid, staff["editor"], staff["reviewer"])
    assert service()["title"]["en"] == "Theirs"


def test_a_value_tells_where_it_comes_from(staff):
    make_conflict()
    service_id = record_id("service", "service")
    publish(begin("service", "service", staff["editor"], title_es="Nuevo"), staff["editor"], staff["reviewer"])
    found = queries.who_wrote("service", service_id, ["title.en", "title.es", "owner", "who.en"])
    assert (found["owner"].source, found["owner"].identifier) == ("NYC programs", "N-1")
    assert found["title.es"].who == "Edith Editor"
    assert "who.en" not in found


# Lists, on both engines


def test_lists_of_work_and_of_records(staff):
    with transaction():
        save_service(_PLAIN | {"slug": "bare", "agency": "other-agency", "title": {"en": "Bare 100%"}})
    counts = {one.name: count for one, count in work.counts(staff["editor"])}
    assert counts == {
        "stale": 1,
        "untranslated": 1,
        "no-eligibility": 1,
        "no-profile": 3,
        "no-intent": 2,
        "dead-links": 0,
        "due-articles": 0,
        "stale-articles": 0,
        "untranslated-articles": 0,
        "dead-links-articles": 0,
    }
    for name, count in counts.items():
        kind = work.LISTS[name].kind
        assert queries.record_rows(kind, staff["editor"], condition=work.condition(name)).total == count
    assert {one.name: count for one, count in work.counts(staff["agency"])} == {
        "stale": 0,
        "untranslated": 0,
        "no-eligibility": 0,
        "no-profile": 1,
        "no-intent": 0,
        "dead-links": 0,
    }
    assert [row.slug for row in queries.record_rows("service", staff["agency"]).rows] == ["service"]
    assert [row.slug for row in queries.record_rows("service", staff["editor"], words="BARE 100%").rows] == ["bare"]
    assert queries.record_rows("service", staff["editor"], agency="other-agency").total == 2
    assert queries.record_rows("service", staff["editor"], status="withdrawn").total == 0


def test_a_preview_is_taken_back(site, staff):
    record = service() | {"title": {"en": "Only a preview"}, "status": "draft"}
    with site.test_request_context("/admin/drafts/x/preview/en"):
        flask.g.lang = "en"
        assert "Only a preview" in preview("service", record)
    assert service()["title"]["en"] == "Title of service"


def test_a_record_is_withdrawn_by_way_of_a_review(staff):
    with transaction():
        uid = operations.withdraw("service", record_id("service", "service"), actor=staff["editor"]).uid
    assert service()["status"] == "published"
    publish(uid, staff["editor"], staff["reviewer"])
    assert service()["status"] == "withdrawn"


def test_a_draft_in_which_nothing_was_written_is_forgotten(staff):
    untouched = begin("service", "service", staff["editor"])
    written = begin("service", "service", staff["second"], title_en="Written")
    with transaction():
        operations.forget_untouched(now() + datetime.timedelta(minutes=1))
    assert set(db.session.scalars(sa.select(Draft.uid))) == {written} != {untouched}

"""Pins, buries and words that are tested before they go live."""

import datetime
import threading

import pytest
import sqlalchemy as sa

from portal.caching import today
from portal.database import transaction
from portal.errors import NotFound
from portal.extensions import db
from portal.identity.models import AuditEntry
from portal.judgements import JudgedQuery
from portal.search.models import AddedWords, Placement, SearchChanges
from portal.tuning import operations, queries
from portal.tuning.operations import Refused
from portal.tuning.trials import report_on
from tests.editing.support import Browser, check_staff_page, record_id
from tests.staff import make_staff, signed_in_client

from .support import found, office, work

QUERY = "title of service"


def key(kind, slug):
    return kind, record_id(kind, slug)


def propose(staff, do, slug="other", kind="service", query=QUERY, **more):
    with transaction():
        operations.propose(do, query, "en", key(kind, slug), actor=staff, **more)
        return queries.changes_of(staff.id).edition


def try_out(staff, edition):
    with transaction():
        operations.ask_for_test(edition, actor=staff)
    work()
    db.session.rollback()
    return queries.changes_of(staff.id).report


def publish(staff, edition):
    with transaction():
        return operations.publish(edition, actor=staff)


def judged(identifier, text, kind, slug, split="tune"):
    return JudgedQuery(identifier, "en", split, text, ((kind, slug),))


def test_a_pin_goes_live_once_it_was_tested(app):
    staff = office(app)
    assert found(QUERY)[0] == key("service", "service")
    edition = propose(staff["editor"], "pin", note="Most people mean this one")
    assert found(QUERY)[0] == key("service", "service")
    with pytest.raises(Refused, match="Test the changes first"):
        publish(staff["editor"], edition)
    report = try_out(staff["editor"], edition)
    (own,) = report["own"]
    assert own["before"][0] == "Title of service"
    assert own["after"][:2] == ["Title of other", "Title of service"]
    assert found(QUERY)[0] == key("service", "service")
    assert publish(staff["editor"], edition) == 1
    assert found(QUERY)[:2] == [key("service", "other"), key("service", "service")]
    assert found("SERVICE titles")[0] == key("service", "other")
    assert queries.changes_of(staff["editor"].id) is None
    (row,) = queries.placement_rows()
    assert (row.query, row.place, row.note, row.by) == (QUERY, "pin", "Most people mean this one", "Edith Editor")


def test_burying_and_undoing_it(app):
    staff = office(app)
    before = found(QUERY)
    edition = propose(staff["editor"], "bury", "service")
    try_out(staff["editor"], edition)
    publish(staff["editor"], edition)
    assert found(QUERY)[-1] == key("service", "service")
    (row,) = queries.placement_rows()
    with transaction():
        operations.remove_placement(row.uid, actor=staff["reviewer"])
    assert found(QUERY) == before
    verbs = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.kind == "search").order_by(AuditEntry.id))
    assert list(verbs) == ["bury", "publish", "remove bury"]


def test_it_holds_until_its_day(site_sqlite):
    staff = office(site_sqlite)
    edition = propose(staff["editor"], "pin", valid_until=today())
    try_out(staff["editor"], edition)
    publish(staff["editor"], edition)
    assert found(QUERY)[0] == key("service", "other")
    with transaction():
        db.session.execute(sa.update(Placement).values(valid_until=today() - datetime.timedelta(days=1)))
        operations._advance()
    assert found(QUERY)[0] == key("service", "service")


def test_the_report_says_what_gets_better_and_worse_and_names_none_of_the_queries_for_checking(app):
    office(app)
    sets = [
        judged("k-en-001", QUERY, "service", "service"),
        judged("k-en-002", "quokka", "service", "other"),
        judged("k-en-003", "quokka!", "service", "other", split="check"),
    ]
    other = key("service", "other")
    items = [
        {"do": "pin", "lang": "en", "query": QUERY, "key": "servic titl", "kind": other[0], "record_id": other[1]},
        {"do": "words", "lang": "en", "query": "quokka", "key": "quokka", "kind": other[0], "record_id": other[1]},
    ]
    report = report_on(items, sets)
    assert report["figures"] == {
        "check": {"queries": 1, "before_1": 0.0, "before_3": 0.0, "after_1": 100.0, "after_3": 100.0},
        "tune": {"queries": 2, "before_1": 50.0, "before_3": 50.0, "after_1": 50.0, "after_3": 100.0},
    }
    assert report["worse"] == [{"text": QUERY, "lang": "en", "was": 1, "now": 2}]
    assert report["better"] == [{"text": "quokka", "lang": "en", "was": 4, "now": 1}]
    assert report["unnamed"] == {"better": 1, "worse": 0}
    assert found("quokka") == []


def test_words_of_a_change_set_count_once_published(app):
    staff = office(app)
    edition = propose(staff["editor"], "words", query="quokka")
    (own,) = try_out(staff["editor"], edition)["own"]
    assert (own["before"], own["after"]) == ([], ["Title of other"])
    assert found("quokka") == []
    publish(staff["editor"], edition)
    work()
    assert found("quokka") == [key("service", "other")]


def test_a_set_is_stale_when_others_published_meanwhile_and_loses_nothing(app):
    staff = office(app)
    editions = {name: propose(staff[name], "pin", slug) for name, slug in (("editor", "other"), ("second", "service"))}
    for name, edition in editions.items():
        try_out(staff[name], edition)
    publish(staff["editor"], editions["editor"])
    with pytest.raises(Refused, match="Somebody else published meanwhile"):
        publish(staff["second"], editions["second"])
    db.session.rollback()
    assert len(queries.changes_of(staff["second"].id).items) == 1
    try_out(staff["second"], editions["second"])
    publish(staff["second"], editions["second"])
    assert found(QUERY)[:2] == [key("service", "other"), key("service", "service")]


def test_two_who_publish_at_once_do_not_both_go_live_untested(app):
    staff = office(app)
    editions = {name: propose(staff[name], "pin", slug) for name, slug in (("editor", "other"), ("second", "service"))}
    for name, edition in editions.items():
        try_out(staff[name], edition)
    db.session.rollback()
    start, outcomes = threading.Barrier(2), []

    def publish_as(name):
        with app.app_context():
            start.wait()
            try:
                outcomes.append(publish(staff[name], editions[name]))
            except Refused:
                outcomes.append("refused")

    threads = [threading.Thread(target=publish_as, args=(name,)) for name in editions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, "refused"]
    assert len(queries.placement_rows()) == 1
    assert len(db.session.scalars(sa.select(SearchChanges)).all()) == 1


def test_a_change_after_the_test_asks_for_another(site_sqlite):
    staff = office(site_sqlite)
    edition = propose(staff["editor"], "pin")
    try_out(staff["editor"], edition)
    later = propose(staff["editor"], "pin", "article", "article")
    with pytest.raises(Refused, match="not those that you saw"):
        publish(staff["editor"], edition)
    with pytest.raises(Refused, match="Test the changes first"):
        publish(staff["editor"], later)


def test_a_later_item_about_the_same_replaces_the_earlier(site_sqlite):
    staff = office(site_sqlite)
    propose(staff["editor"], "pin")
    propose(staff["editor"], "bury", query="titles, of SERVICE")
    assert [item["do"] for item in queries.changes_of(staff["editor"].id).items] == ["bury"]


def test_taking_out_the_last_item_forgets_the_set(site_sqlite):
    staff = office(site_sqlite)
    edition = propose(staff["editor"], "pin")
    with pytest.raises(NotFound), transaction():
        operations.take_out(7, edition, actor=staff["editor"])
    with transaction():
        operations.take_out(0, edition, actor=staff["editor"])
    assert queries.changes_of(staff["editor"].id) is None
    with pytest.raises(NotFound), transaction():
        operations.ask_for_test(edition, actor=staff["editor"])


def test_the_pages_from_a_search_to_what_is_live_and_back(app):
    staff = office(app)
    editor = Browser(app, staff["editor"])
    check_staff_page(editor.get("/admin/search/").text)
    page = editor.post("/admin/search/", q=QUERY, lang="en").text
    check_staff_page(page)
    for words in ("Why it is here", "Words of the title", "Learned from use: × 1.00", "service please"):
        assert words in page
    other = str(record_id("service", "other"))
    form = {"q": QUERY, "lang": "en", "kind": "service", "id": other, "do": "pin", "note": "Why", "until": ""}
    assert editor.post("/admin/search/changes", **form | {"until": "soon"}).status_code == 422
    page = editor.post("/admin/search/changes", **form)
    check_staff_page(page.text)
    assert "It is among your changes" in page.text

    page = editor.get("/admin/search/changes").text
    check_staff_page(page)
    assert "Test the changes" in page
    assert "Publish</button>" not in page
    editor.post("/admin/search/changes/publish", edition="1")
    assert "Test the changes first" in editor.get("/admin/search/changes").text
    editor.post("/admin/search/changes/test", "/admin/search/changes")
    assert "The test is running" in editor.get("/admin/search/changes").text
    work()
    page = editor.get("/admin/search/changes").text
    check_staff_page(page)
    assert "for tuning" in page
    editor.post("/admin/search/changes/publish", "/admin/search/changes")
    page = editor.get("/admin/search/changes").text
    check_staff_page(page)
    assert "Your changes are live" in page
    assert "Pinned" in page
    assert "Pinned" in editor.post("/admin/search/", q=QUERY, lang="en").text
    assert found(QUERY)[0] == key("service", "other")
    uid = db.session.scalars(sa.select(Placement.uid)).one()
    editor.post(f"/admin/search/placements/{uid}/remove")
    assert "Nothing is pinned or buried" in editor.get("/admin/search/changes").text

    editor.post("/admin/search/changes", **form | {"do": "words"})
    editor.post("/admin/search/changes/take-out", "/admin/search/changes")
    editor.post("/admin/search/changes", **form)
    editor.post("/admin/search/changes/drop", edition="1")
    assert "You have no changes" in editor.get("/admin/search/changes").text
    assert db.session.scalars(sa.select(AddedWords)).all() == []


def test_what_is_typed_stands_in_no_address_and_is_not_kept(site_sqlite):
    staff = office(site_sqlite)
    editor = Browser(site_sqlite, staff["editor"])
    assert "quokka" not in editor.get("/admin/search/?q=quokka").text
    page = editor.post("/admin/search/", q="quokka", lang="en")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Nothing found" in page.text
    assert editor.post("/admin/search/", q="", lang="en").status_code == 422


def test_who_may_steer(site_sqlite, monkeypatch):
    """A specialist adds words and sees nothing of the rest; an agency editor does neither."""
    staff = office(site_sqlite)
    form = {"q": "quokka", "lang": "en", "kind": "service", "id": str(record_id("service", "service"))}
    monkeypatch.setitem(site_sqlite.config, "WTF_CSRF_ENABLED", False)
    db.session.rollback()
    staff["specialist"] = make_staff(site_sqlite, "specialist")
    for person, pages, words in (
        *(("reviewer", 200, 200), ("administrator", 200, 200)),
        *(("specialist", 403, 303), ("agency", 403, 403)),
    ):
        client = signed_in_client(site_sqlite, staff[person])
        for path in ("/", "/words", "/changes", "/work", "/learned"):
            assert client.get(f"/admin/search{path}").status_code == pages, path
        assert client.post("/admin/search/words", data=form).status_code == words
        assert client.post("/admin/search/learned/reset-all").status_code == (303 if pages == 200 else 403)

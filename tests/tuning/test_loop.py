"""The loop from a search that fails to one that succeeds, through the real pages."""

import datetime
import re

import sqlalchemy as sa

from portal.caching import today
from portal.database import transaction
from portal.extensions import db
from portal.search.models import AddedWords, FailedSearch, FailedSearchDay
from portal.tuning import recording
from portal.tuning.operations import forget_searches
from tests.editing.support import Browser, check_staff_page, inputs, record_id

from .support import found, office, visit, work

WORDS = "quokka frobnitz"


def failed():
    db.session.rollback()
    return {row.key_hash: row for row in db.session.scalars(sa.select(FailedSearch))}


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_search_fails_an_editor_adds_words_it_succeeds_and_the_report_says_so(app):
    staff = office(app)
    editor = Browser(app, staff["editor"])
    service_id = record_id("service", "service")
    for number in (1, 2):
        assert "Nothing found" in visit(app, WORDS, f"192.0.2.{number}").text
        assert "Nothing waits here" in editor.get("/admin/search/work").text
    visit(app, "Frobnitz, QUOKKA!", "192.0.2.3")
    page = editor.get("/admin/search/work").text
    check_staff_page(page)
    assert "failed 3 times" in text_of(page)
    assert "Frobnitz, QUOKKA!" in page

    # The editor finds the record by other words and adds those of the people with one click.
    page = editor.post("/admin/search/work/find", "/admin/search/work", q="Title of service")
    check_staff_page(page.text)
    button = inputs(page.text, "/admin/search/words")
    assert (button["q"], button["kind"], button["id"]) == ("Frobnitz, QUOKKA!", "service", str(service_id))
    answer = editor.post("/admin/search/words", **button)
    assert (answer.status_code, answer.location) == (303, "/admin/search/work")
    assert "can be found by these words" in editor.get("/admin/search/work").text
    assert found(WORDS) == []
    work()
    assert found(WORDS) == [("service", service_id)]

    # The same search succeeds, on the page and over the API.
    assert "/en/services/service" in visit(app, WORDS, "192.0.2.4").text
    assert visit(app, WORDS, "192.0.2.5", path="/api/v1/search").json["total"] == 1
    page = editor.get("/admin/search/work").text
    check_staff_page(page)
    report = text_of(page)
    assert "Nothing waits here" in report
    assert "Finds something now" in report
    assert "failed 3 times since" in report
    assert "Mended by Edith Editor" in report
    assert "the words were added to Title of service , which comes at place 1 of 1" in report
    assert "Succeeded 2 times since then" in report

    # Taking the words away opens it again.
    uid = db.session.scalars(sa.select(AddedWords.uid)).one()
    editor.post(f"/admin/search/words/{uid}/remove")
    work()
    assert found(WORDS) == []
    assert "failed 3 times" in text_of(editor.get("/admin/search/work").text)


def test_below_the_threshold_no_word_is_kept(site_sqlite):
    office(site_sqlite)
    for number in (1, 2):
        visit(site_sqlite, WORDS, f"192.0.2.{number}")
    (row,) = failed().values()
    assert (row.text, row.lang, row.first_on) == (None, "en", today())
    assert not re.search("quokka|frobnitz", row.key_hash)
    assert [(day.failed, day.found) for day in db.session.scalars(sa.select(FailedSearchDay))] == [(2, 0)]


def test_from_the_threshold_on_the_words_are_kept_without_personal_data(app):
    office(app)
    for number in (1, 2, 3):
        visit(app, "quokka frobnitz 202-555-0175 ana@example.org", f"192.0.2.{number}")
    (row,) = failed().values()
    assert row.text == "quokka frobnitz"


def test_one_address_repeating_its_words_makes_nothing_known(site_sqlite):
    office(site_sqlite)
    for _ in range(5):
        visit(site_sqlite, WORDS, "192.0.2.9")
    (row,) = failed().values()
    assert row.text is None


def test_what_is_not_noted(site_sqlite):
    """Machines that say so, searches that find something, words that say nothing, and what choices left out."""
    office(site_sqlite)
    bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    for agent in (bot, ""):
        visit(site_sqlite, WORDS, "192.0.2.1", agent=agent)
    for words in ("the of and", "Title of service", ""):
        visit(site_sqlite, words, "192.0.2.1")
    site_sqlite.test_client().get("/en/search?q=quokka&kind=article", buffered=True)
    assert failed() == {}


def test_words_of_danger_are_never_noted(starter):
    """They may find nothing: help for them comes all the same, and nothing of them is kept."""
    with starter.test_request_context("/en/search", headers={"User-Agent": "Mozilla/5.0"}):
        waiting = list(recording.recorder()._waiting)
        recording.note_search("I want to kill myself", "en", found=False)
        assert recording.recorder()._waiting == waiting


def test_what_stays_below_the_threshold_is_deleted_after_a_month(app):
    office(app)
    visit(app, WORDS, "192.0.2.1")
    old = today() - datetime.timedelta(days=31)
    with transaction():
        db.session.execute(sa.update(FailedSearch).values(first_on=old, last_on=old))
        db.session.execute(sa.update(FailedSearchDay).values(day=old))
    with transaction():
        forget_searches(3)
    assert failed() == {}
    assert db.session.scalars(sa.select(FailedSearchDay)).all() == []


def test_a_search_whose_note_cannot_be_written_is_answered_and_counted(app, monkeypatch):
    office(app)
    db.session.execute(sa.text("ALTER TABLE failed_search_day RENAME TO elsewhere"))
    db.session.commit()
    try:
        page = visit(app, WORDS, "192.0.2.1")
        assert (page.status_code, recording.recorder().lost) == (200, 1)
        assert "portico_search_notes_lost 1.0" in app.test_client().get("/metrics").text
    finally:
        db.session.rollback()
        db.session.execute(sa.text("ALTER TABLE elsewhere RENAME TO failed_search_day"))
        db.session.commit()


def test_what_is_not_ours_leaves_the_list_and_can_come_back(site_sqlite):
    staff = office(site_sqlite)
    editor = Browser(site_sqlite, staff["editor"])
    for number in (1, 2, 3):
        visit(site_sqlite, WORDS, f"192.0.2.{number}")
    (hashed,) = failed()
    assert editor.post(f"/admin/search/work/{hashed}/not-ours").status_code == 303
    page = text_of(editor.get("/admin/search/work").text)
    assert "Nothing waits here" in page
    assert "Not ours" in page
    editor.post(f"/admin/search/work/{hashed}/reopen")
    assert "failed 3 times" in text_of(editor.get("/admin/search/work").text)

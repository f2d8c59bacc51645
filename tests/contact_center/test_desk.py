"""The desk, as specialists get it: finding, reading, handing on, saying what came of it and what is wrong."""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.contact_center.rules import page_to_send
from portal.database import transaction
from portal.editing.models import Draft
from portal.extensions import db
from portal.identity.queries import staff_by_id
from portal.knowledge.attachments.operations import add_file
from portal.knowledge.models import Article, ArticleFlag, ArticleUse
from portal.knowledge.operations import raise_flag, save_article, settle_flag
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.editing.support import Browser, approve, check_staff_page, inputs, make_content, people, record_id
from tests.staff import make_staff, signed_in_client
from tests.support import article_record, both
from tests.test_pages import check_page

STAFF_TEXT = {"en": "Ask for the **heron** number first.", "es": "Pida primero el número de la garza."}


@pytest.fixture
def office(tmp_path):
    """A portal with articles for the public and for staff, its people, and a specialist's browser."""
    app = make_app(tmp_path)
    with app.app_context():
        make_content()
        with transaction():
            service = record_id("service", "service")
            record = article_record(staff_text=STAFF_TEXT, who=both("For tenants."), steps=[both("Call first.")])
            save_article(record | {"review_by": "2027-01-31"}, service_ids=[service])
            save_article(article_record("inside", audience="staff", title=both("Heron desk notes")), service_ids=[])
            save_article(article_record("unsure", status="not_validated", title=both("Heron draft")), service_ids=[])
            save_article(article_record("early", status="work_in_progress", title=both("Heron early")), service_ids=[])
            save_article(article_record("gone", status="archived", title=both("Heron gone")), service_ids=[])
        rebuild_index()
        staff = people(app) | {"specialist": make_staff(app, "specialist", name="Sol Specialist")}
        yield app, staff, Browser(app, staff["specialist"])
    close(app)


def uid_of(slug):
    found = db.session.scalars(sa.select(Article.uid).where(Article.slug == slug)).one()
    # Requests share this session: what they read must not be of before.
    db.session.rollback()
    return found


def titles(html):
    return [re.sub("<[^>]+>", "", one).strip() for one in re.findall(r"<h3[^>]*>\s*(<a.*?</a>)", html, re.DOTALL)]


def search(browser, words, at="/desk/knowledge", **data):
    form = inputs(browser.get("/desk/knowledge").text, "/desk/knowledge")
    return browser.client.post(at, data=form | {"words": words} | data)


def uses():
    db.session.rollback()
    table = ArticleUse.__table__.c
    return [tuple(row) for row in db.session.execute(sa.select(table.kind, table.channel, table.lang, table.count))]


def test_specialists_begin_at_the_desk(office):
    _, _, browser = office
    assert browser.get("/desk/").location == "/desk/knowledge"
    page = browser.get("/desk/knowledge")
    check_staff_page(page.text.replace("– Portico desk", "– Portico editors"))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert [words for words in ("Work", "Records", "Desk", "Staff") if f">{words}</a>" in page.text] == ["Work", "Desk"]
    assert 'class="pt-home" href="/desk/knowledge"' in page.text


@pytest.mark.promise("S4")
def test_who_may_use_the_desk(office):
    app, staff, _ = office
    found = {role: Browser(app, one).get("/desk/knowledge").status_code for role, one in staff.items()}
    assert found == {
        "specialist": 200,
        "editor": 200,
        "second": 200,
        "reviewer": 200,
        "administrator": 200,
        "agency": 403,
    }
    paths = [f"/desk/knowledge/{uid_of('article')}", f"/desk/knowledge/{uid_of('article')}/seen"]
    assert {Browser(app, staff["agency"]).get(path).status_code for path in paths} == {403}
    for path in (*paths, "/desk/", "/desk/knowledge"):
        assert app.test_client().get(path).location.startswith("/admin/sign-in?next=/desk/")


def test_everything_that_staff_may_answer_with_is_found_and_nothing_else(office):
    _, _, browser = office
    found = search(browser, "heron")
    assert found.status_code == 200
    assert sorted(titles(found.text)) == ["Heron desk notes", "Heron draft", "Title of article"]
    assert "For staff only: do not send" in found.text
    assert "Not validated: use with care" in found.text
    # The passage that fits is of the text for staff; the list shows the short answer.
    assert "Ask for the" not in found.text
    check_staff_page(found.text.replace("– Portico desk", "– Portico editors"))
    assert set(titles(search(browser, "title").text)) >= {"Title of article", "Title of service", "Title of intent"}
    assert "Nothing found" in search(browser, "zzqqxx").text
    assert titles(search(browser, "garza", lang="es").text) == ["Title of article (es)"]
    assert titles(search(browser, "garza").text) == []


def test_words_stand_in_no_address_and_no_log(office, caplog):
    _, _, browser = office
    caplog.set_level(logging.DEBUG)
    form = browser.get("/desk/knowledge").text
    assert '<form class="dk-find"' in form
    assert 'method="post"' in form
    found = search(browser, "heron for Maria Lopez 555-0175")
    assert 'value="heron for Maria Lopez 555-0175"' in found.text
    for address in re.findall(r'(?:href|action|src)="([^"]*)"', found.text):
        assert "Lopez" not in address
    assert "Lopez" not in caplog.text
    assert found.headers["Cache-Control"] == "no-store"
    for table in db.metadata.tables.values():
        for row in db.session.execute(sa.select(table)):
            assert "Lopez" not in str(row)


def test_while_typing_the_last_word_may_be_unfinished(office):
    _, _, browser = office
    part = search(browser, "her", at="/desk/knowledge/results")
    assert sorted(titles(part.text)) == ["Heron desk notes", "Heron draft", "Title of article"]
    assert "<html" not in part.text
    assert titles(search(browser, "her").text) == []
    assert search(browser, "", at="/desk/knowledge/results").text.strip() == ""
    assert search(browser, "x" * 1001, at="/desk/knowledge/results").status_code == 422
    too_long = search(browser, "x" * 1001)
    assert too_long.status_code == 422
    assert "Use at most 1000 characters" in too_long.text


def test_an_article_shows_both_texts_and_what_belongs_to_it(office):
    _, _, browser = office
    page = browser.get(f"/desk/knowledge/{uid_of('article')}?lang=es&channel=chat")
    check_staff_page(page.text.replace("– Portico desk", "– Portico editors"))
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))
    for words in (
        *("Title of article (es)", "Summary of article. (es)", "For tenants. (es)", "Call first. (es)"),
        *("Pida primero el número de la garza.", "Title of service (es)", "Title of intent (es)", "The law"),
        *("November 1, 2026", "January 31, 2027", "Editors", "Validated"),
    ):
        assert words in text
    assert 'href="/es/services/service"' in page.text
    assert 'href="/es/life-events/intent"' in page.text
    assert f'href="/admin/articles/{uid_of("article")}/history"' in page.text
    assert '<h1 class="govuk-heading-xl" lang="es" dir="ltr">' in page.text
    assert '<option value="chat" selected>' in page.text


@pytest.mark.parametrize(("slug", "status"), [("inside", 200), ("unsure", 200), ("early", 404), ("gone", 404)])
def test_which_articles_staff_may_read(office, slug, status):
    _, _, browser = office
    page = browser.get(f"/desk/knowledge/{uid_of(slug)}")
    assert page.status_code == status
    if status == 200:
        assert "There is no public page to send" in page.text
        sent = browser.post(f"/desk/knowledge/{uid_of(slug)}/uses", kind="sent", channel="email", lang="en")
        assert sent.status_code == 422
        assert uses() == []


def test_a_merged_article_leads_to_the_one_that_stays(office):
    _, _, browser = office
    with transaction():
        gone = db.session.scalars(sa.select(Article).where(Article.slug == "gone")).one()
        gone.merged_into_id = record_id("article", "article")
    answer = browser.get(f"/desk/knowledge/{uid_of('gone')}?lang=es")
    assert (answer.status_code, answer.location) == (
        303,
        f"/desk/knowledge/{uid_of('article')}?lang=es&channel=phone",
    )


@pytest.mark.parametrize("kind", ["linked", "sent", "helped", "not_helped"])
def test_what_came_of_it_is_counted_without_anyone_in_it(office, kind):
    _, _, browser = office
    at = f"/desk/knowledge/{uid_of('article')}"
    noted = browser.post(f"{at}/uses", page=f"{at}?lang=es&channel=social", kind=kind)
    assert (noted.status_code, noted.location) == (303, f"{at}?lang=es&channel=social")
    assert uses() == [(kind, "social", "es", 1)]
    assert "Noted:" in browser.get(noted.location).text


@pytest.mark.parametrize(
    "data", [{"kind": "viewed"}, {"kind": "x"}, {"kind": "helped", "channel": "desk"}, {"kind": "helped", "lang": "ar"}]
)
def test_nothing_else_is_counted(office, data):
    _, _, browser = office
    sent = browser.post(f"/desk/knowledge/{uid_of('article')}/uses", **({"channel": "phone", "lang": "en"} | data))
    assert sent.status_code == 422
    assert uses() == []


def test_looking_at_an_article_counts_at_the_desk(office):
    _, _, browser = office
    page = browser.get(f"/desk/knowledge/{uid_of('inside')}?lang=es")
    image = re.search(r'<img src="([^"]+)"', page.text)[1]
    assert browser.get(image).mimetype == "image/gif"
    assert uses() == [("viewed", "desk", "es", 1)]


def test_a_page_is_sent_with_title_short_answer_and_address(office):
    _, _, browser = office
    page = browser.get(f"/desk/knowledge/{uid_of('article')}?lang=es").text
    address = "http://localhost/es/articles/article"
    message = f"Title of article (es)\n\nSummary of article. (es)\n\n{address}"
    assert f">{message}</textarea>" in page
    mail = urlsplit(re.search(r'href="(mailto:[^"]+)"', page)[1].replace("&amp;", "&"))
    assert mail.path == ""
    assert parse_qs(mail.query) == {
        "subject": ["Title of article (es)"],
        "body": [message.replace("\n", "\r\n")],
    }


def test_page_to_send_keeps_signs_of_the_text_out_of_the_address():
    made = page_to_send("Rent & food?", "50% of it #1", "https://a.example/en/articles/x")
    assert made.mail == (
        "mailto:?subject=Rent%20%26%20food%3F&body=Rent%20%26%20food%3F%0D%0A%0D%0A50%25%20of%20it%20%231%0D%0A%0D%0A"
        "https%3A%2F%2Fa.example%2Fen%2Farticles%2Fx"
    )


def test_a_flag_is_seen_at_the_desk_until_it_is_settled(office):
    _, staff, browser = office
    at = f"/desk/knowledge/{uid_of('article')}"
    missing = browser.post(f"{at}/flags", page=at, text=" ")
    assert missing.status_code == 422
    assert "Choose what is wrong" in missing.text
    assert "Say in a few words" in missing.text
    check_staff_page(missing.text.replace("– Portico desk", "– Portico editors"))
    flagged = browser.post(f"{at}/flags", page=at, reason="out_of_date", text="The limit is $40 now.")
    assert flagged.status_code == 303
    for page in (browser.get(at), browser.get("/desk/knowledge")):
        assert "The limit is $40 now." in page.text
    flag = db.session.scalars(sa.select(ArticleFlag)).one()
    assert staff_by_id(flag.raised_by).name == "Sol Specialist"
    with transaction():
        settle_flag(flag.uid, "Changed", actor=staff["reviewer"])
    assert "The limit is $40 now." not in browser.get(at).text


def test_fixing_is_a_draft_that_a_second_person_reviews(office):
    app, staff, browser = office
    at = f"/desk/knowledge/{uid_of('article')}"
    started = browser.post(f"/admin/articles/{uid_of('article')}/edit", page=at)
    assert started.status_code == 303
    edit = browser.get(started.location)
    assert edit.status_code == 200
    draft = db.session.scalars(sa.select(Draft)).one()
    assert (draft.author_id, draft.kind) == (staff["specialist"].id, "article")
    saved = browser.post(started.location, page=started.location, title__en="Better", do="next")
    assert saved.status_code == 303
    sent = browser.post(f"/admin/drafts/{draft.uid}/send", page=saved.location, note="Clearer")
    assert sent.status_code == 303
    assert browser.post(f"/admin/drafts/{draft.uid}/approve").status_code == 403
    assert "Better" in browser.get("/admin/").text
    assert approve(draft.uid, staff["reviewer"])
    assert "Better" in browser.get(at).text
    public = app.test_client().get("/en/articles/article")
    check_page(public.text, "en")
    assert "Better" in public.text


def test_a_change_of_text_for_staff_is_found_and_what_is_archived_is_not(office):
    _, _, browser = office
    with transaction():
        save_article(article_record(staff_text={"en": "Ask for the wagtail number."}), service_ids=[])
        save_article(article_record("inside", audience="staff", status="archived"), service_ids=[])
    while jobs.work_once():
        pass
    assert titles(search(browser, "wagtail").text) == ["Title of article"]
    assert titles(search(browser, "heron").text) == ["Heron draft"]


def test_words_of_the_person_are_added_in_one_step(office):
    _, _, browser = office
    assert titles(search(browser, "kicked out").text) == []
    at = f"/desk/knowledge/{uid_of('article')}?lang=en&channel=chat"
    added = browser.post("/admin/search/words", page=at, q="they kicked me out")
    assert (added.status_code, added.location) == (303, at)
    while jobs.work_once():
        pass
    assert titles(search(browser, "kicked out").text)[0] == "Title of article"


def test_files_of_staff_are_at_the_desk(office):
    _, staff, browser = office
    with transaction():
        article = record_id("article", "article")
        add_file(article, b"For staff.", "sheet.txt", {"en": "Desk sheet"}, actor=staff["editor"])
    page = browser.get(f"/desk/knowledge/{uid_of('article')}").text
    assert ">Desk sheet</a>" in page
    assert browser.get(re.search(r'href="(/admin/knowledge/files/[^"]+)"', page)[1]).data == b"For staff."


def test_help_comes_first_where_words_suggest_danger(starter):
    staff = make_staff(starter, "specialist")
    client = signed_in_client(starter, staff)
    form = inputs(client.get("/desk/knowledge").text, "/desk/knowledge")
    found = client.post("/desk/knowledge", data=form | {"words": "he wants to kill himself"})
    assert found.text.index("988") < found.text.index("data-found")


def test_flags_of_someone_who_left_are_still_read(office):
    _, staff, browser = office
    with transaction():
        raise_flag(record_id("article", "article"), "other", "See the new form.", actor=staff["specialist"])
        db.session.execute(sa.text("UPDATE staff_member SET disabled_at = '2026-01-01' WHERE name = 'Sam Second'"))
    assert "Flagged by Sol Specialist" in browser.get(f"/desk/knowledge/{uid_of('article')}").text

"""A marked text for staff is in the index of staff and on the desk, and nowhere that the public reaches."""

import re

import pytest

from portal.database import transaction
from portal.extensions import db
from portal.i18n import CONTENT_LANGUAGES, LANGUAGES
from portal.intents.operations import save_article_intents
from portal.knowledge.operations import raise_flag, save_article
from portal.knowledge.queries import article_ids_by_slug
from portal.search import search_index
from portal.search.completion import complete
from portal.search.documents import PUBLIC, STAFF, list_all_documents
from portal.search.operations import rebuild_index
from portal.search.queries import search
from portal.search.suggest import suggest
from tests.conftest import close, make_app
from tests.editing.support import Browser, make_content, record_id
from tests.staff import make_staff
from tests.support import article_record, both

# One word for each place where staff alone may read it; no other text has them.
IN_STAFF_TEXT, IN_STAFF_ARTICLE, IN_UNVALIDATED, IN_FLAG = "zebrafinch", "kingfisher", "oystercatcher", "bittern"
MARKS = (IN_STAFF_TEXT, IN_STAFF_ARTICLE, IN_UNVALIDATED, IN_FLAG)


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    app = make_app(folder)
    with app.app_context():
        make_content()
        with transaction():
            service = record_id("service", "service")
            save_article(article_record(staff_text=both(f"Say {IN_STAFF_TEXT}.")), service_ids=[service])
            hidden = {"title": both(f"About {IN_STAFF_ARTICLE}"), "summary": both(IN_STAFF_ARTICLE)}
            save_article(article_record("hidden", audience="staff", **hidden), service_ids=[service])
            unsure = {"title": both(f"About {IN_UNVALIDATED}"), "steps": [both(IN_UNVALIDATED)]}
            save_article(article_record("unsure", status="not_validated", **unsure), service_ids=[service])
            for slug, article_id in article_ids_by_slug(["article", "hidden", "unsure"]).items():
                save_article_intents(article_id, ["intent"] if slug else [])
        rebuild_index()
        # Accounts are made in a session of their own, which a lock of this one would keep waiting.
        db.session.rollback()
        sol = make_staff(app, "specialist")
        with transaction():
            raise_flag(record_id("article", "article"), "other", f"It says {IN_FLAG}.", actor=sol)
    yield app, folder, sol
    close(app)


def reached(app):
    """Every address that leads on from the front pages, with what it answers: what a crawler would get to see."""
    client, waiting, seen = app.test_client(), [f"/{lang}/" for lang in LANGUAGES], {}
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/exit", "/admin", "/desk")):
            continue
        answer = client.get(path)
        seen[path] = answer.data.decode(errors="replace") + str(answer.headers)
        if answer.mimetype == "text/html":
            links = re.findall(r'(?:href|src|action)="(/[^"#]*)', answer.text)
            waiting += [one.replace("&amp;", "&") for one in links]
    return seen


def test_no_public_page_has_it(marked):
    app, _, _ = marked
    pages = reached(app)
    assert {f"/{lang}/articles/article" for lang in LANGUAGES} < pages.keys()
    for lang in LANGUAGES:
        for word in MARKS:
            found = app.test_client().get(f"/{lang}/search?q={word}").text
            # What was asked for comes back as it was typed, in the box and in links to the same search.
            pages[f"search for {word} ({lang})"] = re.sub(rf'(value="|q=|“){word}', "", found)
            pages[f"suggest {word} ({lang})"] = app.test_client().get(f"/{lang}/suggest?q={word[:6]}").text
            pages[f"API {word} ({lang})"] = app.test_client().get(f"/api/v1/search?q={word}&lang={lang}").text
        for slug in ("hidden", "unsure"):
            pages[f"/{lang}/articles/{slug}"] = app.test_client().get(f"/{lang}/articles/{slug}").text
    for path, text in pages.items():
        for word in MARKS:
            assert word not in text.lower(), path


def test_the_public_index_does_not_know_it(marked):
    app, folder, _ = marked
    with app.app_context():
        public = "\n".join(map(repr, list_all_documents(PUBLIC)))
        staff = "\n".join(map(repr, list_all_documents(STAFF)))
        for lang in CONTENT_LANGUAGES:
            for word in MARKS[:3]:
                assert search(word, lang=lang, correct=False).total == 0
                assert search(word, lang=lang, index=search_index(STAFF)).total == 1
                assert suggest(word[:6], lang=lang) == []
                assert complete(word[:6], lang=lang) == word[:6]
                assert complete(word[:6], lang=lang, index=search_index(STAFF)) == word
    for word in MARKS[:3]:
        assert word not in public.lower()
        assert word in staff.lower()
    for word in MARKS:
        for file in (folder / "search" / PUBLIC).rglob("*"):
            assert not file.is_file() or word.encode() not in file.read_bytes(), file


def test_the_desk_has_it_and_lets_no_cache_keep_it(marked):
    app, _, sol = marked
    with app.app_context():
        browser = Browser(app, sol)
        found = browser.client.post(
            "/desk/knowledge",
            data={"csrf_token": browser.token(), "words": IN_STAFF_TEXT, "lang": "en", "channel": "phone"},
        )
    uid = re.search(r'href="(/desk/knowledge/[0-9a-f-]{36})', found.text)[1]
    page = browser.get(uid)
    assert IN_STAFF_TEXT in page.text
    assert IN_FLAG in page.text
    for answer in (found, page):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    with app.app_context():
        assert all(IN_STAFF_TEXT.encode() not in kept.body for kept in app.extensions["page_store"]._pages.values())

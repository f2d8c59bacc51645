"""What is for staff is in nothing public: it is planted with marks, and everything public is searched for them.

Extend ``plant`` with what is new for staff, and ``public_answers`` with what is new for everyone. Routes need no word:
every public one and every one for machines is walked, with the addresses of the planted records.
"""

import base64
import datetime
import gzip
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field

import pytest

from portal import jobs
from portal.caching import content_version
from portal.database import transaction
from portal.editing import kinds
from portal.editing.operations import start_draft
from portal.extensions import db
from portal.knowledge.attachments.operations import add_file
from portal.knowledge.models import Article, ArticleFlag
from portal.search import search_index
from portal.search.analysis import analyzer_for
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.editing.support import Browser, make_content, people, publish, record_id, write
from tests.knowledge.support import add_article, outside
from tests.support import both
from tests.test_architecture import audience

# Words that no language has, whole and in the stem that an index may keep.
MARKS = {
    name: f"zqx{name}wvk"
    for name in (
        *("stafftext", "staffarticle", "staffsteps", "staffphrase", "unsure", "unsurephrase", "unfinished", "archived"),
        *("file", "filename", "filetitle", "draft", "flag", "owner", "before"),
    )
}
PUBLIC_WORD = "zqypublicwvk"


@dataclass
class Planted:
    """The marks that stand somewhere for staff, and addresses of what holds them."""

    slugs: list[str] = field(default_factory=list)
    uids: list[str] = field(default_factory=list)


def plant(staff) -> Planted:
    """Put each mark where only staff may read it, all of it about the service and the intent that everyone sees."""
    found = Planted()
    about = {"services": ["service"], "intents": ["intent"]}
    add_article(
        "seen",
        title=both(f"Public question {PUBLIC_WORD}"),
        staff_text=both(f"Say {MARKS['stafftext']} first."),
        owner=MARKS["owner"],
        **about,
    )
    add_article(
        "seen-by-staff",
        audience="staff",
        title=both(f"How we do {MARKS['staffarticle']}"),
        text=both(f"Only {MARKS['staffarticle']}."),
        steps=[both(MARKS["staffsteps"])],
        also_asked_as={"en": [MARKS["staffphrase"]], "es": [MARKS["staffphrase"]]},
        situations={"en": [f"I {MARKS['staffphrase']}."], "es": [f"Yo {MARKS['staffphrase']}."]},
        old_slugs=["seen-by-staff-before"],
        **about,
    )
    add_article(
        "unsure",
        status="not_validated",
        title=both(f"Perhaps {MARKS['unsure']}"),
        who=both(MARKS["unsure"]),
        also_asked_as={"en": [MARKS["unsurephrase"]], "es": [MARKS["unsurephrase"]]},
        **about,
    )
    add_article("unfinished", status="work_in_progress", title=both(MARKS["unfinished"]), **about)
    add_article("put-away", status="archived", title=both(MARKS["archived"]), text=both(MARKS["archived"]), **about)
    # What the public could read once, and can no more.
    add_article("changed", title=both(f"Once {MARKS['before']}"), **about)
    add_article("changed", audience="staff", title=both(f"Once {MARKS['before']}"), **about)
    found.slugs += ["seen", "seen-by-staff", "seen-by-staff-before", "unsure", "unfinished", "put-away", "changed"]
    with transaction():
        seen = record_id("article", "seen")
        content = f"The file says {MARKS['file']}.".encode()
        title = both(f"File {MARKS['filetitle']}")
        found.uids.append(add_file(seen, content, f"{MARKS['filename']}.txt", title, actor=staff["editor"]))
        now = datetime.datetime(2026, 11, 1)
        db.session.add(
            ArticleFlag(
                article_id=seen, reason="wrong", text=MARKS["flag"], raised_by=staff["editor"].id, raised_at=now
            )
        )
        draft = start_draft("article", seen, actor=staff["editor"])
        write(draft, staff["editor"], text_en=f"A draft of {MARKS['draft']}.", title_en=f"Title {MARKS['draft']}")
        found.uids.append(draft.uid)
        found.uids += list(db.session.scalars(db.select(Article.uid).where(Article.slug != "seen")))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A portal with everything planted, in its index as well; pages were asked for before, so that some are kept."""
    app = make_app(tmp_path_factory.mktemp("leaks"))
    with app.app_context():
        make_content()
        staff = people(app)
        # Kept from the time when the public could read it.
        add_article("changed", title=both(f"Once {MARKS['before']}"), services=["service"])
    assert MARKS["before"] in app.test_client().get("/en/articles/changed").text
    with app.app_context():
        rebuild_index()
        planted = plant(staff)
        while jobs.work_once():
            pass
        rebuild_index()
    yield app, planted, staff
    close(app)


def public_answers(app, planted):
    """(address, answer) of every public route and every one for machines, with all that could be asked of it."""
    client = app.test_client()
    words = {"lang": ["en", "es", "ar"], "profile": ["profile"], "intent": ["intent"]}
    words |= {"slug": ["service", "intent", "article", "no-such", *planted.slugs], "filename": ["x"]}
    words |= {"key": [*planted.slugs, *planted.uids], "uid": planted.uids}
    asked = ["", *(f"q={mark}" for mark in [*MARKS.values(), PUBLIC_WORD])]
    for rule in app.url_map.iter_rules():
        if audience(app, rule) not in ("public", "machine") or "GET" not in rule.methods:
            continue
        for path in filled(rule.rule, words):
            queries = asked if re.search(r"/(?:search|suggest|articles|services)$", rule.rule) else [""]
            for query in queries:
                more = "&lang=es" if path.startswith("/api/") else "&kind=article"
                for suffix in {query, f"{query}{more}"} if query else {query}:
                    address = f"{path}?{suffix}" if suffix else path
                    yield address, client.get(address)


def filled(rule, words):
    """Every path of a route, with each word that could stand in its place."""
    paths = [rule]
    for place in re.findall(r"<[^>]+>", rule):
        name = place.strip("<>").rpartition(":")[2]
        paths = [path.replace(place, word, 1) for path in paths for word in words.get(name, ["1"])]
    return paths


def unpacked(data: bytes, depth: int = 3):
    """The bytes, and what is packed in them: whole, and wherever a stream of zlib, gzip or ZIP begins."""
    yield data
    if depth == 0:
        return
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04", data):
        part = data[match.start() :]
        try:
            if part.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(part)) as archive:
                    inner = b"\n".join(archive.read(name) for name in archive.namelist())
            else:
                inner = zlib.decompressobj(47).decompress(part)
        except (zlib.error, zipfile.BadZipFile, OSError):
            continue
        if len(inner) > 8:
            yield from unpacked(inner, depth - 1)


def marks_in(data: bytes, besides: str = ""):
    """The marks in some bytes, packed or not. What was asked for itself may be repeated: ``besides``."""
    found = set()
    for one in unpacked(data):
        folded = one.lower()
        for name, mark in MARKS.items():
            if mark in besides:
                continue
            forms = (mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be"), base64.b64encode(mark.encode()))
            # Spelling and suggestions keep words by their beginnings.
            if any(form.lower() in folded for form in forms) or mark[:-1].encode() in folded:
                found.add(name)
    return found


def test_no_public_answer_holds_a_mark(site):
    app, planted, _ = site
    searched = 0
    for address, answer in public_answers(app, planted):
        parts = [answer.get_data(), *(f"{name}: {value}".encode() for name, value in answer.headers)]
        for part in parts:
            assert marks_in(part, besides=address) == set(), address
        assert answer.status_code < 500, address
        searched += 1
    assert searched > 300


def test_asking_for_a_mark_finds_nothing_and_asking_for_a_public_word_does(site):
    app, _, _ = site
    client = app.test_client()
    for mark in MARKS.values():
        for lang in ("en", "es"):
            assert client.get(f"/api/v1/search?q={mark}&lang={lang}").json["results"] == [], mark
            assert mark not in client.get(f"/{lang}/suggest?q={mark[:5]}").text
    assert client.get(f"/api/v1/search?q={PUBLIC_WORD}").json["results"][0]["slug"] == "seen"


def test_nothing_of_it_is_named_where_the_public_could_guess(site):
    """Slugs and identifiers of what is for staff are in no page, and asking for them says the same as for nothing."""
    app, planted, _ = site
    client = app.test_client()
    secret = ["seen-by-staff", "seen-by-staff-before", "unsure", "unfinished", "changed"]
    for slug in secret:
        assert client.get(f"/en/articles/{slug}").status_code == 404
        assert client.get(f"/api/v1/articles/{slug}").status_code == 404
    for uid in planted.uids:
        assert client.get(f"/en/files/{uid}").status_code == 404
        assert client.get(f"/api/v1/articles/{uid}").status_code in (404, 410) or uid in public_uids(app)
    for path in ("/en/", "/en/services/service", "/en/life-events/intent", "/en/articles/seen", "/api/v1/articles"):
        text = client.get(path).text
        for slug in secret:
            assert f"articles/{slug}" not in text, path
            assert f'"{slug}"' not in text, path


def public_uids(app):
    with app.app_context():
        public = (Article.status == "validated", Article.audience == "public")
        return set(db.session.scalars(db.select(Article.uid).where(*public)))


def test_the_public_index_holds_no_mark_in_any_byte(site):
    app, _, _ = site
    folder = app.config["SEARCH_FOLDER"] / "public"
    files = [path for path in folder.rglob("*") if path.is_file()]
    held = b""
    for path in files:
        data = path.read_bytes()
        assert marks_in(data) == set(), path
        held += b"\n".join(unpacked(data))
    # The search of bytes finds what is there.
    assert PUBLIC_WORD.encode() in held
    assert len(files) > 2


def test_the_public_index_knows_no_mark_as_a_word(site):
    app, _, _ = site
    with app.app_context():
        index = search_index()
        for lang in ("en", "es"):
            view = index.engine.view(lang)
            assert view is not None
            terms = {analyzer_for(lang).term(mark) for mark in MARKS.values()}
            assert not any(view.knows(term) for term in terms)
            assert view.knows(analyzer_for(lang).term(PUBLIC_WORD))
            assert not terms & set(view.vocabulary())


def test_kept_pages_hold_no_mark(site):
    """What this process keeps of finished pages: none for an address of staff's, none with a mark of today."""
    app, planted, _ = site
    for _address, _answer in public_answers(app, planted):
        pass
    with app.app_context():
        version = content_version()
    kept = app.extensions["page_store"]._pages
    assert len(kept) > 20
    for address, page in kept.items():
        assert f"-{version}-" in page.etag or "/en/articles/changed" in address
        if f"-{version}-" in page.etag:
            assert marks_in(page.body) == set(), address
            assert marks_in(json.dumps([page.etag, page.headers]).encode()) == set(), address


def test_a_kept_page_of_what_was_public_once_is_never_sent_again(site):
    app, _, _ = site
    for path in ("/en/articles/changed", "/es/articles/changed"):
        answer = app.test_client().get(path)
        assert (answer.status_code, marks_in(answer.get_data())) == (404, set())


def test_the_marks_are_there_for_staff(site):
    """Otherwise the tests above would find nothing because there is nothing."""
    app, planted, staff = site
    edith = Browser(app, staff["editor"])
    text = edith.get("/admin/articles/seen").text + edith.get("/admin/articles/seen-by-staff").text
    assert {"stafftext", "staffarticle", "staffsteps", "staffphrase", "owner"} <= marks_in(text.encode())
    assert edith.get(f"/admin/knowledge/files/{planted.uids[0]}").data.decode() == f"The file says {MARKS['file']}."
    assert marks_in(gzip.compress(MARKS["file"].encode())) == {"file"}


def test_publishing_and_taking_back_leaves_nothing(site):
    """An article that becomes public is found; taken back, it is gone from pages, search and API at once."""
    app, _, staff = site
    mark = "zqxtakenbackwvk"
    with app.app_context():
        add_article("back-and-forth", status="not_validated", title=both(f"About {mark}"))
        for status, seen in (("validated", True), ("not_validated", False)):
            with transaction():
                draft = start_draft("article", record_id("article", "back-and-forth"), actor=staff["editor"])
                write(draft, staff["editor"], status=status)
                uid = draft.uid
            assert publish(uid, staff["editor"], staff["reviewer"])
            while jobs.work_once():
                pass
            assert kinds.export("article", record_id("article", "back-and-forth"))["status"] == status
            check_seen(app, mark, seen)


def check_seen(app, mark, seen):
    def ask():
        client = app.test_client()
        page = client.get("/en/articles/back-and-forth")
        results = client.get(f"/api/v1/search?q={mark}").json["results"]
        listed = [one["slug"] for one in client.get("/api/v1/articles?limit=100").json["articles"]]
        return page.status_code == 200, bool(results), "back-and-forth" in listed

    assert outside(ask) == (seen, seen, seen)

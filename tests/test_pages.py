"""Every public page as a browser gets it: valid, labelled, the same promises on each, no query too many."""

import gzip
import itertools
import json
import re
from collections import Counter
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask, g

from portal import security
from portal.catalogue.operations import save_agency, save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.i18n import LANGUAGES, Text
from portal.intents.operations import save_bundle, save_intent, save_profile
from portal.intents.queries import Choice
from portal.intents.rules import fold
from portal.intents.views import options
from portal.knowledge.models import Feedback
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.support import agency_record, both, intent_record, profile_record, service_record

PAGES = (
    "/",
    "/life-events",
    "/needs",
    "/life-events/losing-a-job",
    "/life-events/disaster",
    "/needs/get-safe-from-violence",
    "/for",
    "/for/veterans",
    "/for/parents/losing-a-job",
    "/services",
    "/services?profile=seniors&place=US-PR&agency=ssa&page=2",
    "/services?intent=nothing-such",
    "/services/snap",
    "/services/va-health-care",
    "/articles/can-i-get-unemployment-if-i-quit",
    "/search",
    "/search?q=lost+my+job",
    "/search?q=lsot+my+jbo",
    "/search?q=zzqqxx",
    "/search?q=food&kind=service&profile=parents",
    "/search?q=I+want+to+kill+myself",
    "/contact",
    "/contact?from=/en/services/snap",
    "/feedback?page=/en/services/snap&useful=no",
    "/feedback/thanks?page=/en/services/snap",
    "/about",
    "/about/accessibility",
    "/about/privacy",
    "/about/design",
)
STATUS = {"/no-such-page": 404, "/services/no-such": 404, "/articles/no-such": 404, "/for/no-such": 404}


@pytest.fixture
def client(starter):
    return starter.test_client()


def parsed(html: str):
    """The document, read by the HTML standard's own rules; any parse error fails."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document = parser.parse(html)
    problems = [error for _, error, _ in parser.errors]
    assert problems == []
    return document


def check_page(html: str, lang: str):
    document = parsed(html)
    elements = list(document.iter())
    assert document.attrib["lang"] == lang
    assert document.attrib["dir"] == LANGUAGES[lang].direction
    titles = list(document.find("head").iter("title"))
    assert len(titles) == 1
    assert titles[0].text.strip().endswith("– Portico")
    assert len(titles[0].text.strip()) > len("– Portico") + 2
    assert len(list(document.iter("h1"))) == 1
    assert len(list(document.iter("main"))) == 1

    ids = Counter(one.attrib["id"] for one in elements if "id" in one.attrib)
    assert [name for name, count in ids.items() if count > 1] == []
    for one in elements:
        assert "style" not in one.attrib, "inline style"
        assert not [name for name in one.attrib if name.startswith("on")], "inline script"
        for reference in ("aria-labelledby", "aria-describedby", "aria-controls"):
            for name in one.attrib.get(reference, "").split():
                assert name in ids, f"{reference} names nothing: {name}"
    assert list(document.iter("style")) == []
    for script in document.iter("script"):
        assert script.attrib.get("type") == "application/ld+json" or script.attrib["src"].startswith("/static/dist/")

    labelled = {one.attrib["for"] for one in document.iter("label") if "for" in one.attrib}
    for tag in ("input", "select", "textarea"):
        for control in document.iter(tag):
            if control.attrib.get("type") in ("hidden", "submit"):
                continue
            named = {"aria-label", "aria-labelledby"} & set(control.attrib)
            assert named or control.attrib.get("id") in labelled, f"{tag} without a label"
    for link in document.iter("a"):
        if "href" in link.attrib:
            text = "".join(link.itertext()).strip()
            assert text or link.attrib.get("aria-label"), "link without text"
            assert re.match(r"(/|#|https://|tel:|sms:|mailto:|\?)", link.attrib["href"]), link.attrib["href"]
    for form in document.iter("form"):
        if form.attrib.get("method", "get").lower() == "post":
            tokens = [one for one in form.iter("input") if one.attrib.get("name") == "csrf_token"]
            assert len(tokens) == 1, "a posted form without a token"
    headings = [int(one.tag[1]) for one in elements if isinstance(one.tag, str) and re.fullmatch(r"h[1-6]", one.tag)]
    for above, below in itertools.pairwise(headings):
        assert below <= above + 1, f"a heading jumps from h{above} to h{below}"
    return document


@pytest.mark.parametrize("lang", list(LANGUAGES))
@pytest.mark.parametrize("path", [*PAGES, *STATUS])
def test_page_keeps_the_promises(client, lang, path):
    response = client.get(f"/{lang}{path}")
    assert response.status_code == STATUS.get(path, 200)
    assert response.mimetype == "text/html"
    document = check_page(response.text, lang)
    for name, value in security.HEADERS.items():
        if name != "Referrer-Policy":
            assert response.headers[name] == value
    contact = [one for one in document.iter("a") if one.attrib.get("href", "").startswith(f"/{lang}/contact")]
    assert contact, "no way to contact"
    # Forms have a token: feedback, and the answers that a search takes along to the check.
    assert "Set-Cookie" not in response.headers or path.startswith(("/feedback", "/search?"))


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_no_text_of_the_interface_is_left_untranslated(client, lang):
    """On the page of every component, the words of the English interface stand only in English."""
    english = set(re.findall(r"<h2[^>]*>([^<]+)</h2>", client.get("/en/about/design").text))
    other = set(re.findall(r"<h2[^>]*>([^<]+)</h2>", client.get(f"/{lang}/about/design").text))
    assert english
    assert (english & other == english) if lang == "en" else not english & other


def test_root_sends_to_the_preferred_language(client):
    for header, lang in (("es-MX,es;q=0.9", "es"), ("ar", "ar"), ("fr", "en"), ("", "en")):
        response = client.get("/", headers={"Accept-Language": header})
        assert (response.status_code, response.location) == (302, f"/{lang}/")
        assert response.headers["Vary"] == "Accept-Language, Accept-Encoding"


def test_an_unknown_language_is_not_found(client):
    assert client.get("/fr/").status_code == 404


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/es/services/food-stamps", "/es/services/snap"),
    ],
)
def test_old_slug_redirects(client, path, target):
    response = client.get(path)
    assert (response.status_code, response.location) == (301, target)


def test_profile_and_intent_combine_from_either_side(client):
    assert "/en/for/veterans/leaving-the-military" in client.get("/en/for/veterans").text
    assert "/en/for/veterans/leaving-the-military" in client.get("/en/life-events/leaving-the-military").text


def test_missing_translation_falls_back_visibly(client):
    response = client.get("/ar/services/snap")
    document = check_page(response.text, "ar")
    (heading,) = document.iter("h1")
    assert (heading.attrib["lang"], heading.attrib["dir"]) == ("en", "ltr")


def test_service_page_carries_structured_data(client):
    document = parsed(client.get("/en/services/snap").text)
    (script,) = [one for one in document.iter("script") if one.attrib.get("type") == "application/ld+json"]
    data = json.loads(script.text)
    assert data["@type"] == "GovernmentService"
    assert data["name"] == "Monthly help to buy food (SNAP)"
    assert data["provider"]["@type"] == "GovernmentOrganization"
    assert {channel["@type"] for channel in data["availableChannel"]} == {"ServiceChannel"}


def test_every_public_page_of_the_starter_content_is_sound(client, starter):
    """Each service, article and bundle in both languages: 200, and valid."""
    with starter.app_context():
        rows = [
            *(
                f"/services/{slug}"
                for (slug,) in db.session.execute(sa.text("SELECT slug FROM service WHERE status = 'published'"))
            ),
            *(f"/articles/{slug}" for (slug,) in db.session.execute(sa.text("SELECT slug FROM article"))),
            *(
                f"/{'life-events' if kind == 'life_event' else 'needs'}/{slug}"
                for slug, kind in db.session.execute(sa.text("SELECT slug, kind FROM intent"))
            ),
            *(f"/for/{slug}" for (slug,) in db.session.execute(sa.text("SELECT slug FROM profile"))),
        ]
    assert len(rows) > 200
    for path in rows:
        for lang in ("en", "es"):
            response = client.get(f"/{lang}{path}")
            assert response.status_code == 200, path
            check_page(response.text, lang)


# Caching


def test_public_page_is_cacheable_and_answers_unchanged(client):
    first = client.get("/en/services/snap")
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert first.headers["Vary"] == "Accept-Encoding"
    again = client.get("/en/services/snap", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_pages_are_sent_compressed_where_the_browser_can_take_it(client):
    plain = client.get("/en/services/snap")
    small = client.get("/en/services/snap", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert small.headers["ETag"] == plain.headers["ETag"]
    assert len(small.data) * 3 < len(plain.data)


def test_a_page_with_a_token_is_not_compressed(client):
    page = client.get("/en/feedback?page=/en/", headers={"Accept-Encoding": "gzip"})
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers


def test_static_files_are_small_and_kept_for_ever(client):
    (path,) = re.findall(r'href="(/static/dist/portico\.\w+\.css)"', client.get("/en/").text)
    with client.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(answer.data) < 20_000


@pytest.mark.parametrize("path", ["/en/search?q=food", "/en/feedback?page=/en/", "/en/no-such", "/readyz", "/exit"])
def test_what_is_not_for_everyone_is_not_stored(client, path):
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_leaving_clears_what_the_browser_keeps(client):
    response = client.get("/exit")
    assert (response.status_code, response.location) == (303, "https://www.weather.gov/")
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


# On a portal of its own, because these write


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    app = make_app(tmp_path, feedback_limit=3)
    yield app
    close(app)


def post_feedback(client, **changes):
    page = client.get("/en/feedback?page=/en/services/snap&useful=yes")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    data = {"csrf_token": token, "page": "/en/services/snap", "useful": "no", "comment": ""} | changes
    return client.post("/en/feedback", data=data)


def feedback_rows(site):
    with site.app_context():
        return [(row.page, row.lang, row.useful, row.comment) for row in db.session.scalars(sa.select(Feedback)).all()]


def test_feedback_is_kept_without_personal_data(site):
    client = site.test_client()
    response = post_feedback(client, comment="Call me at 202-555-0175. It was unclear.")
    assert (response.status_code, response.location) == (303, "/en/feedback/thanks?page=/en/services/snap")
    assert feedback_rows(site) == [("/en/services/snap", "en", False, "Call me at [number]. It was unclear.")]
    with site.app_context():
        assert set(Feedback.__table__.columns.keys()) == {"id", "page", "lang", "useful", "comment", "given_on"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"useful": "maybe"}, 422),
        ({"useful": ""}, 422),
        ({"comment": "x" * 1001}, 422),
        ({"page": "https://elsewhere.example/"}, 422),
        ({"page": "//elsewhere.example"}, 422),
        ({"csrf_token": "forged"}, 400),
        ({"comment": "x" * 70_000}, 413),
    ],
)
def test_bad_feedback_is_refused_and_changes_nothing(site, changes, status):
    response = post_feedback(site.test_client(), **changes)
    assert response.status_code == status
    check_page(response.text, "en")
    assert feedback_rows(site) == []


def test_feedback_over_https_without_a_referrer(site):
    """The form's page sends no referrer; its token is what counts."""
    client = site.test_client()
    page = client.get("/en/feedback?page=/en/&useful=yes", base_url="https://localhost")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    data = {"csrf_token": token, "page": "/en/", "useful": "yes", "comment": ""}
    assert client.post("/en/feedback", data=data, base_url="https://localhost").status_code == 303


def test_feedback_is_limited(site):
    client = site.test_client()
    assert [post_feedback(client).status_code for _ in range(4)] == [303, 303, 303, 429]
    assert len(feedback_rows(site)) == 3


def test_an_unexpected_error_gives_a_page_and_no_detail(site):
    @site.get("/<lang:lang>/broken")
    def broken():
        raise RuntimeError("a secret")

    response = site.test_client().get("/es/broken")
    assert response.status_code == 500
    assert "a secret" not in response.text
    check_page(response.text, "es")


def build_site(number: int):
    services = [f"service-{one}" for one in range(number)]
    with transaction():
        save_agency(agency_record())
        for slug in services:
            save_service(service_record(slug))
        save_profile(profile_record())
        record = intent_record(services=tuple(services))
        save_intent(record)
        save_bundle(record, service_ids=service_ids_by_slug(services))
    rebuild_index()


def test_pages_take_as_many_queries_for_one_row_as_for_thirty(tmp_path):
    """The statements that each page sends do not depend on how much there is."""
    counts = []
    for number in (1, 30):
        app = make_app(tmp_path / str(number))
        with app.app_context():
            build_site(number)
        client = app.test_client()
        seen = {}
        for path in (
            "/",
            "/life-events/intent",
            "/for/profile",
            "/for/profile/intent",
            "/services",
            "/services/service-0",
            "/search?q=title",
        ):
            client.get(f"/en{path}")
            statements = []
            with app.app_context():
                engine = db.engine
            listen = lambda *args, kept=statements: kept.append(args[2])  # noqa: E731
            sa.event.listen(engine, "before_cursor_execute", listen)
            assert client.get(f"/en{path}").status_code == 200
            sa.event.remove(engine, "before_cursor_execute", listen)
            seen[path] = len(statements)
        counts.append(seen)
        close(app)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 20


def test_withdrawn_service_is_gone_and_says_so(site):
    with site.app_context(), transaction():
        save_agency(agency_record())
        save_service(service_record(status="withdrawn"))
    response = site.test_client().get("/en/services/service")
    assert response.status_code == 410
    check_page(response.text, "en")


def test_text_of_content_cannot_become_markup(site):
    attack = '<script>alert(1)</script> "quoted" [x](javascript:alert(1))'
    with site.app_context():
        with transaction():
            save_agency(agency_record(name=both(attack)))
            save_service(service_record(title=both(attack), summary=both(attack), who=both(attack)))
        rebuild_index()
    for path in ("/en/services/service", "/en/services", "/en/search?q=quoted"):
        text = site.test_client().get(path).text
        assert "<script>alert" not in text
        assert 'href="javascript' not in text
        check_page(text, "en")


@pytest.mark.parametrize("path", ["/en/services/a%00", "/en/articles/a%00", "/en/life-events/a%00", "/en/for/a/b%00"])
def test_a_nul_in_an_address_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_nul_in_a_form_is_refused(site):
    assert post_feedback(site.test_client(), comment="a\0b").status_code == 400
    assert feedback_rows(site) == []


@pytest.mark.parametrize(
    "page", ["/\\evil.example", "/\t/evil.example", "//evil.example", "/en/\n", "javascript:alert(1)"]
)
def test_thanks_lead_back_to_pages_of_this_portal_only(client, page):
    text = client.get("/en/feedback/thanks", query_string={"page": page}).text
    assert "evil" not in text.split("<main")[1].split("</main>")[0]
    assert "javascript" not in text.split("<main")[1].split("</main>")[0]


def test_an_etag_of_one_page_says_nothing_of_another(client):
    etag = client.get("/en/services/snap").headers["ETag"]
    for path, status in (("/en/services/no-such", 404), ("/en/services/food-stamps", 301)):
        for header in (etag, "*"):
            assert client.get(path, headers={"If-None-Match": header}).status_code == status


def test_the_log_names_no_visitor(site, caplog):
    client = site.test_client()
    with caplog.at_level("DEBUG"):
        for _ in range(5):
            post_feedback(client, comment="my secret words")
            client.get("/en/search?q=my+secret+words")
    assert "127.0.0.1" not in caplog.text
    assert "secret words" not in caplog.text


def test_lists_are_in_the_order_of_the_readers_language(client):
    for lang in ("en", "es"):
        titles = re.findall(
            r'<h3 class="pt-service__title[^>]*>\s*<a[^>]*>([^<]+)', client.get(f"/{lang}/services").text
        )
        folded = [fold(title) for title in titles]
        assert len(folded) == 20
        assert folded == sorted(folded)


def test_options_of_a_filter_escape_mark_the_chosen_and_name_their_language(starter):
    """Their parts are kept, so the same name in two languages must stay two."""
    name = 'A & "B" <c>'
    with starter.test_request_context("/es/services"):
        g.lang = "es"
        made = options(
            [
                Choice("a&b", Text(name, "es"), 1_234, chosen=True),
                Choice("a&b", Text(name, "en", fallback=True), 1, chosen=False),
                {"value": "c", "title": "C", "count": 2, "chosen": False},
            ]
        )
    assert made.splitlines() == [
        '<option value="a&amp;b" selected>A &amp; &#34;B&#34; &lt;c&gt; (1,234)</option>',
        '<option value="a&amp;b" lang="en" dir="ltr">A &amp; &#34;B&#34; &lt;c&gt; (1)</option>',
        '<option value="c">C (2)</option>',
    ]

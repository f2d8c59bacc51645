"""The editors' pages, as people with different roles get them."""

import contextlib
import re
import sqlite3

import pytest

from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.editing import kinds, operations
from portal.extensions import db
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.editing.support import (
    Browser,
    begin,
    check_staff_page,
    inputs,
    make_conflict,
    make_content,
    people,
    publish,
    record_id,
    send,
)
from tests.staff import make_staff
from tests.support import service_record
from tests.test_pages import check_page


@pytest.fixture
def site(tmp_path):
    app = make_app(tmp_path)
    with app.app_context():
        make_content()
    yield app
    close(app)


@pytest.fixture
def staff(site):
    with site.app_context():
        return people(site)


def rebuild(app):
    with app.app_context():
        rebuild_index()


def draft_path(response):
    assert response.status_code == 303, response.text
    return response.location.removesuffix("/edit")


def test_a_service_is_edited_reviewed_and_published(site, staff):
    edith, rita = Browser(site, staff["editor"]), Browser(site, staff["reviewer"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    answer = edith.post(f"{path}/edit", f"{path}/edit", title__en="Help to pay rent", do="next")
    assert (answer.status_code, answer.location) == (303, path)
    page = edith.get(path).text
    assert "<ins>Help to pay rent</ins>" in page
    assert "Title of service" in page
    assert edith.post(f"{path}/send", path, note="Plain words").status_code == 303
    assert "Help to pay rent" not in site.test_client().get("/en/services/service").text
    assert "Plain words" in rita.get("/admin/").text
    assert rita.post(f"{path}/approve", path).status_code == 303
    assert "Help to pay rent" in site.test_client().get("/en/services/service").text
    history = rita.get("/admin/services/service/history").text
    assert "Version 2" in history
    assert "Written by Edith Editor, reviewed by Rita Reviewer" in history
    with site.app_context():
        record = kinds.export("service", record_id("service", "service"))
    assert record["title"] == {"en": "Help to pay rent", "es": "Title of service (es)"}
    assert record["who"] == {"en": "Anyone.", "es": "Anyone. (es)"}


def test_a_suggestion_is_taken_over_with_one_click_and_nothing_is_taken_over_by_itself(site, staff):
    with site.app_context(), transaction():
        lonely = {"title": {"en": "Title of profile for everyone"}, "who": {"en": "Profile people may come."}}
        save_service(service_record("lonely", **lonely))
    rebuild(site)
    edith = Browser(site, staff["editor"])
    page = edith.get("/admin/work/no-profile").text
    assert "Title of profile for everyone" in page
    assert "Perhaps <strong>Title of profile</strong>" in page
    listed = "/admin/work/no-profile"
    address = re.search(r"/admin/services/[^/]+/classify", page)[0]
    wrong = edith.post(address, listed, kind="profile", slug="no-such")
    assert wrong.status_code == 404
    answer = edith.post(address, listed, kind="profile", slug="profile")
    assert (answer.status_code, answer.location) == (303, "/admin/work/no-profile")
    assert "Title of profile for everyone has the profile profile now." in edith.get("/admin/work/no-profile").text
    assert "Title of profile for everyone" not in edith.get("/admin/work/no-profile").text
    assert "Title of profile for everyone" in site.test_client().get("/en/services?profile=profile").text


# Who may what: each route × each role

ROLES = ("nobody", "editor", "second", "reviewer", "agency", "administrator")
SIGN_IN = 303
# For each page the status for nobody, editor (the author), another editor, reviewer, agency editor, administrator.
PAGES = {
    "/admin/": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/services": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/services?q=title&agency=agency&status=published&page=7": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/intents": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/profiles": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/articles": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/agencies": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/facts": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/amounts": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/services/new": (SIGN_IN, 200, 200, 403, 200, 200),
    "/admin/articles/new": (SIGN_IN, 200, 200, 403, 403, 200),
    "/admin/agencies/new": (SIGN_IN, 200, 200, 403, 403, 200),
    "/admin/services/service": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/services/other": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/services/no-such": (SIGN_IN, 404, 404, 404, 404, 404),
    "/admin/intents/intent": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/profiles/profile": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/articles/article": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/agencies/agency": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/services/service/history": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/services/other/history": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/services/service/history/2": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/services/service/history/9": (SIGN_IN, 404, 404, 404, 404, 404),
    "/admin/drafts/{service}": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/drafts/{other}": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{article}": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{service}/edit": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{intent}/edit": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{profile}/edit": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{article}/edit": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{agency}/edit": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{other}/edit": (SIGN_IN, 303, 403, 403, 403, 403),
    "/admin/drafts/{service}/clashes": (SIGN_IN, 200, 403, 403, 403, 403),
    "/admin/drafts/{service}/preview/en": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/drafts/{other}/preview/es": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{intent}/preview/es": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{profile}/preview/en": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{article}/preview/ar": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/drafts/{agency}/preview/en": (SIGN_IN, 404, 404, 404, 403, 404),
    "/admin/drafts/no-such": (SIGN_IN, 404, 404, 404, 404, 404),
    "/admin/work/stale": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/untranslated?agency=agency": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/no-eligibility": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/no-profile": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/no-intent": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/dead-links": (SIGN_IN, 200, 200, 200, 200, 200),
    "/admin/work/stale-articles": (SIGN_IN, 200, 200, 200, 403, 200),
    "/admin/work/nothing": (SIGN_IN, 404, 404, 404, 404, 404),
    "/admin/conflicts": (SIGN_IN, 200, 200, 200, 200, 200),
}
# The same for what is posted with a token, without a body: 422 and 404 are answers to those who may.
POSTS = {
    "/admin/services/new": (403, 422, 422, 403, 422, 422),
    "/admin/intents/new": (403, 422, 422, 403, 403, 422),
    "/admin/services/service/edit": (403, 303, 303, 403, 303, 303),
    "/admin/services/other/edit": (403, 303, 303, 403, 403, 303),
    "/admin/articles/article/edit": (403, 303, 303, 403, 403, 303),
    "/admin/agencies/agency/edit": (403, 303, 303, 403, 403, 303),
    "/admin/services/service/withdraw": (403, 303, 303, 403, 303, 303),
    "/admin/services/other/withdraw": (403, 303, 303, 403, 403, 303),
    "/admin/profiles/profile/withdraw": (403, 404, 404, 403, 403, 404),
    "/admin/services/service/history/1/restore": (403, 303, 303, 403, 303, 303),
    "/admin/services/other/history/1/restore": (403, 404, 404, 403, 403, 404),
    "/admin/drafts/{service}/edit": (403, 409, 403, 403, 403, 403),
    "/admin/drafts/{service}/clashes": (403, 422, 403, 403, 403, 403),
    "/admin/drafts/{service}/send": (403, 422, 403, 403, 403, 403),
    "/admin/drafts/{service}/take-back": (403, 409, 403, 403, 403, 403),
    "/admin/drafts/{gone}/discard": (403, 409, 403, 403, 403, 403),
    "/admin/drafts/{other}/approve": (403, 403, 403, 422, 403, 422),
    "/admin/drafts/{other}/return": (403, 403, 403, 422, 403, 422),
    "/admin/drafts/{admins}/approve": (403, 403, 403, 422, 403, 403),
    "/admin/drafts/{admins}/return": (403, 403, 403, 422, 403, 403),
    "/admin/services/service/classify": (403, 422, 422, 403, 422, 422),
    "/admin/services/other/classify": (403, 422, 422, 403, 403, 422),
    "/admin/services/no-such/classify": (403, 404, 404, 404, 404, 404),
    "/admin/conflicts/1": (403, 422, 422, 403, 422, 422),
    "/admin/conflicts/99": (403, 404, 404, 404, 404, 404),
}


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """A portal with drafts in every state, and a signed-in browser for each role."""
    app = make_app(tmp_path_factory.mktemp("offices"))
    with app.app_context():
        make_content()
        staff = people(app)
        editor, reviewer = staff["editor"], staff["reviewer"]
        uids = {"service": begin("service", "service", editor, title_en="Mine")}
        publish(begin("service", "service", staff["second"], title_en="Theirs"), staff["second"], reviewer)
        uids |= {kind: begin(kind, kind, editor) for kind in ("intent", "profile", "article", "agency")}
        uids["other"] = begin("service", "other", editor, title_en="New")
        send(uids["other"], editor)
        uids["admins"] = begin("service", "other", staff["administrator"], title_en="Newer")
        send(uids["admins"], staff["administrator"])
        with transaction():
            gone = operations.start_new("service", {"slug": "gone", "agency": "agency"}, actor=editor)
            operations.discard_draft(gone, actor=editor)
            uids["gone"] = gone.uid
        assert make_conflict() == 1
    browsers = {role: Browser(app, staff[role]) for role in ROLES[1:]}
    yield app, uids, browsers
    close(app)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_for_each_role(offices, path):
    app, uids, browsers = offices
    at = path.format(**uids)
    found = [app.test_client().get(at), *(browsers[role].get(at) for role in ROLES[1:])]
    assert tuple(answer.status_code for answer in found) == PAGES[path]
    for answer in found[1:]:
        if answer.status_code == 200:
            if "/preview/" in at:
                check_page(answer.text, at.rpartition("/")[2])
            else:
                check_staff_page(answer.text)
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", POSTS)
def test_each_step_for_each_role(offices, path):
    app, uids, browsers = offices
    at = path.format(**uids)
    found = [app.test_client().post(at).status_code]
    for role in ROLES[1:]:
        with unchanging(app):
            found.append(browsers[role].post(at).status_code)
    # Without a token nobody gets anywhere.
    assert found[0] in (400, 403)
    assert tuple(found[1:]) == POSTS[path][1:]
    for role in ROLES[1:]:
        assert browsers[role].client.post(at).status_code == 400


# What a specialist may of all this; everything else of it is refused.
SPECIALISTS = {
    "/admin/": 200,
    "/admin/articles": 200,
    "/admin/articles/new": 200,
    "/admin/articles/article": 200,
    "/admin/drafts/{article}": 200,
    "/admin/drafts/{article}/preview/ar": 200,
    "/admin/work/stale-articles": 200,
    "/admin/conflicts": 200,
    "/admin/articles/article/edit": 303,
}


@pytest.fixture(scope="module")
def specialist(offices):
    app, _, _ = offices
    return Browser(app, make_staff(app, "specialist", name="Sol Specialist"))


@pytest.mark.promise("S4")
@pytest.mark.parametrize("path", [*PAGES, *POSTS])
def test_each_page_and_step_for_specialists(offices, specialist, path):
    """They read and propose articles, and see nothing of the other records."""
    app, uids, _ = offices
    at = path.format(**uids)
    with unchanging(app):
        answer = specialist.get(at) if path in PAGES else specialist.post(at)
    missing = {"no-such", "nothing", "99", "9"} & set(at.split("/"))
    assert answer.status_code == SPECIALISTS.get(path, 404 if missing and answer.status_code == 404 else 403)
    # A preview is the public page, with the services that everyone sees.
    if answer.status_code == 200 and "/preview/" not in at:
        for hidden in ("Title of service", "Title of other", "Agency agency", "Title of intent"):
            assert hidden not in answer.text


@contextlib.contextmanager
def unchanging(app):
    """What is done here is taken back, so that the next role meets the same portal."""
    with app.app_context():
        engine = db.engine
    folder = app.config["SETTINGS"].instance
    copy = folder / "before.db"
    engine.dispose()
    source = sqlite3.connect(folder / "portico.db")
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    yield
    engine.dispose()
    with (
        contextlib.closing(sqlite3.connect(copy)) as source,
        contextlib.closing(sqlite3.connect(folder / "portico.db")) as target,
    ):
        source.backup(target)


def test_every_route_is_in_the_tables(offices):
    app, _, _ = offices
    tested = {("GET", path.partition("?")[0]) for path in PAGES} | {("POST", path) for path in POSTS}
    adapter = app.url_map.bind("localhost")
    reached = {(method, adapter.match(re.sub(r"{\w+}", "x", path), method=method)[0]) for method, path in tested}
    wanted = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ("editing", "drafts", "records")
        for method in rule.methods & {"GET", "POST"}
    }
    assert wanted - reached == set()


# Writing


def test_the_author_approves_nothing_even_when_they_post_it_themselves(site, staff):
    admin = Browser(site, staff["administrator"])
    path = draft_path(admin.post("/admin/services/service/edit"))
    admin.post(f"{path}/edit", f"{path}/edit", title__en="New")
    admin.post(f"{path}/send", path, note="Why")
    assert "Approve" not in admin.get(path).text.partition("Go on writing")[2]
    edition = re.search(r"edition.: (\d+)", admin.get("/admin/").text)
    assert edition is None
    for number in range(1, 6):
        assert admin.post(f"{path}/approve", edition=str(number), when="now").status_code == 403
    assert "Title of service" in site.test_client().get("/en/services/service").text


def test_two_tabs_lose_neither_text(site, staff):
    edith = Browser(site, staff["editor"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    first = inputs(edith.get(f"{path}/edit").text, f"{path}/edit")
    second = dict(first)
    assert edith.client.post(f"{path}/edit", data=first | {"title.en": "One tab"}).status_code == 303
    answer = edith.client.post(f"{path}/edit", data=second | {"title.en": "Other tab", "summary.en": "Sum"})
    assert answer.status_code == 409
    check_staff_page(answer.text)
    assert "One tab" in answer.text.replace("<mark>", "").replace("</mark>", "")
    again = inputs(answer.text, f"{path}/edit")
    assert (again["title.en"].strip(), again["summary.en"].strip()) == ("Other tab", "Sum")
    answer = edith.client.post(f"{path}/edit", data=again | {"take": "title.en"})
    assert answer.status_code == 303
    kept = inputs(edith.get(f"{path}/edit").text, f"{path}/edit")
    assert (kept["title.en"].strip(), kept["summary.en"].strip()) == ("One tab", "Sum")


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(site, staff):
    edith = Browser(site, staff["editor"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    answer = edith.post(f"{path}/edit", f"{path}/edit", households__0__facts="age: [", title__en="Typed")
    assert answer.status_code == 422
    check_staff_page(answer.text)
    assert "This is not YAML" in answer.text
    again = inputs(answer.text, f"{path}/edit")
    assert (again["households.0.facts"].strip(), again["title.en"].strip()) == ("age: [", "Typed")
    assert edith.post(f"{path}/edit", f"{path}/edit", url__en="nowhere", checked="soon").status_code == 303
    page = edith.get(f"{path}/edit").text
    check_staff_page(page)
    assert "Enter an address that begins with https://" in page
    assert "Enter a date such as" in page
    assert edith.post(f"{path}/send", path, note="Try").status_code == 422


def test_rows_are_added_moved_and_removed_without_script(site, staff):
    edith = Browser(site, staff["editor"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    answer = edith.post(f"{path}/edit", f"{path}/edit", more="documents", documents__0__en="Passport")
    assert answer.status_code == 200
    assert 'name="documents.3.en"' in answer.text
    form = inputs(answer.text, f"{path}/edit") | {"documents.2.en": "Birth certificate", "documents.2.place": "0"}
    assert edith.client.post(f"{path}/edit", data=form).status_code == 303
    kept = inputs(edith.get(f"{path}/edit").text, f"{path}/edit")
    assert (kept["documents.0.en"].strip(), kept["documents.1.en"].strip()) == ("Birth certificate", "Passport")
    assert edith.post(f"{path}/edit", f"{path}/edit", documents__0__remove="y").status_code == 303
    kept = inputs(edith.get(f"{path}/edit").text, f"{path}/edit")
    assert (kept["documents.0.en"].strip(), kept["documents.1.en"].strip()) == ("Passport", "")


def test_a_preview_shows_the_draft_and_leaves_nothing(site, staff):
    edith = Browser(site, staff["editor"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    edith.post(f"{path}/edit", f"{path}/edit", title__en="Seen before", status="draft", profiles__profile="y")
    page = edith.get(f"{path}/preview/en").text
    assert "Seen before" in page
    assert "Preview." in page
    assert "Title of service (es)" in edith.get(f"{path}/preview/es").text
    public = site.test_client()
    assert "Title of service" in public.get("/en/services/service").text
    assert "Seen before" not in public.get("/en/for/profile").text


def test_a_banner_tells_of_the_draft_of_another(site, staff):
    path = draft_path(Browser(site, staff["editor"]).post("/admin/services/service/edit"))
    sam = Browser(site, staff["second"])
    other = draft_path(sam.post("/admin/services/service/edit"))
    page = sam.get(f"{other}/edit").text
    assert "Edith Editor has a draft of it too" in page
    assert path in page


def test_a_list_costs_the_same_however_long_it_is(site, staff, count_queries):
    edith = Browser(site, staff["editor"])
    with site.app_context():
        with count_queries() as few:
            edith.get("/admin/services")
        with transaction():
            for number in range(60):
                save_service(service_record(f"more-{number:02}"))
        with count_queries() as many:
            page = edith.get("/admin/services")
        assert "62 services" in page.text
        assert many.number == few.number


def test_a_scheduled_time_is_understood(site, staff):
    edith, rita = Browser(site, staff["editor"]), Browser(site, staff["reviewer"])
    path = draft_path(edith.post("/admin/services/service/edit"))
    edith.post(f"{path}/edit", f"{path}/edit", title__en="Later")
    edith.post(f"{path}/send", path, note="Why")
    assert rita.post(f"{path}/approve", path, when="later", day="tomorrow").status_code == 422
    assert rita.post(f"{path}/approve", path, when="later", day="2020-01-01").status_code == 422
    assert rita.post(f"{path}/approve", path, when="later", day="2999-01-01", time="10:00").status_code == 303
    assert "January 1, 2999, 10:00 UTC" in rita.get("/admin/").text
    assert "Title of service" in site.test_client().get("/en/services/service").text


def test_both_texts_of_a_clash_stand_side_by_side(site, staff):
    edith, sam, rita = (Browser(site, staff[role]) for role in ("editor", "second", "reviewer"))
    paths = {}
    for who, text in ((edith, "Ediths words"), (sam, "Sams words")):
        path = paths[who] = draft_path(who.post("/admin/services/service/edit"))
        who.post(f"{path}/edit", f"{path}/edit", title__en=text)
    edith.post(f"{paths[edith]}/send", paths[edith], note="Why")
    rita.post(f"{paths[edith]}/approve", paths[edith])
    answer = sam.post(f"{paths[sam]}/send", paths[sam], note="Why")
    assert answer.location == f"{paths[sam]}/clashes"
    page = sam.get(answer.location).text
    plain = re.sub(r"</?mark>", "", page)
    assert "Ediths words" in plain
    assert "Sams words" in plain
    assert "Written by Edith Editor" in page
    answer = sam.post(
        f"{paths[sam]}/clashes",
        f"{paths[sam]}/clashes",
        choice__title__en="own",
        own__title__en="Both words",
    )
    assert answer.status_code == 303
    sam.post(f"{paths[sam]}/send", paths[sam], note="Why")
    rita.post(f"{paths[sam]}/approve", paths[sam])
    assert "Both words" in site.test_client().get("/en/services/service").text

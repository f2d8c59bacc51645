"""The pages of staff as a browser meets them: signing in, one's own account, all accounts."""

import datetime
import logging
import re

import pytest
import sqlalchemy as sa

from portal.catalogue.operations import save_agency
from portal.database import transaction
from portal.extensions import db
from portal.identity import access, queries
from portal.identity.models import StaffMember, StaffSession, now
from tests.conftest import close, make_app
from tests.staff import make_staff, signed_in_client
from tests.support import agency_record
from tests.test_pages import parsed

from .support import PASSWORD, code, codes_shown, post, sign_in, token, typed_secret


@pytest.fixture
def site(tmp_path):
    made = make_app(tmp_path)
    yield made
    close(made)


@pytest.fixture
def admin(site):
    return make_staff(site, "administrator", name="Ada Admin", email="ada@example.gov", password=PASSWORD)


@pytest.fixture
def admin_client(site, admin):
    return signed_in_client(site, admin)


def enrol(client, email):
    """Sign in for the first time; gives the secret and the recovery codes."""
    assert sign_in(client, email).location == "/admin/sign-in/set-up"
    secret = typed_secret(client.get("/admin/sign-in/set-up"))
    page = post(client, "/admin/sign-in/set-up", code=code(secret))
    assert page.status_code == 200
    return secret, codes_shown(page)


def front_page(site):
    return "/admin/" if "editing.home" in site.view_functions else "/admin/account"


def is_in(client):
    return client.get("/admin/account").status_code == 200


def test_the_first_sign_in_sets_up_the_second_step(site):
    staff = make_staff(site, password=PASSWORD, name="Ana <Lee>")
    client = site.test_client()
    first = sign_in(client, staff.email, next="/admin/account/password")
    assert (first.status_code, first.location) == (303, "/admin/sign-in/set-up?next=/admin/account/password")
    assert not is_in(client)
    page = client.get(first.location)
    secret = typed_secret(page)
    assert "data:image/svg+xml" in page.text
    wrong = post(client, "/admin/sign-in/set-up", page=first.location, code="12", next="/admin/account/password")
    assert wrong.status_code == 422
    assert typed_secret(wrong) == secret
    done = client.post(
        "/admin/sign-in/set-up",
        data={"code": code(secret), "csrf_token": token(wrong), "next": "/admin/account/password"},
    )
    assert done.status_code == 200
    assert len(codes_shown(done)) == 10
    assert 'href="/admin/account/password"' in done.text
    assert "Ana &lt;Lee&gt;" in client.get("/admin/account").text
    # The secret is never shown again.
    assert client.get("/admin/sign-in/set-up").location == "/admin/sign-in"
    assert sign_in(client, staff.email).location == "/admin/sign-in/code"
    assert client.get("/admin/sign-in/set-up").location == "/admin/sign-in"


@pytest.mark.promise("S10")
def test_later_sign_ins_ask_for_a_code_that_works_once(site):
    staff = make_staff(site, password=PASSWORD)
    secret, codes = enrol(site.test_client(), staff.email)
    client = site.test_client()
    assert sign_in(client, staff.email.upper()).location == "/admin/sign-in/code"
    used = post(client, "/admin/sign-in/code", code=code(secret))
    assert used.status_code == 422
    assert "used before" in used.text
    later = post(client, "/admin/sign-in/code", code=code(secret, 1))
    assert (later.status_code, later.location) == (303, front_page(site))
    assert is_in(client)
    other = site.test_client()
    sign_in(other, staff.email)
    assert post(other, "/admin/sign-in/code", code=code(secret, 1)).status_code == 422
    assert post(other, "/admin/sign-in/code", code=codes[0]).status_code == 303
    assert is_in(other)


@pytest.mark.parametrize(
    ("roles", "address"), [(("specialist",), "/desk/knowledge"), (("specialist", "editor"), "/admin/")]
)
def test_signing_in_leads_specialists_to_the_desk(site, roles, address):
    staff = make_staff(site, *roles, password=PASSWORD)
    secret, _ = enrol(site.test_client(), staff.email)
    client = site.test_client()
    sign_in(client, staff.email)
    assert post(client, "/admin/sign-in/code", code=code(secret, 1)).location == address
    assert f'class="pt-home" href="{address}"' in client.get("/admin/account").text


def test_signing_in_leads_to_ones_account_where_there_is_no_front_page(site, admin):
    site.view_functions.pop("editing.home", None)
    client = site.test_client()
    sign_in(client, admin.email)
    secret = typed_secret(client.get("/admin/sign-in/set-up"))
    assert 'href="/admin/account"' in post(client, "/admin/sign-in/set-up", code=code(secret)).text


@pytest.mark.promise("S10")
def test_the_answer_does_not_tell_which_accounts_exist(site):
    known, locked = make_staff(site, password=PASSWORD), make_staff(site, password=PASSWORD)
    with site.app_context(), transaction():
        db.session.execute(
            sa.update(StaffMember)
            .where(StaffMember.id == locked.id)
            .values(locked_until=now() + datetime.timedelta(hours=1))
        )
    answers = []
    for email, password in (
        ("nobody@example.gov", PASSWORD),
        (known.email, "wrong password!"),
        (locked.email, PASSWORD),
    ):
        answer = sign_in(site.test_client(), email, password)
        words = re.sub(r'value="[^"]*"', "", answer.text)
        answers.append((answer.status_code, words, sorted(dict(answer.headers).keys() - {"Content-Length"})))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def test_five_wrong_tries_lock_the_account(site):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    for _ in range(5):
        assert sign_in(client, staff.email, "wrong password!").status_code == 422
    assert sign_in(client, staff.email).status_code == 422
    with site.app_context(), transaction():
        db.session.execute(sa.update(StaffMember).values(locked_until=now()))
    assert sign_in(client, staff.email).status_code == 303


def test_one_address_may_not_try_for_ever(tmp_path):
    made = make_app(tmp_path, sign_in_limit=3)
    client = made.test_client()
    statuses = [sign_in(client, f"nobody{number}@example.gov").status_code for number in range(4)]
    close(made)
    assert statuses == [422, 422, 422, 429]


def test_what_was_typed_is_not_sent_back(site):
    page = sign_in(site.test_client(), "ana@example.gov", "my secret words")
    assert "my secret words" not in page.text
    assert 'value="ana@example.gov"' in page.text


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"]
)
def test_signing_in_leads_nowhere_else(site, path):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    assert "evil" not in client.get("/admin/sign-in", query_string={"next": path}).text
    assert sign_in(client, staff.email, next=path).location == "/admin/sign-in/set-up"
    page = client.get("/admin/sign-in/set-up", query_string={"next": path})
    assert "evil" not in page.text
    done = client.post(
        "/admin/sign-in/set-up", data={"code": code(typed_secret(page)), "csrf_token": token(page), "next": path}
    )
    assert f'class="govuk-button" href="{front_page(site)}"' in re.sub(r"\s+", " ", done.text)


def test_a_key_from_before_signing_in_is_worth_nothing(site):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    client.set_cookie(access.COOKIE, "chosen-by-an-attacker")
    first_token = token(client.get("/admin/sign-in"))
    sign_in(client, staff.email)
    ticket = client.get_cookie(access.SIGN_IN_COOKIE, path="/admin/sign-in").value
    secret = typed_secret(client.get("/admin/sign-in/set-up"))
    post(client, "/admin/sign-in/set-up", code=code(secret))
    key = client.get_cookie(access.COOKIE).value
    assert key not in ("chosen-by-an-attacker", ticket)
    assert client.get_cookie(access.SIGN_IN_COOKIE, path="/admin/sign-in") is None
    assert token(client.get("/admin/account")) != first_token
    for old in ("chosen-by-an-attacker", ticket):
        thief = site.test_client()
        thief.set_cookie(access.COOKIE, old)
        assert not is_in(thief)


def test_the_cookie_is_kept_from_scripts_and_other_sites(tmp_path):
    made = make_app(tmp_path, https=True)
    staff = make_staff(made, password=PASSWORD)
    client = made.test_client()
    options = {"base_url": "https://localhost"}
    page = client.get("/admin/sign-in", **options)
    data = {"csrf_token": token(page), "email": staff.email, "password": PASSWORD}
    first = client.post("/admin/sign-in", data=data, **options)
    page = client.get("/admin/sign-in/set-up", **options)
    data = {"csrf_token": token(page), "code": code(typed_secret(page))}
    second = client.post("/admin/sign-in/set-up", data=data, **options)
    close(made)
    cookies = {one.partition("=")[0]: one for one in first.headers.getlist("Set-Cookie")}
    assert re.search(r"; Secure; HttpOnly; Path=/admin/sign-in; SameSite=Lax$", cookies[access.SIGN_IN_COOKIE])
    cookies = {one.partition("=")[0]: one for one in second.headers.getlist("Set-Cookie")}
    assert re.search(r"; Secure; HttpOnly; Path=/; SameSite=Lax$", cookies[access.COOKIE])


@pytest.mark.parametrize(
    "path", ["/admin/sign-in", "/admin/account", "/admin/account/password", "/admin/sign-out", "/admin/staff/new"]
)
def test_a_form_without_its_token_is_refused(admin_client, path):
    assert admin_client.post(path, data={"name": "Eve", "email": "a@b.gov", "password": PASSWORD}).status_code == 400
    assert is_in(admin_client)


def test_without_a_session_a_page_leads_to_signing_in_and_back(site):
    client = site.test_client()
    answer = client.get("/admin/account/password")
    assert (answer.status_code, answer.location) == (303, "/admin/sign-in?next=/admin/account/password")
    assert 'value="/admin/account/password"' in client.get(answer.location).text


def uid_of(site, client):
    with site.app_context():
        key = client.get_cookie(access.COOKIE).value
        return queries.signed_in_by_key(key, idle=datetime.timedelta(hours=1)).session_uid


def test_a_revoked_or_idle_session_is_over(site):
    staff = make_staff(site)
    client, other = signed_in_client(site, staff), signed_in_client(site, staff)
    revoke = f"/admin/account/sessions/{uid_of(site, other)}/revoke"
    assert post(client, revoke, page="/admin/account").status_code == 303
    assert is_in(client)
    assert not is_in(other)
    with site.app_context(), transaction():
        db.session.execute(sa.update(StaffSession).values(last_seen_at=now() - datetime.timedelta(minutes=61)))
    assert not is_in(client)


def test_using_a_session_keeps_it_alive(site):
    client = signed_in_client(site, make_staff(site))
    before = now() - datetime.timedelta(minutes=59)
    with site.app_context(), transaction():
        db.session.execute(sa.update(StaffSession).values(last_seen_at=before))
    assert is_in(client)
    with site.app_context():
        assert db.session.scalar(sa.select(StaffSession.last_seen_at)) > before
    with site.app_context(), transaction():
        db.session.execute(sa.update(StaffSession).values(expires_at=now()))
    assert not is_in(client)


def test_a_session_is_bound_to_nobody_elses(site):
    one, other = signed_in_client(site, make_staff(site)), signed_in_client(site, make_staff(site))
    revoke = f"/admin/account/sessions/{uid_of(site, other)}/revoke"
    assert post(one, revoke, page="/admin/account").status_code == 404
    assert is_in(other)


def test_signing_out(site):
    client = signed_in_client(site, make_staff(site))
    key = client.get_cookie(access.COOKIE).value
    assert client.get("/admin/sign-out").status_code == 405
    answer = post(client, "/admin/sign-out", page="/admin/account")
    assert (answer.status_code, answer.location) == (303, "/admin/sign-in")
    assert client.get_cookie(access.COOKIE) is None
    client.set_cookie(access.COOKIE, key)
    assert not is_in(client)


def test_public_pages_do_not_know_the_cookie(site, count_queries):
    staff = make_staff(site)
    client, visitor = signed_in_client(site, staff), site.test_client()
    assert client.get("/en/about").text == visitor.get("/en/about").text
    numbers = []
    visitor.get("/en/search?q=food")
    for one in (client, visitor):
        with site.app_context(), count_queries() as count:
            one.get("/en/search?q=food")
        numbers.append(count.number)
    assert numbers[0] == numbers[1]
    answer = client.get("/en/about")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Cache-Control"].startswith("public")


def test_pages_of_staff_are_never_stored(site, admin_client):
    for path in ("/admin/sign-in", "/admin/account", "/admin/staff/", "/admin/no-such-page"):
        answer = admin_client.get(path)
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_name_and_password_of_ones_own(site):
    staff = make_staff(site, password=PASSWORD)
    client, other = signed_in_client(site, staff), signed_in_client(site, staff)
    assert post(client, "/admin/account", name=" ").status_code == 422
    assert post(client, "/admin/account", name="Ana   Maria").status_code == 303
    page = client.get("/admin/account").text
    assert "Ana Maria" in page
    assert "Your name is saved." in page
    path = "/admin/account/password"
    for data, words in (
        ({"current": "wrong password!", "password": "meadow train candle"}, "The current password is not right"),
        ({"current": PASSWORD, "password": "short"}, "at least 12"),
        ({"current": PASSWORD, "password": "meadow train candle", "again": "meadow"}, "not the same"),
        ({"current": PASSWORD, "password": "password-1234"}, "many people use"),
    ):
        answer = post(client, path, **({"again": data["password"]} | data))
        assert answer.status_code == 422
        assert words in answer.text
    changed = {"current": PASSWORD, "password": "meadow train candle", "again": "meadow train candle"}
    assert post(client, path, **changed).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert sign_in(site.test_client(), staff.email).status_code == 422
    assert sign_in(site.test_client(), staff.email, "meadow train candle").status_code == 303


def test_new_recovery_codes_ask_for_the_password(site):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    _, old = enrol(client, staff.email)
    assert post(client, "/admin/account/recovery-codes", current="wrong password!").status_code == 422
    page = post(client, "/admin/account/recovery-codes", current=PASSWORD)
    assert page.status_code == 200
    new = codes_shown(page)
    assert len(new) == 10
    assert not set(new) & set(old)
    other = site.test_client()
    sign_in(other, staff.email)
    assert post(other, "/admin/sign-in/code", code=old[0]).status_code == 422
    assert post(other, "/admin/sign-in/code", code=new[0]).status_code == 303


def test_sessions_are_listed_and_ended(site):
    staff = make_staff(site)
    client = signed_in_client(site, staff, browser="Firefox on Linux")
    other = signed_in_client(site, staff, browser="Safari on iPhone")
    page = client.get("/admin/account").text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This one") == 1
    assert post(client, "/admin/account/sessions/revoke-others", page="/admin/account").status_code == 303
    assert "Safari on iPhone" not in client.get("/admin/account").text
    assert not is_in(other)


def link_of(page):
    return re.search(r"http://localhost(/admin/set-password/[\w-]+)", page.text)[1]


def test_an_administrator_adds_someone_who_sets_a_password(site, admin_client):
    page = post(admin_client, "/admin/staff/new", name="Ben Bo", email="Ben@Example.gov", roles=["editor", "reviewer"])
    assert page.status_code == 200
    link = link_of(page)
    ben = site.test_client()
    form = ben.get(link)
    assert "ben@example.gov" in form.text
    assert post(ben, link, password="ben@example.gov", again="ben@example.gov").status_code == 422
    assert post(ben, link, password=PASSWORD, again=PASSWORD).location == "/admin/sign-in"
    assert "Your password is set" in ben.get("/admin/sign-in").text
    assert ben.get(link).status_code == 410
    enrol(ben, "ben@example.gov")
    assert is_in(ben)
    assert ben.get("/admin/staff/").status_code == 403
    again = post(admin_client, "/admin/staff/new", name="Ben", email="ben@example.gov", roles=["editor"])
    assert again.status_code == 422
    assert "There is an account" in again.text


def test_roles_and_agencies_are_changed(site, admin_client):
    with site.app_context(), transaction():
        save_agency(agency_record())
    staff = make_staff(site)
    path = f"/admin/staff/{staff.uid}"
    client = signed_in_client(site, staff)
    assert client.get("/admin/staff/").status_code == 403
    assert "needs at least one agency" in post(admin_client, path, roles=["agency_editor"]).text
    assert post(admin_client, path, roles=["agency_editor"], agencies=["77"]).status_code == 422
    assert post(admin_client, path, roles=["agency_editor"], agencies=["1"]).status_code == 303
    with site.app_context():
        assert queries.staff_by_id(staff.id).agency_ids == {1}
    assert "Agency agency" in admin_client.get("/admin/staff/").text
    # The very next request meets the new roles.
    assert post(admin_client, path, roles=["administrator"]).status_code == 303
    assert client.get("/admin/staff/").status_code == 200


def test_an_administrator_helps_and_stops_someone(site, admin_client):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    enrol(client, staff.email)
    path = f"/admin/staff/{staff.uid}"
    assert post(admin_client, f"{path}/revoke-sessions", page=path).status_code == 303
    assert not is_in(client)
    assert post(admin_client, f"{path}/reset-second-factor", page=path).status_code == 303
    enrol(client, staff.email)
    link = link_of(post(admin_client, f"{path}/password-link", page=path))
    assert is_in(client)
    assert post(admin_client, f"{path}/disable", page=path).status_code == 303
    assert not is_in(client)
    assert site.test_client().get(link).status_code == 410
    assert sign_in(site.test_client(), staff.email).status_code == 422
    assert post(admin_client, f"{path}/enable", page=path).status_code == 303
    assert sign_in(site.test_client(), staff.email).location == "/admin/sign-in/code"
    words = admin_client.get(path).text
    for verb in ("Disable", "Enable", "Reset second factor", "Give password link", "Sign in", "Revoke sessions"):
        assert verb in words
    assert admin_client.get("/admin/staff/no-such").status_code == 404


def test_administrators_cannot_harm_themselves(site, admin, admin_client):
    make_staff(site, "administrator", password=PASSWORD)
    path = f"/admin/staff/{admin.uid}"
    assert f"{path}/disable" not in admin_client.get(path).text
    disabled = post(admin_client, f"{path}/disable", page=path)
    assert disabled.status_code == 422
    assert "You cannot disable your own account" in disabled.text
    changed = post(admin_client, path, roles=["editor"])
    assert changed.status_code == 422
    assert "your own administrator role" in changed.text
    assert admin_client.get("/admin/staff/").status_code == 200


def test_the_navigation_shows_what_someone_may_do(site, admin_client):
    site.extensions["admin_nav"].append(("account.account", "Extra", "write", "service"))
    reviewer, editor = (signed_in_client(site, make_staff(site, role)) for role in ("reviewer", "editor"))
    shown = [
        [words for words in ("Staff", "Extra") if f">{words}</a>" in client.get("/admin/account").text]
        for client in (admin_client, editor, reviewer)
    ]
    assert shown == [["Staff", "Extra"], ["Extra"], []]


def test_nothing_secret_reaches_the_log(site, caplog):
    caplog.set_level(logging.DEBUG)
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    sign_in(client, staff.email, "wrong password!")
    secret, codes = enrol(client, staff.email)
    key = client.get_cookie(access.COOKIE).value
    for word in (PASSWORD, "wrong password!", secret, key, *codes):
        assert word not in caplog.text


def test_every_page_is_sound(site, admin, admin_client):
    staff = make_staff(site, password=PASSWORD)
    client = site.test_client()
    pages = [client.get("/admin/sign-in"), sign_in(client, staff.email, "wrong password!")]
    sign_in(client, staff.email)
    pages += [client.get("/admin/sign-in/set-up"), post(client, "/admin/sign-in/set-up", code="1")]
    secret = typed_secret(pages[-1])
    pages.append(post(client, "/admin/sign-in/set-up", code=code(secret)))
    other = site.test_client()
    sign_in(other, staff.email)
    pages += [other.get("/admin/sign-in/code"), post(other, "/admin/sign-in/code", code="1")]
    new = post(admin_client, "/admin/staff/new", name="Ben", email="ben@example.gov", roles=["editor"])
    link = link_of(new)
    pages += [new, other.get(link), other.get("/admin/set-password/none"), admin_client.get("/admin/staff/new")]
    pages += [admin_client.get(path) for path in ("/admin/staff/", f"/admin/staff/{staff.uid}", "/admin/account")]
    pages += [admin_client.get("/admin/account/password"), post(admin_client, "/admin/account/password")]
    pages += [admin_client.get("/admin/account/recovery-codes")]
    pages += [post(admin_client, "/admin/account/recovery-codes", current=PASSWORD)]
    for page in pages:
        document = parsed(page.text)
        assert (document.attrib["lang"], document.attrib["dir"]) == ("en", "ltr")
        assert len(list(document.iter("h1"))) == 1
        assert len(list(document.iter("main"))) == 1
        ids = [one.attrib["id"] for one in document.iter() if "id" in one.attrib]
        assert len(ids) == len(set(ids))
        labelled = {one.attrib.get("for") for one in document.iter("label")}
        for one in document.iter("input"):
            assert one.attrib.get("type") == "hidden" or one.attrib["id"] in labelled
        assert not [one for one in document.iter() if "style" in one.attrib or "onclick" in one.attrib]
        assert page.text.count("Error: ") == (page.status_code == 422)

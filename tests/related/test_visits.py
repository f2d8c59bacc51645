"""Nothing is noted without a yes; what is noted can be seen and forgotten."""

import datetime
import re

import pytest
import sqlalchemy as sa

from portal.database import transaction
from portal.extensions import db, limiter
from portal.identity.keys import hash_key
from portal.related.models import RelatedState, RunningVisit
from portal.related.visits import COOKIE, YES_COOKIE
from tests.conftest import close, make_app
from tests.staff import make_staff, signed_in_client

from .visiting import Guest, furnish, visits_kept


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("visits"), visit_limit=1000)
    with app.app_context():
        furnish()
    yield app
    close(app)


@pytest.fixture
def guest(site):
    with site.app_context(), transaction():
        db.session.execute(sa.delete(RunningVisit))
    return Guest(site)


def test_nothing_is_noted_and_no_cookie_set_without_a_yes(site, guest):
    for path in ("/services/pension", "/life-events/moving", "/articles/article", "/contact?from=/en/services/food"):
        guest.look_at(path)
    guest.open("/search?q=bus")
    assert guest.fetch("service/pension").status_code == 204
    assert guest.client.post("/en/services/pension/applied").status_code == 204
    assert [name for name in (COOKIE, YES_COOKIE) if guest.client.get_cookie(name)] == []
    assert visits_kept(site) == 0
    assert "May we count your visit?" in guest.open("/visit").main
    assert guest.seen[-1].headers["Cache-Control"] == "no-store"
    assert visits_kept(site) == 0


def test_after_a_yes_the_page_tells_what_was_noted(site, guest):
    guest.agree()
    assert "You said yes." in guest.main
    assert "Nothing yet." in guest.main
    guest.look_at("/services/food").look_at("/services/bus").open("/visit")
    assert "Title of food Title of bus Forget this visit" in guest.main
    with site.app_context():
        row = db.session.scalars(sa.select(RunningVisit)).one()
    assert row.key_hash == hash_key(guest.key)
    assert guest.key not in row.box
    assert guest.visit.arm == "a"


def test_the_key_is_for_no_script_and_the_other_cookie_says_only_yes(site, guest):
    guest.open("/visit").submit("/visit", answer="yes")
    cookies = {one.split("=")[0]: one for one in guest.seen[-2].headers.getlist("Set-Cookie")}
    assert cookies[YES_COOKIE] == f"{YES_COOKIE}=1; Path=/; SameSite=Lax"
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{40,}}; HttpOnly; Path=/; SameSite=Lax", cookies[COOKIE])


def test_over_https_cookies_are_sent_over_https_alone(tmp_path):
    app = make_app(tmp_path, https=True)
    with app.app_context():
        furnish()
    guest = Guest(app)
    guest.client.environ_base["wsgi.url_scheme"] = "https"
    guest.agree()
    sent = [one for one in guest.seen[-2].headers.getlist("Set-Cookie") if "portico_visit" in one]
    assert [("Secure" in one) for one in sent] == [True, True]
    close(app)


@pytest.mark.parametrize("how", ["no", "forget"])
def test_a_visit_can_be_forgotten_at_any_time(site, guest, how):
    guest.agree().look_at("/services/food").open("/visit")
    if how == "no":
        guest.submit("/visit", answer="no")
    else:
        guest.submit("/visit/forget")
    assert "May we count your visit?" in guest.main
    assert visits_kept(site) == 0
    assert [name for name in (COOKIE, YES_COOKIE) if guest.client.get_cookie(name)] == []


def test_a_second_yes_keeps_the_visit(site, guest):
    guest.agree().look_at("/services/food")
    key = guest.key
    guest.open("/visit").submit("/visit", answer="yes")
    assert guest.key == key
    assert guest.noted == [("food", "viewed")]


@pytest.mark.parametrize("header", ["SEC_GPC", "DNT"])
def test_a_browser_that_asks_for_privacy_has_said_no(site, guest, header):
    private = Guest(site, **{header: "1"}).open("/visit")
    assert "We take that as a no." in private.main
    assert 'value="yes"' not in private.page
    private.open("/feedback?page=/en/").submit("/visit", answer="yes")
    assert (private.key, visits_kept(site)) == (None, 0)
    # It may begin to ask in the middle of a visit.
    guest.agree()
    guest.client.environ_base[f"HTTP_{header}"] = "1"
    guest.look_at("/services/food")
    assert guest.fetch("service/food").status_code == 204
    assert guest.visit is None or guest.noted == []


def test_staff_and_bots_are_never_noted(site, guest):
    guest.agree()
    kept = guest.key
    client = signed_in_client(site, make_staff(site, "editor"))
    staff = Guest(site)
    staff.client.set_cookie("portico_staff", client.get_cookie("portico_staff").value)
    assert "You are signed in as staff." in staff.open("/visit").main
    staff.open("/feedback?page=/en/").submit("/visit", answer="yes")
    assert staff.key is None
    guest.client.set_cookie("portico_staff", client.get_cookie("portico_staff").value)
    guest.look_at("/services/food")
    guest.client.delete_cookie("portico_staff")
    guest.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (compatible; Googlebot/2.1)"
    guest.look_at("/services/bus")
    assert guest.key == kept
    assert guest.noted == []


def test_leaving_a_sensitive_page_forgets_the_visit(site, guest):
    guest.agree()
    assert guest.client.get("/exit", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 303
    assert visits_kept(site) == 1
    left = guest.client.get("/exit", headers={"Sec-Fetch-Site": "same-origin"})
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visits_kept(site) == 0


def test_deleting_the_answers_of_a_check_forgets_the_visit(site, guest):
    guest.agree().start("?service=pension").answer(amount="67")
    assert visits_kept(site) == 1
    guest.open("/check/answers").submit("/check/delete")
    assert visits_kept(site) == 0


def test_starting_is_limited_for_each_address(tmp_path):
    app = make_app(tmp_path, visit_limit=2)
    with app.app_context():
        furnish()
    answers = []
    for _ in range(3):
        guest = Guest(app)
        guest.open("/visit")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', guest.page)[1]
        answers.append(guest.client.post("/en/visit", data={"csrf_token": token, "answer": "yes"}).status_code)
    assert answers == [303, 303, 429]
    assert visits_kept(app) == 2
    with app.app_context():
        limiter.reset()
    close(app)


def test_forms_need_their_token(site, guest):
    guest.agree()
    for path in ("", "/forget", "/wishes", "/not-relevant"):
        assert guest.client.post(f"/en/visit{path}", data={"answer": "no"}).status_code == 400
    assert visits_kept(site) == 1


def test_a_visit_that_has_ended_is_asked_for_again(site, guest):
    guest.agree().look_at("/services/food")
    with site.app_context(), transaction():
        earlier = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - datetime.timedelta(minutes=31)
        db.session.execute(sa.update(RunningVisit).values(used_at=earlier))
    guest.look_at("/services/bus")
    gone = guest.fetch("service/food")
    assert gone.status_code == 204
    assert {one.split("=")[0] for one in gone.headers.getlist("Set-Cookie")} == {COOKIE, YES_COOKIE}
    assert "May we count your visit?" in guest.open("/visit").main


# What people declare


def test_a_place_that_is_clear_is_kept_with_profile_and_channel(site, guest):
    guest.agree().submit("/visit/wishes", where="21201", profile="veterans", channel="phone")
    assert (guest.visit.region, guest.visit.profile, guest.visit.channel) == ("US-MD", "veterans", "phone")
    name = re.search(r'id="where"[^>]*value="([^"]+)"', guest.page)[1]
    assert name.startswith("21201")
    assert re.search(r'<option value="veterans" selected', guest.page)
    # The box holds the name of the place, which stands for the same place.
    place = guest.visit.place
    guest.submit("/visit/wishes", where=name, profile="", channel="")
    assert (guest.visit.place, guest.visit.profile, guest.visit.channel) == (place, None, None)
    guest.submit("/visit/wishes", where="", profile="", channel="")
    assert (guest.visit.place, guest.visit.region) == (None, "")


def test_a_place_that_is_not_clear_is_asked_for(site, guest):
    guest.agree().submit("/visit/wishes", where="Baltimore", profile="", channel="post")
    assert guest.status == 422
    assert "We are not sure which place you mean." in guest.main
    assert guest.visit.place is None
    guest.submit("/visit/wishes", where="Baltimore", profile="", channel="post", **guest.button("Baltimore County"))
    assert guest.status == 200
    assert (guest.visit.region, guest.visit.channel) == ("US-MD", "post")
    assert guest.submit("/visit/wishes", where="Xyzzy", profile="", channel="").status == 422
    assert "We do not know this place." in guest.main


@pytest.mark.parametrize("field", [{"profile": "kings"}, {"channel": "telepathy"}, {"where": "x" * 101}])
def test_what_cannot_be_is_refused_and_changes_nothing(site, guest, field):
    guest.agree().submit("/visit/wishes", **({"where": "", "profile": "", "channel": ""} | field))
    assert guest.status == 422
    assert "There is a problem" in guest.main
    assert (guest.visit.profile, guest.visit.channel, guest.visit.place) == (None, None, None)


def test_the_page_leads_back_to_pages_of_this_portal_only(site, guest):
    guest.open("/visit?from=/en/services/food").submit("/visit", answer="yes", back="/en/services/food")
    assert 'href="/en/services/food">Go back' in guest.page
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = guest.client.get("/en/visit", query_string={"from": elsewhere})
        assert "Go back" not in answer.text


def test_while_a_trial_runs_half_of_the_visits_are_in_it(site, guest):
    with site.app_context(), transaction():
        db.session.get_one(RelatedState, 1).trial = {"beta": 0.0}
    try:
        with site.app_context(), transaction():
            db.session.execute(sa.text("UPDATE content_version SET number = number + 1"))
        arms = {Guest(site).agree().visit.arm for _ in range(30)}
    finally:
        with site.app_context(), transaction():
            db.session.get_one(RelatedState, 1).trial = None
            db.session.execute(sa.text("UPDATE content_version SET number = number + 1"))
    assert arms == {"a", "b"}

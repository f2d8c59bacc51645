"""Whole checks, as people see them."""

import datetime
import logging
import re

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.caching import today
from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.eligibility import store
from portal.eligibility.models import Screening
from portal.eligibility.operations import save_fact
from portal.eligibility.queries import facts
from portal.eligibility.visits import COOKIE
from portal.extensions import db
from portal.i18n import LANGUAGES
from tests.conftest import close, make_app
from tests.support import service_record

from .checking import FACTS, Visitor, fact_record, furnish

QUESTIONS = {fact["key"]: fact["question"]["en"] for fact in FACTS}
JOURNEY = (
    {"amount": "67"},
    {"where": "21201"},
    {"answer": "exact", "amount": "$48,613,927", "per": "month"},
    {"amount": "2"},
    {"amount": "4"},
    {"answer": "veteran"},
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("checks"), screening_code_limit=40)
    with app.app_context():
        furnish()
    yield app
    close(app)


@pytest.fixture
def someone(site):
    return Visitor(site)


def answered(site, lang="en", query="", answers=JOURNEY):
    visitor = Visitor(site, lang).start(query)
    for fields in answers:
        visitor.answer(**fields)
    return visitor


def rows(site):
    with site.app_context():
        return db.session.scalars(sa.select(Screening)).all()


# The way through


def test_start_page_says_what_happens(someone):
    someone.open("/check")
    assert someone.heading == "Check what you can get"
    for words in ("covers 8 services", "skip every question", "30 minutes", "30 days", "I have a code"):
        assert words in someone.main
    assert someone.seen[-1].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?service=pension", 1),
        ("?intent=growing-old", 2),
        ("?profile=veterans", 1),
        ("?intent=growing-old&profile=veterans", 2),
        ("?service=no-such&intent=no-such&profile=no-such&place=no-such", 8),
        ("?service=" + "x" * 500, 8),
        # No service is for them in particular.
        ("?profile=seniors", 8),
    ],
)
def test_scope_comes_from_the_address(someone, query, number):
    someone.open(f"/check{query}")
    assert f"covers {number} service" in someone.main
    someone.start(query).open("/check/results")
    assert f"of {number} service" in someone.main


def test_a_check_from_the_first_question_to_the_results(someone):
    someone.start()
    headings = []
    for fields in JOURNEY:
        headings.append(someone.heading)
        someone.answer(**fields)
    keys = ("age", "lives_in", "household_income", "household_size", "work_years", "service_status")
    assert headings == [QUESTIONS[key] for key in keys]
    # The follow-up has a number, and nothing in its address or title says that it is one.
    number = int(someone.path.rpartition("/")[2])
    assert someone.path == f"/en/check/questions/{number}"
    while "/questions/" in someone.path:
        someone.answer(skip="dont_know") if someone.heading != QUESTIONS["gets_food"] else someone.answer(answer="no")
    assert someone.path == "/en/check/results"
    assert someone.heading == "Your results"
    assert "Title of local" in someone.section("likely")
    assert "Title of for-all" in someone.section("likely")
    assert "Title of advice" in someone.section("ask")
    assert "800-555-0100" in someone.section("ask")
    assert "Title of spring" in someone.section("closed")
    assert "March 1, 2999" in someone.section("closed")
    assert "Your work_years fits" in someone.section("step")
    assert "You would likely get this if this were so" in someone.section("step")
    # What somebody does not know can be answered from the results.
    assert "Title of veterans-care" in someone.section("one-more")
    assert "Your household_income does not fit Your answer: $48,613,927 a month" in someone.section("not")
    assert "Limit of food help : $1,800 a month. Since January 1, 2026. 7 CFR 1" in someone.section("not")
    assert "The limit for you: $2,400 a month." in someone.section("not")
    assert "This is not a decision" in someone.main


def test_going_back_keeps_answers_and_forward_shows_them(someone):
    answered_to = answered(someone.app, answers=JOURNEY[:4])
    answered_to.open("/check/questions/4")
    assert 'value="2"' in answered_to.page
    assert re.search(r'class="govuk-back-link" href="/en/check/questions/3"', answered_to.page)
    answered_to.open("/check/questions/3")
    assert 'value="48613927"' in answered_to.page
    answered_to.answer(answer="exact", amount="48613927", per="month")
    assert answered_to.path == "/en/check/questions/4"
    answered_to.answer(amount="2")
    assert answered_to.path == "/en/check/questions/5"


def test_an_earlier_answer_that_changes_leads_where_it_is_needed_now(site):
    visitor = answered(site)
    assert visitor.heading == QUESTIONS["left_on"] or "How old is this person" in visitor.heading
    while visitor.heading != QUESTIONS["left_on"]:
        visitor.answer(skip="dont_know") if 'name="skip"' in visitor.page else visitor.answer(answer="dont_know")
    number = visitor.path.rpartition("/")[2]
    visitor.answer(month="5", day="1", year="1999")
    visitor.open("/check/results")
    assert "Your left_on does not fit" in visitor.section("not")
    # No veteran: the follow-up no longer arises, and its answer does not count.
    visitor.open("/check/questions/6").answer(answer="none")
    assert visitor.path != f"/en/check/questions/{number}"
    visitor.open("/check/results")
    assert "Your service_status does not fit" in visitor.section("not")
    visitor.open("/check/answers")
    assert "Not used now" in visitor.main


def test_every_question_can_be_skipped(site):
    visitor = Visitor(site).start()
    for _ in range(20):
        if "/questions/" not in visitor.path:
            break
        visitor.answer(answer="prefer_not")
    visitor.open("/check/results")
    assert visitor.section("one-more") == visitor.section("more") == ""
    assert "Title of pension" in visitor.section("ask")
    visitor.open("/check/answers")
    assert "I prefer not to say" in visitor.main


def test_review_changes_one_answer_and_returns(site):
    visitor = answered(site).open("/check/answers")
    for words in (
        "67 years old",
        "Baltimore city, Maryland",
        "$48,613,927 a month",
        "2 people",
        "4 years",
        "A veteran",
    ):
        assert words in visitor.main
    visitor.open("/check/questions/5?back=answers").answer(amount="12")
    assert visitor.path == "/en/check/answers"
    assert "12 years" in visitor.main
    visitor.open("/check/results")
    assert "Title of pension" in visitor.section("likely")


def test_results_ask_the_missing_question_next(site):
    visitor = answered(site, answers=()).open("/check/results")
    visitor.submit("/check/ask", **visitor.button(QUESTIONS["service_status"]))
    assert visitor.heading == QUESTIONS["service_status"]
    visitor.answer(answer="none")
    assert visitor.path == "/en/check/results"
    assert "Title of veterans-care" in visitor.section("not")
    visitor.submit("/check/ask", question="forged")
    assert visitor.path == "/en/check/results"


def test_people_of_the_home_are_told_apart(site):
    visitor = answered(site, answers=JOURNEY[:4])
    captions = []
    for _ in range(12):
        if "/questions/" not in visitor.path:
            break
        captions += re.findall(r"Person \d of \d in your home", visitor.page)
        visitor.answer(skip="dont_know", answer="dont_know")
    assert captions == ["Person 2 of 2 in your home"]


def test_what_one_already_gets_is_noted_and_taken_back(site):
    visitor = answered(site).open("/check/results")
    visitor.submit("/check/already", **visitor.button("I already get this : Title of for-all"))
    assert "Title of for-all" in visitor.section("have")
    visitor.submit("/check/already", **visitor.button("I do not get this : Title of for-all"))
    assert "Title of for-all" in visitor.section("likely")
    visitor.submit("/check/already", service="no-such")
    assert visitor.status == 200


def test_documents_are_joined_over_the_likely_services(site):
    answers = ({"amount": "67"}, {"where": "MD"}, {"answer": "band-0"}, {"amount": "2"}, {"amount": "40"})
    visitor = answered(site, answers=answers).open("/check/results")
    assert "Birth certificate for Title of food ; Title of pension" in visitor.section("documents")
    assert "Pay stubs for Title of food" in visitor.section("documents")


def test_who_is_refused_is_told_what_to_do_instead(site):
    visitor = answered(site, query="?service=food", answers=({"answer": "band-3"},))
    while "/questions/" in visitor.path:
        visitor.answer(amount="1", answer="no")
    assert "Your household_income does not fit" in visitor.section("not")
    assert "800-555-0100" in visitor.section("not")
    assert "Title of growing-old" in visitor.section("instead")
    assert "Talk to a person" in visitor.section("instead")


def test_likely_later(site):
    visitor = answered(site, query="?service=pension", answers=({"amount": "70"}, {"amount": "30"}))
    year = today().year
    visitor.open("/check/questions/1").answer(month="2", day="3", year=str(year - 63))
    visitor.open("/check/results")
    assert f"You are likely to get this from February 3, {year + 2} on." in visitor.section("likely")


def test_progress_is_honest(site):
    visitor = Visitor(site).start("?service=pension")
    assert "0 of 1 service is settled" in visitor.main
    assert "2 questions left" in visitor.main or "at least 1, at most 2" in visitor.main
    visitor.answer(amount="30")
    assert visitor.path == "/en/check/results"
    assert "No question is left" in visitor.main


def test_why_we_ask(site):
    visitor = answered(site, answers=JOURNEY[:2])
    assert "Food help has a limit" in visitor.main
    assert "Your answer can decide about 1 service: Title of food" in visitor.main


# Answers of other places


@pytest.mark.parametrize(
    ("key", "words"), [("US-MD", "Maryland"), ("US-MD-baltimore-city", "Baltimore city, Maryland")]
)
def test_a_place_chosen_before_is_offered_not_assumed(site, key, words):
    visitor = Visitor(site).start(f"?place={key}").answer(amount="67")
    assert f"You looked for services in {words}. Is that where you live?" in visitor.main.replace("\u2068", "").replace(
        "\u2069", ""
    )
    visitor.open("/check/results")
    assert "Title of local" not in visitor.section("likely")
    visitor.open("/check/questions/2").answer(use="place")
    visitor.open("/check/results")
    assert "Title of local" in visitor.section("likely")


def test_a_profile_offers_its_answer(site):
    visitor = Visitor(site).start("?profile=veterans")
    assert "You chose “Title of veterans”. Is this your answer?" in visitor.main
    visitor.answer(use="profile").open("/check/answers")
    assert "A veteran" in visitor.main


def test_an_offer_that_was_not_made_is_no_answer(site):
    visitor = Visitor(site).start().answer(use="profile")
    assert visitor.status == 422


def test_earlier_answers_are_used_only_when_asked_for(site):
    visitor = answered(site).open("/check?service=pension")
    assert "Use the answers you gave" in visitor.main
    visitor.submit("/check", service="pension", answers="keep")
    assert visitor.path == "/en/check/answers"
    assert "67 years old" in visitor.main
    before = visitor.client.get_cookie(COOKIE).value
    visitor.start("?service=pension")
    assert visitor.client.get_cookie(COOKIE).value != before
    visitor.open("/check/answers")
    assert "67 years old" not in visitor.main


# Wrong input


@pytest.mark.parametrize(
    ("before", "fields", "field", "message"),
    [
        (0, {"amount": ""}, "amount", "Enter a number"),
        (0, {"amount": "old"}, "amount", "Enter a number, such as 63"),
        (0, {"amount": "-3"}, "amount", "Enter a number, such as 63"),
        (0, {"amount": "130"}, "amount", "Enter a number from 0 to 120"),
        (0, {"amount": "3.5"}, "amount", "Enter a whole number"),
        (0, {"amount": "67", "year": "1950"}, "amount", "Enter either the age or the date of birth, not both"),
        (0, {"month": "13", "day": "1", "year": "1950"}, "month", "Enter a month as a number from 1 to 12"),
        (0, {"month": "2", "day": "30", "year": "1950"}, "day", "This month does not have so many days"),
        (0, {"month": "2", "day": "3", "year": "50"}, "year", "Enter a year with four digits"),
        (0, {"month": "2", "day": "3", "year": "2100"}, "year", "Check the date of birth"),
        (1, {"where": ""}, "where", "Enter a ZIP code, a city or a state"),
        (1, {"where": "Nowhereville"}, "where", "We do not know this place"),
        (1, {"where": "Baltimore"}, "place", "Several places have this name"),
        (1, {"where": "Blatimore"}, "place", "Select yours, or enter it in another way"),
        (2, {}, "answer", "Select an answer"),
        (2, {"answer": "band-9"}, "answer", "Select an answer"),
        (2, {"answer": "band-x"}, "answer", "Select an answer"),
        (2, {"answer": "exact", "amount": "", "per": "month"}, "amount", "Enter an amount"),
        (2, {"answer": "exact", "amount": "1.234,5", "per": "month"}, "amount", "Enter a number, such as 1500"),
        (2, {"answer": "exact", "amount": "9" * 15, "per": "month"}, "amount", "Enter a smaller number"),
        (2, {"answer": "exact", "amount": "12", "per": "day"}, "per", "Select how often"),
        (3, {"amount": "0"}, "amount", "Enter a number from 1 to 30"),
        (3, {"amount": "1.5"}, "amount", "Enter a whole number"),
        (5, {"answer": "emperor"}, "answer", "Select an answer"),
    ],
)
def test_wrong_input_is_explained_and_changes_nothing(site, before, fields, field, message):
    visitor = answered(site, answers=JOURNEY[:before])
    path, sealed = visitor.path, {row.box for row in rows(site)}
    visitor.answer(**fields)
    assert (visitor.status, visitor.path) == (422, path)
    assert visitor.page.count(message) >= 2
    assert f'href="#{field}"' in visitor.page
    assert f'id="{field}-error"' in visitor.page
    assert re.search(rf'id="{field}"', visitor.page)
    assert "<title>Error:" in visitor.page
    for name in {"amount", "where", "day", "month", "year"} & set(fields):
        assert f'value="{fields[name]}"' in visitor.page
    assert {row.box for row in rows(site)} == sealed


@pytest.mark.parametrize("typed", ["3,417", "$ 3417", "3417.00", "٣٤١٧", "٣٬٤١٧"])
def test_numbers_are_read_as_people_write_them(site, typed):
    visitor = answered(site, answers=JOURNEY[:2]).answer(answer="exact", amount=typed, per="month")
    visitor.open("/check/answers")
    assert "$3,417 a month" in visitor.main


def test_one_of_several_places_is_chosen(site):
    visitor = answered(site, answers=JOURNEY[:1]).answer(where="Baltimore")
    key = re.search(r'name="place"\s+type="radio"\s+value="([^"]+)"', visitor.page)[1]
    visitor.answer(where="Baltimore", place=key)
    assert visitor.status == 200
    visitor.open("/check/answers")
    assert "Maryland" in visitor.main


def test_a_form_of_another_question_changes_nothing(site):
    """Two windows: what was asked in one is not answered in the other."""
    visitor = answered(site, answers=JOURNEY[:1])
    old = visitor.page
    visitor.answer(where="MD")
    current = visitor.path
    visitor.page = old
    visitor.submit("/check/questions/3", amount="1", answer="band-0")
    assert visitor.path == current
    assert visitor.heading == QUESTIONS["household_income"]


# What is kept, and for how long


def test_without_a_visit_there_is_nothing_to_see(site):
    for path in ("/questions/1", "/answers", "/results", "/code"):
        visitor = Visitor(site).open(f"/check{path}")
        assert visitor.path == "/en/check/ended"
        assert "30 minutes" in visitor.main


def test_answers_end_after_half_an_hour_without_a_request(site):
    visitor = answered(site)
    rest(site, visitor, minutes=29)
    visitor.open("/check/results")
    assert visitor.path == "/en/check/results"
    # Reading counts as use.
    rest(site, visitor, minutes=29)
    visitor.open("/check/results")
    assert visitor.path == "/en/check/results"
    rest(site, visitor, minutes=31)
    visitor.open("/check/results")
    assert visitor.path == "/en/check/ended"
    with site.app_context():
        jobs.start_day()
        assert db.session.scalar(sa.select(sa.func.count()).where(Screening.key_hash == key_hash(visitor))) == 0


def test_who_waits_for_a_birthday_is_asked_the_rest(site):
    visitor = Visitor(site).start("?service=pension").answer(amount="63")
    assert visitor.heading == "What about work_years?"
    assert "0 of 1 service is settled. 1 question left." in visitor.main
    assert "Your answer can decide about 1 service" in visitor.main
    visitor.answer(amount="12")
    assert visitor.path == "/en/check/results"
    assert "You are likely to get this from" in visitor.main
    visitor.open("/check/answers").open("/check/questions/2").answer(amount="3")
    assert "You would likely get this" not in visitor.main
    assert "Not from your answers" in visitor.main


def key_hash(visitor):
    return store.hash_key(visitor.client.get_cookie(COOKIE).value)


def rest(site, visitor, **time):
    with site.app_context(), transaction():
        row = db.session.scalar(sa.select(Screening).where(Screening.key_hash == key_hash(visitor)))
        row.used_at -= datetime.timedelta(**time)


def code_of(visitor):
    visitor.open("/check/code").submit("/check/code")
    return re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", visitor.main)[0]


def test_a_code_brings_the_answers_back_on_another_device(site):
    first = answered(site)
    code = code_of(first)
    first.open("/check/code")
    assert code not in first.page
    second = (
        Visitor(site, "es").open("/check/resume").submit("/check/resume", code=f" {code.upper()} ".replace("-", " "))
    )
    assert second.path == "/es/check/answers"
    assert "67" in second.main
    # It moved: the first device has it no longer.
    assert first.open("/check/answers").path == "/en/check/ended"
    third = Visitor(site).open("/check/resume").submit("/check/resume", code=code)
    assert third.path == "/en/check/answers"


def test_a_code_goes_on_working_when_its_page_is_loaded_again(site):
    visitor = answered(site).open("/check/code")
    visitor.submit("/check/code", seen="")
    code = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", visitor.main)[0]
    visitor.open("/check/code").submit("/check/code", seen="")
    assert "You have a code." in visitor.main
    other = Visitor(site).open("/check/resume").submit("/check/resume", code=code)
    assert other.path == "/en/check/answers"


def test_a_code_keeps_answers_beyond_the_half_hour(site):
    visitor = answered(site)
    code = code_of(visitor)
    rest(site, visitor, days=2)
    with site.app_context():
        jobs.start_day()
    assert visitor.open("/check/answers").path == "/en/check/ended"
    visitor.open("/check/resume").submit("/check/resume", code=code)
    assert "67 years old" in visitor.main


def test_a_wrong_an_expired_and_a_revoked_code_look_the_same(site):
    expired, revoked = answered(site), answered(site)
    codes = [code_of(expired), code_of(revoked), "abcd-efgh-jkmn-pqrs"]
    revoked.open("/check/code").submit("/check/code/revoke")
    assert "Get a code" in revoked.main
    with site.app_context(), transaction():
        row = db.session.scalar(sa.select(Screening).where(Screening.key_hash == key_hash(expired)))
        row.code_until = store.now() - datetime.timedelta(seconds=1)
    pages = set()
    for code in codes:
        visitor = Visitor(site).open("/check/resume").submit("/check/resume", code=code)
        assert visitor.status == 422
        assert visitor.client.get_cookie(COOKIE) is None
        pages.add(visitor.main)
    assert len(pages) == 1
    assert "This code does not work" in pages.pop()


def test_codes_cannot_be_tried_for_ever(tmp_path):
    app = make_app(tmp_path, screening_code_limit=3)
    visitor = Visitor(app).open("/check/resume")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.page)[1]
    statuses = [
        visitor.client.post(
            "/en/check/resume", data={"csrf_token": token, "code": f"abcd-efgh-jkmn-pqr{one}"}
        ).status_code
        for one in range(4)
    ]
    close(app)
    assert statuses == [422, 422, 422, 429]


def test_deleting_leaves_nothing(site):
    visitor = answered(site)
    code, hashed, number = code_of(visitor), key_hash(visitor), len(rows(site))
    visitor.open("/check/answers").submit("/check/delete")
    assert visitor.path == "/en/check/deleted"
    assert visitor.client.get_cookie(COOKIE) is None
    assert visitor.seen[-2].headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert len(rows(site)) == number - 1
    assert hashed not in {row.key_hash for row in rows(site)}
    assert visitor.open("/check/resume").submit("/check/resume", code=code).status == 422


def test_deleting_signs_nobody_of_staff_out(site):
    visitor = answered(site)
    visitor.client.set_cookie("portico_staff", "some-key")
    visitor.open("/check/answers").submit("/check/delete")
    assert visitor.seen[-2].headers["Clear-Site-Data"] == '"storage"'
    assert visitor.client.get_cookie("portico_staff")


def test_starting_again_for_someone_else_keeps_the_scope_alone(site):
    visitor = answered(site, query="?intent=growing-old", answers=({"amount": "67"},))
    before, hashed = visitor.client.get_cookie(COOKIE).value, key_hash(visitor)
    visitor.open("/check/answers").submit("/check/again")
    assert visitor.client.get_cookie(COOKIE).value != before
    assert hashed not in {row.key_hash for row in rows(site)}
    visitor.open("/check/results")
    assert "of 2 services" in visitor.main
    assert "67" not in visitor.main


def test_leaving_a_sensitive_page_deletes_the_answers(site):
    visitor = answered(site)
    assert 'class="govuk-exit-this-page' in visitor.page
    hashed = key_hash(visitor)
    foreign = visitor.client.get("/exit", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 303
    assert hashed in {row.key_hash for row in rows(site)}
    answer = visitor.client.get("/exit", headers={"Sec-Fetch-Site": "same-origin"})
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert hashed not in {row.key_hash for row in rows(site)}
    calm = Visitor(site).start("?intent=growing-old")
    assert "govuk-exit-this-page" not in calm.page


def test_a_key_that_the_server_did_not_make_opens_nothing(site):
    """Session fixation: whatever a browser brings along, a check begins under a new key."""
    visitor = Visitor(site)
    visitor.client.set_cookie(COOKIE, "chosen-by-someone-else")
    visitor.start().answer(amount="67")
    key = visitor.client.get_cookie(COOKIE)
    assert key.value != "chosen-by-someone-else"
    assert (key.http_only, key.path, key.same_site) == (True, "/", "Lax")
    other = Visitor(site)
    other.client.set_cookie(COOKIE, "chosen-by-someone-else")
    assert other.open("/check/answers").path == "/en/check/ended"


def test_the_cookie_is_for_https_where_the_portal_is(tmp_path):
    app = make_app(tmp_path, https=True)
    client = app.test_client()
    page = client.get("/en/check", base_url="https://localhost").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    client.post("/en/check", data={"csrf_token": token}, base_url="https://localhost")
    assert client.get_cookie(COOKIE).secure
    close(app)


@pytest.mark.parametrize("path", ["", "/questions/1", "/ask", "/already", "/again", "/delete", "/code", "/code/revoke"])
def test_nothing_is_changed_without_a_token(site, path):
    visitor = answered(site)
    before = {row.key_hash: row.box for row in rows(site)}
    answer = visitor.client.post(f"/en/check{path}", data={"answer": "yes", "service": "for-all"})
    assert answer.status_code == 400
    assert {row.key_hash: row.box for row in rows(site)} == before


MARKS = ("48613927", "48,613,927", "67", "21201", "baltimore")


def test_no_answer_is_written_anywhere_else(tmp_path, caplog):
    """A journey with marked answers: addresses, titles, headers, log, database file and outbox tell none of them."""
    app = make_app(tmp_path)
    with app.app_context():
        furnish()
    with caplog.at_level(logging.DEBUG):
        visitor = answered(app, "en")
        visitor.open("/check/questions/1").answer(month="3", day="4", year="1958").open("/check/questions/2")
        visitor.answer(where="no such place at all")
        visitor.open("/check/answers").open("/check/results")
        code = code_of(visitor)
        visitor.open("/check/resume").submit("/check/resume", code=code)
    key = visitor.client.get_cookie(COOKIE).value
    for response in visitor.seen:
        place = " ".join([response.request.url, response.headers.get("Location", "")])
        place = place.replace("/questions/", "/")
        title = re.search(r"<title>(.*?)</title>", response.text, re.S)
        told = place + (title[1] if title else "")
        headers = {
            name: value for name, value in response.headers if name not in ("Set-Cookie", "ETag", "Content-Length")
        }
        for mark in (*MARKS, "1958", "veteran", "left_on"):
            assert mark not in told.casefold(), told
            assert mark not in str(headers).casefold() or mark == "67", headers
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        # Where a person is goes along to other pages without the number of a question.
        assert "from=/en/check/" not in response.text
        assert "from=%2Fen%2Fcheck%2F" not in response.text
    for mark in (*MARKS, "1958", code, key, "portico_check"):
        assert mark not in re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d+)?", "", caplog.text).casefold()
    with app.app_context():
        assert db.session.execute(sa.text("SELECT count(*) FROM outbox WHERE payload LIKE '%48613927%'")).scalar() == 0
        sealed = [
            (row.box, row.key_hash, row.code_hash, row.code_box) for row in db.session.scalars(sa.select(Screening))
        ]
        # The gazetteer has the place and its postcode; nothing else may.
        names = set(db.metadata.tables) - {"place", "postcode", "named_place", "screening"}
        for name in names:
            for row in db.session.execute(sa.text(f'SELECT * FROM "{name}"')):
                assert "48613927" not in str(row)
                assert code not in str(row)
                assert key not in str(row)
    for columns in sealed:
        assert not any(
            mark in str(columns) for mark in ("48613927", "48,613,927", "1958-03-04", key, code, code.replace("-", ""))
        )
    close(app)
    for file in tmp_path.glob("portico.db*"):
        raw = file.read_bytes()
        for mark in (b"48613927", b"48,613,927", b"1958-03-04", key.encode(), code.encode()):
            assert mark not in raw, (file, mark)


def test_in_two_languages(site):
    visitor = answered(site, answers=JOURNEY[:3])
    visitor.lang = "es"
    visitor.open("/check/answers")
    assert "$48,613,927" in visitor.main
    visitor.open("/check/questions/4").answer(amount="2")
    assert visitor.path == "/es/check/questions/5"
    visitor.lang = "ar"
    visitor.open("/check/results")
    assert 'dir="rtl"' in visitor.page
    assert "Your household_income does not fit" in visitor.page


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_page_in_every_language(site, lang):
    """Each is sound, and nothing of the interface is left in English."""
    visitor = answered(site, lang)
    for path in ("", "?intent=growing-old", "/resume", "/ended", "/deleted", "/answers", "/results", "/code"):
        visitor.open(f"/check{path}")
        assert visitor.status == 200
    for number in range(1, 8):
        visitor.open(f"/check/questions/{number}")
        if lang != "en":
            for words in ("Continue", "Why we ask", "I do not know", "See results", "ZIP code", "Back"):
                assert f">{words}<" not in visitor.page
    visitor.open("/check/code").submit("/check/code")


def test_pages_of_the_starter_content_lead_to_a_check(starter):
    client = starter.test_client()
    for path, address in (
        ("/services/snap", "/en/check?service=snap"),
        ("/life-events/losing-a-job", "/en/check?intent=losing-a-job"),
        ("/for/veterans", "/en/check?profile=veterans"),
        ("/for", "/en/check"),
        ("/", "/en/check"),
        ("/for/parents/losing-a-job", "/en/check?intent=losing-a-job&amp;profile=parents"),
        ("/services/snap?place=US-MD", "/en/check?place=US-MD&amp;service=snap"),
        ("/search?q=food", "/en/check"),
    ):
        assert f'href="{address}"' in client.get(f"/en{path}").text, path


def test_a_service_without_a_rule_leads_to_no_check(tmp_path):
    app = make_app(tmp_path)
    with app.app_context():
        furnish()
        with transaction():
            save_service(service_record("bare", eligibility={}))
    client = app.test_client()
    assert "/check?service=bare" not in client.get("/en/services/bare").text
    assert "/check?service=food" in client.get("/en/services/food").text
    close(app)


def test_answers_survive_facts_that_change(tmp_path):
    """A fact that is gone, or takes other answers now, is as good as not answered."""
    app = make_app(tmp_path)
    with app.app_context():
        furnish()
    visitor = answered(app)
    with app.app_context(), transaction():
        save_fact(fact_record("work_years", "number", unit="years", max=3))
        save_fact(fact_record("service_status", "choice", values={"soldier": {"en": "Soldier"}}))
    for path in ("/check/answers", "/check/results", "/check/questions/5", "/check/questions/6"):
        visitor.open(path)
        assert visitor.status == 200
    close(app)


def test_every_fact_of_the_starter_content_can_be_asked(starter, tmp_path_factory, starter_folder):
    """Its page is sound in each language, about the one who answers and about another person of the home."""
    folder = tmp_path_factory.mktemp("facts")
    (folder / "portico.db").write_bytes((starter_folder / "portico.db").read_bytes())
    app = make_app(folder)
    visitor = Visitor(app).start()
    with app.app_context():
        known = facts()
        with transaction():
            visit = store.load(visitor.client.get_cookie(COOKIE).value, datetime.timedelta(minutes=30))
            visit.path = [store.Where(key, 0) for key in known]
            visit.path += [store.Where(key, 1) for key, fact in known.items() if fact.of_each_person]
            store.save(visit)
    for lang in LANGUAGES:
        visitor.lang = lang
        for number in range(1, len(visit.path) + 1, 1 if lang == "en" else 5):
            visitor.open(f"/check/questions/{number}")
            assert visitor.status == 200
    close(app)

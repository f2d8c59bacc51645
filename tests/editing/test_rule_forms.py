"""Rules, facts and amounts, written in a form, tried on sample people, reviewed and published."""

import datetime

import pytest

from portal.caching import today
from portal.catalogue.operations import save_parameter, save_service
from portal.database import transaction
from portal.editing import kinds
from portal.eligibility.operations import save_fact
from portal.eligibility.queries import rulebook
from portal.eligibility.rules.households import read_household
from portal.eligibility.rules.screening import screen
from tests.conftest import close, make_app
from tests.editing.support import Browser, check_staff_page, make_content, people, record_id
from tests.support import both, service_record

AGE = {
    "key": "age",
    "about": "person",
    "type": "age",
    "topic": "you",
    "question": both("How old are you?"),
    "question_other": both("How old is this person?"),
    "not_known": both("We do not know your age"),
    "bands": [17, 64],
    "shares": {},
}
SAVINGS = {
    "key": "savings",
    "about": "household",
    "type": "money",
    "topic": "money",
    "question": both("How much have you saved?"),
    "not_known": both("We do not know your savings"),
}
LIMIT = {
    "key": "savings_limit",
    "label": both("Limit of savings"),
    "unit": "dollars",
    "values": [
        {
            "from": "1989-01-01",
            "value": 2000,
            "citation": "20 CFR 416.1205",
            "url": "https://example.gov/limit",
            "checked": "2026-11-01",
        }
    ],
}
OLD = {
    "fact": "age",
    "is": "at_least",
    "value": 65,
    "text": both("You are 65 or older"),
    "not_met": both("You are under 65"),
    "source": "law",
}
SAMPLES = [
    {"name": "A retired teacher", "facts": {"age": 70}, "state": "likely"},
    {"name": "A young baker", "facts": {"age": 30}, "state": "not_from_answers"},
    {"name": "Somebody", "facts": {}, "state": "needs_answer"},
]


@pytest.fixture
def site(tmp_path):
    app = make_app(tmp_path)
    with app.app_context():
        make_content()
        with transaction():
            save_fact({name: value for name, value in AGE.items() if value})
            save_fact(SAVINGS)
            save_parameter(LIMIT)
            save_service(service_record(eligibility=OLD, households=SAMPLES))
    yield app
    close(app)


@pytest.fixture
def staff(site):
    with site.app_context():
        return people(site)


def begin(browser, path):
    answer = browser.post(f"/admin/{path}/edit")
    assert answer.status_code == 303, answer.text
    return answer.location.removesuffix("/edit")


def state_of(site, service, **facts):
    with site.test_request_context("/en/"):
        book = rulebook()
        return screen(book, read_household(facts, book.facts, today()), today(), [service])[0].state


def test_a_rule_is_written_in_rows_tried_reviewed_and_published(site, staff):
    edith, rita = Browser(site, staff["editor"]), Browser(site, staff["reviewer"])
    draft = begin(edith, "services/service")
    page = f"{draft}/edit"
    check_staff_page(edith.get(page).text)
    saved = edith.post(
        page,
        page,
        eligibility__0__part="all",
        eligibility__0__fact="",
        eligibility__0__is="",
        eligibility__0__value="",
        eligibility__0__text__en="",
        eligibility__0__text__es="",
        eligibility__0__not_met__en="",
        eligibility__0__not_met__es="",
        eligibility__0__source="",
        eligibility__1__part="condition",
        eligibility__1__indent="1",
        eligibility__1__fact="age",
        eligibility__1__is="at_least",
        eligibility__1__value="60",
        eligibility__1__text__en="You are 60 or older",
        eligibility__1__not_met__en="You are under 60",
        eligibility__1__source="law",
        eligibility__2__part="condition",
        eligibility__2__indent="1",
        eligibility__2__fact="savings",
        eligibility__2__is="at_most",
        eligibility__2__value="amount savings_limit",
        eligibility__2__text__en="You have little saved",
        eligibility__2__not_met__en="You have more saved",
        eligibility__2__source="law",
        do="next",
    )
    assert saved.status_code == 303, saved.text
    with site.app_context():
        assert kinds.export("service", record_id("service", "service"))["eligibility"] == OLD
    shown = edith.get(draft).text
    check_staff_page(shown)
    assert "1 of 3 would not get the result that is expected" in shown
    assert "A retired teacher: is needs_answer, not likely (savings)" in shown
    households = "age: 70\nsavings: 100"
    assert edith.post(page, page, households__0__facts=households, do="next").status_code == 303
    assert "All 3 would get the result that is expected" in edith.get(draft).text
    assert edith.post(f"{draft}/send", draft, note="Savings count").status_code == 303
    assert state_of(site, "service", age=62) == "likely_from"
    assert rita.post(f"{draft}/approve", draft).status_code == 303
    assert state_of(site, "service", age=62) == "needs_answer"
    assert state_of(site, "service", age=62, savings=2000) == "likely"
    assert state_of(site, "service", age=62, savings=2001) == "not_from_answers"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"fact": "nothing"}, "unknown fact nothing"),
        ({"value": "old"}, "is no value of a fact of type age"),
        ({"is": "one_of"}, "one_of does not go with"),
        ({"source": "book"}, "names the source"),
        ({"indent": "3"}, "Indent it by one more than the row above it at most"),
        ({"part": "any"}, "Put at least one row below it"),
        ({"value": "200"}, "can never hold"),
    ],
)
def test_a_faulty_rule_is_refused_beside_its_input_and_stays_typed(site, staff, typed, message):
    edith = Browser(site, staff["editor"])
    draft = begin(edith, "services/service")
    page = f"{draft}/edit"
    form = {f"eligibility__0__{name}": value for name, value in typed.items()}
    answer = edith.post(page, page, **form)
    shown = answer.text if answer.status_code == 422 else edith.get(page).text
    check_staff_page(shown)
    assert message in shown
    if answer.status_code != 422:
        assert edith.post(f"{draft}/send", draft, note="Try").status_code == 422
    assert state_of(site, "service", age=70) == "likely"


def test_a_fact_is_changed_and_the_sample_people_show_what_it_does(site, staff):
    edith, rita = Browser(site, staff["editor"]), Browser(site, staff["reviewer"])
    draft = begin(edith, "facts/age")
    page = f"{draft}/edit"
    check_staff_page(edith.get(page).text)
    answer = edith.post(page, page, question__en="What is your age?", bands="17\n64\n79", do="next")
    assert answer.status_code == 303, answer.text
    shown = edith.get(draft).text
    assert "All 3 would get the result that is expected" in shown
    assert edith.post(f"{draft}/send", draft, note="Shorter").status_code == 303
    assert rita.post(f"{draft}/approve", draft).status_code == 303
    with site.test_request_context("/en/"):
        fact = rulebook().facts["age"]
    assert (fact.question["en"], fact.question["es"], fact.bands) == (
        "What is your age?",
        AGE["question"]["es"],
        (17, 64, 79),
    )


def test_a_fact_is_not_changed_so_that_rules_no_longer_fit(site, staff):
    edith = Browser(site, staff["editor"])
    draft = begin(edith, "facts/age")
    page = f"{draft}/edit"
    edith.post(page, page, type="boolean", bands="")
    shown = edith.get(page).text
    assert "The rule of service would not fit any more: at_least does not go with a fact of type boolean" in shown
    assert edith.post(f"{draft}/send", draft, note="Try").status_code == 422


def test_an_amount_begins_on_its_day(site, staff):
    edith, rita = Browser(site, staff["editor"]), Browser(site, staff["reviewer"])
    rule = OLD | {"fact": "savings", "is": "at_most", "value": {"parameter": "savings_limit"}}
    with site.app_context(), transaction():
        save_service(service_record("other", agency="other-agency", eligibility=rule))
    draft = begin(edith, "amounts/savings_limit")
    page = f"{draft}/edit"
    tomorrow = (today() + datetime.timedelta(days=1)).isoformat()
    later = {
        "values__0__until": tomorrow,
        "values__1__from": tomorrow,
        "values__1__value": "3000",
        "values__1__citation": "A new law",
        "values__1__url": "https://example.gov/new",
        "values__1__checked": "2026-11-01",
    }
    assert edith.post(page, page, **later, do="next").status_code == 303
    assert edith.post(f"{draft}/send", draft, note="New limit").status_code == 303
    assert rita.post(f"{draft}/approve", draft).status_code == 303
    assert state_of(site, "other", savings=2500) == "likely_from"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"values__0__until": "1990-01-01"}, f"no value holds on {today().isoformat()}"),
        ({"values__0__value": "much"}, "is not of type"),
        ({"values__0__from": "soon"}, "Enter a date such as"),
    ],
)
def test_an_amount_that_would_hold_on_no_day_is_refused(site, staff, typed, message):
    edith = Browser(site, staff["editor"])
    draft = begin(edith, "amounts/savings_limit")
    page = f"{draft}/edit"
    edith.post(page, page, **typed)
    assert message in edith.get(page).text
    assert edith.post(f"{draft}/send", draft, note="Try").status_code == 422


def test_a_new_fact_has_a_key(site, staff):
    edith = Browser(site, staff["editor"])
    refused = edith.post("/admin/facts/new", "/admin/facts/new", title="Are you tall?", slug="is-tall")
    assert refused.status_code == 422
    assert "single underscores" in refused.text
    made = edith.post("/admin/facts/new", "/admin/facts/new", title="Are you tall?", slug="is_tall")
    assert made.status_code == 303
    check_staff_page(edith.get(made.location).text)
    listed = edith.get("/admin/facts").text
    check_staff_page(listed)
    assert "How old are you?" in listed


def test_an_agency_editor_sees_no_facts(site, staff):
    ada = Browser(site, staff["agency"])
    assert [ada.get(f"/admin/{path}").status_code for path in ("facts", "amounts", "facts/age")] == [403, 403, 403]

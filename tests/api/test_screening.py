"""POST /api/v1/screenings: exact answers on a few small services, and every kind of bad input."""

import json
import logging
import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.api.bodies import FIRST_DAY, LAST_DAY
from portal.catalogue.models import Service
from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.eligibility.queries import rulebook
from portal.extensions import db
from tests.conftest import close, make_app
from tests.support import both

from .homes import LAW, ON, SERVICES, save_all
from .schemas import checked, sendable

PATH = "/api/v1/screenings"
HOME = {"age": 70, "income": 1200, "work": "employed", "people": [{"age": 3}]}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = make_app(tmp_path_factory.mktemp("homes"), public_url="https://help.example.gov")
    with made.app_context():
        save_all()
    yield made
    close(made)


@pytest.fixture
def client(site):
    return site.test_client()


def ask(client, facts, status=200, **more):
    answer = client.post(PATH, json={"facts": facts, "on": ON, **more})
    assert answer.status_code == status, answer.text
    return checked(answer, "/screenings")


def send(client, body):
    """Any body, none of JSON included."""
    return client.post(PATH, data=json.dumps(body), content_type="application/json")


def recomputed(tree, criteria):
    """What a reader of an answer finds by its words alone."""
    if tree["kind"] == "condition":
        return criteria[tree["criterion"]]["state"]
    values = [recomputed(part, criteria) for part in tree["parts"]]
    assert [part["value"] for part in tree["parts"]] == values
    met, failed = values.count("met"), values.count("not_met")
    if tree["kind"] == "not":
        return {"met": "not_met", "not_met": "met", "not_known": "not_known"}[values[0]]
    wanted = {"all": len(values), "any": 1, "some_person": 1}.get(tree["kind"], tree.get("wanted"))
    if met >= wanted:
        return "met"
    return "not_met" if len(values) - failed < wanted and not tree.get("open") else "not_known"


def test_a_result_says_what_it_is_and_why(client, site):
    with site.app_context():
        uid = db.session.scalar(sa.select(Service.uid).where(Service.slug == "food"))
    document = ask(client, HOME, services=["food"])
    assert document["results"][0] == {
        "service": "food",
        "id": uid,
        "title": "Title of food",
        "url": "https://help.example.gov/en/services/food",
        "state": "likely",
        "missing": [],
        "likely_from": None,
        "earliest": None,
        "change": [],
        "opens": None,
        "criteria": [
            {
                "fact": "income",
                "person": 0,
                "state": "met",
                "text": "income at_most",
                "answer": 1200,
                "source": LAW,
                "parameter": {
                    "key": "limit",
                    "label": "The limit",
                    "unit": "dollars_per_month",
                    "value": 1000,
                    "each_further": 500,
                    "from": "2026-01-01",
                    "citation": "Law 1",
                    "url": "https://example.gov/limit",
                    "percent": 150,
                    "size": "household_size",
                    "here": 2250,
                },
            },
            {
                "fact": "work",
                "person": 0,
                "state": "met",
                "text": "work equal",
                "answer": "employed",
                "source": LAW,
                "parameter": None,
            },
        ],
        "explanation": {
            "kind": "all",
            "value": "met",
            "parts": [
                {"kind": "condition", "value": "met", "criterion": 0},
                {"kind": "condition", "value": "met", "criterion": 1},
            ],
        },
    }
    assert document["on"] == ON
    assert (document["next_question"], document["remaining"]) == (None, {"least": 0, "most": 0})


@pytest.mark.parametrize(
    ("service", "facts", "state"),
    [
        ("pension", {"age": 65}, "likely"),
        ("pension", {"age": 62}, "likely_from"),
        ("pension", {"age": 30}, "not_from_answers"),
        ("pension", {}, "needs_answer"),
        ("pension", {"age": "dont_know"}, "needs_answer"),
        ("pension", {"age": "prefer_not"}, "ask_a_person"),
        ("pension", {"age": 70, "work": "none"}, "already_receiving"),
        ("pension", {"age": 30, "already_receiving": ["pension"]}, "already_receiving"),
        ("food", {"income": 9000, "household_size": 1, "work": "employed"}, "one_step_short"),
        ("food", {"income": {"from": 1000, "to": 1400}, "household_size": 1, "work": "employed"}, "likely"),
        ("food", {"income": {"amount": 300, "per": "week"}, "household_size": 1, "work": "employed"}, "likely"),
        ("food", {"income": {"from": 1000, "to": 2000}, "household_size": 1, "work": "employed"}, "needs_answer"),
        ("care", {"people": [{"age": 3, "disabled": True}]}, "likely"),
        ("care", {"age": 30, "income": 9000, "people": []}, "not_from_answers"),
        ("local", {"age": 70, "lives_in": "US-CA"}, "likely"),
        ("local", {"age": 70, "lives_in": "US-NY"}, "not_from_answers"),
        ("judged", {}, "ask_a_person"),
        ("helpline", {}, "likely"),
        ("future", {"age": 70}, "closed"),
        ("future", {"already_receiving": ["future"]}, "already_receiving"),
        ("unruled", {"age": 70}, "ask_a_person"),
        ("unruled", {"already_receiving": ["unruled"]}, "already_receiving"),
    ],
)
def test_states(client, service, facts, state):
    result = ask(client, facts, services=[service])["results"][0]
    assert result["state"] == state


def test_days_and_what_would_change_it(client):
    later = ask(client, {"age": 62}, services=["pension"])["results"][0]
    # Somebody of 62 today is 65 in two to three years.
    assert (later["earliest"], later["likely_from"]) == ("2028-11-23", "2029-11-22")
    born = ask(client, {"age": "1962-05-01"}, services=["pension"])["results"][0]
    assert (born["earliest"], born["likely_from"]) == ("2027-05-01", "2027-05-01")
    short = ask(client, {"income": 9000, "household_size": 1, "work": "employed"}, services=["food"])["results"][0]
    assert short["change"] == [{"fact": "income", "text": "income at_most"}]
    assert ask(client, {}, services=["future"])["results"][0]["opens"] == "2027-03-01"


def test_a_service_without_a_rule_has_no_reasons(client):
    result = ask(client, HOME, services=["unruled"])["results"][0]
    assert (result["criteria"], result["explanation"], result["missing"]) == ([], None, [])


def test_texts_by_state(client):
    def text(service, facts, at=0, **more):
        return ask(client, facts, services=[service], **more)["results"][0]["criteria"][at]["text"]

    assert text("pension", {"age": 70}) == "age at_least"
    assert text("pension", {"age": 30}) == "Too young"
    assert text("pension", {}) == "age is not known"
    assert text("pension", {}, lang="es") == "age is not known (es)"
    assert text("food", {}, 1) == "Work?"
    assert text("food", {"work": "none"}, 1) == "work equal"
    assert text("judged", {}) == "They decide"
    assert text("local", {"lives_in": "US-CA"}, 1) == "It is offered where you live."
    assert text("local", {"lives_in": "US-NY"}, 1, lang="es") == "No se ofrece donde usted vive."
    assert text("local", {}, 1) == "lives_in is not known"


def test_an_amount_that_nobody_has_set_is_not_known(client):
    result = ask(client, HOME | {"household_size": 2}, services=["food"], on="2030-01-01")["results"][0]
    assert result["state"] == "ask_a_person"
    assert result["criteria"][0]["state"] == "not_known"
    assert result["criteria"][0]["parameter"] | {"percent": 0} == {
        "key": "limit",
        "label": "The limit",
        "unit": "dollars_per_month",
        "value": None,
        "each_further": None,
        "from": None,
        "citation": None,
        "url": None,
        "percent": 0,
        "size": "household_size",
        "here": None,
    }


def test_a_condition_of_several_people_is_told_of_each(client):
    facts = {"age": 30, "people": [{"age": 3, "disabled": True}, {"age": 3, "disabled": "prefer_not"}]}
    result = ask(client, facts, services=["care"])["results"][0]
    some = result["explanation"]["parts"][0]
    assert (some["kind"], some["value"], some["open"], len(some["parts"])) == ("some_person", "met", False, 3)
    told = [(one["fact"], one["person"], one["answer"], one["state"]) for one in result["criteria"][:6]]
    assert told == [
        ("age", 0, 30, "not_met"),
        ("disabled", 0, None, "not_known"),
        ("age", 1, 3, "met"),
        ("disabled", 1, True, "not_met"),
        ("age", 2, 3, "met"),
        ("disabled", 2, "prefer_not", "not_known"),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        HOME,
        {"age": 3, "household_size": 4},
        {"disabled": "prefer_not", "people": [{"age": 4}, {"disabled": False}]},
    ],
)
def test_the_explanation_recomputes_to_the_result(client, facts):
    values = {"likely": "met", "needs_answer": "not_known", "ask_a_person": "not_known"}
    for result in ask(client, facts)["results"]:
        value = recomputed(result["explanation"], result["criteria"])
        assert value == result["explanation"]["value"]
        if result["state"] != "closed":
            assert value == values.get(result["state"], "not_met")


def test_the_starter_rules_recompute_too(starter):
    client = starter.test_client()
    facts = {"age": 34, "lives_in": "US-TX", "people": [{"age": 8}, {"age": 61}]}
    results = checked(client.post(PATH, json={"facts": facts}), "/screenings")["results"]
    assert len(results) > 100
    for result in results:
        assert recomputed(result["explanation"], result["criteria"]) == result["explanation"]["value"]


def test_the_next_question(client):
    document = ask(client, {"work": "employed", "income": 100, "household_size": 1}, lang="es")
    question = document["next_question"]
    assert question == {
        "fact": "age",
        "person": 0,
        "question": "age? (es)",
        "hint": None,
        "why": None,
        "type": "age",
        "unit": None,
        "values": {},
        "non_answers": ["dont_know", "prefer_not"],
        "services": 3,
        "which": ["care", "local", "pension"],
    }
    assert 1 <= document["remaining"]["least"] <= document["remaining"]["most"]


def test_the_next_question_about_somebody_else(client):
    facts = {"age": 30, "income": 9000, "people": [{"age": 3}]}
    question = ask(client, facts, services=["care"])["next_question"]
    assert (question["fact"], question["person"]) == ("disabled", 1)
    assert (question["question"], question["why"]) == ("disabled of that person?", "Because.")


def test_choices_stand_in_their_order(client):
    question = ask(client, {"income": 1, "household_size": 1}, services=["food"])["next_question"]
    assert list(question["values"].items()) == [("employed", "With an employer"), ("none", "Not at all")]


def test_no_question_is_about_what_somebody_receives(client):
    document = ask(client, {"already_receiving": ["pension"]}, services=["pension"])
    assert (document["next_question"], document["remaining"]["most"]) == (None, 0)


def test_without_services_all_that_have_a_rule_and_in_the_order_that_was_asked_for(client, site):
    with site.app_context():
        ruled = [rule.service for rule in rulebook().rules]
    assert [result["service"] for result in ask(client, {})["results"]] == ruled
    assert set(ruled) == {one["slug"] for one in SERVICES} - {"unruled", "draft"}
    named = ["pension", "unruled", "care", "pension"]
    assert [one["service"] for one in ask(client, {}, services=named)["results"]] == ["pension", "unruled", "care"]


def test_today_unless_told(client):
    answers = [client.post(PATH, json={"facts": {}, **more}).json for more in ({}, {"on": None, "lang": None})]
    assert answers[0] == answers[1]
    assert answers[0]["on"] == time.strftime("%Y-%m-%d", time.gmtime())


BAD = [
    ([], ""),
    (None, ""),
    ("facts", ""),
    ({}, "facts"),
    ({"facts": []}, "facts"),
    ({"facts": None}, "facts"),
    ({"facts": {}, "fcts": {}}, "fcts"),
    ({"facts": {}, "on": "tomorrow"}, "on"),
    ({"facts": {}, "on": "2026-02-30"}, "on"),
    ({"facts": {}, "on": "1026-02-03"}, "on"),
    ({"facts": {}, "on": 20260203}, "on"),
    ({"facts": {}, "lang": "ar"}, "lang"),
    ({"facts": {}, "lang": ["en"]}, "lang"),
    ({"facts": {}, "services": "food"}, "services"),
    ({"facts": {}, "services": []}, "services"),
    ({"facts": {}, "services": ["food", "nothing"]}, "services.1"),
    ({"facts": {}, "services": ["draft"]}, "services.0"),
    ({"facts": {}, "services": [["food"]]}, "services.0"),
    ({"facts": {"already_receiving": "food"}}, "facts.already_receiving"),
    ({"facts": {"already_receiving": ["nothing"]}}, "facts.already_receiving.0"),
    ({"facts": {"height": 3}}, "facts.height"),
    ({"facts": {"age": "old"}}, "facts.age"),
    ({"facts": {"age": -1}}, "facts.age"),
    ({"facts": {"age": True}}, "facts.age"),
    ({"facts": {"age": None}}, "facts.age"),
    ({"facts": {"age": 10**400}}, "facts.age"),
    ({"facts": {"age": 1e308}}, "facts.age"),
    ({"facts": {"age": {"from": 9, "to": 3}}}, "facts.age"),
    ({"facts": {"income": "prefer_not"}}, "facts.income"),
    ({"facts": {"income": {"amount": 3, "per": "day"}}}, "facts.income"),
    ({"facts": {"work": "sometimes"}}, "facts.work"),
    ({"facts": {"work": ["none"]}}, "facts.work"),
    ({"facts": {"lives_in": "California"}}, "facts.lives_in"),
    ({"facts": {"people": {}}}, "facts.people"),
    ({"facts": {"people": [3]}}, "facts.people"),
    ({"facts": {"people": [{}] * 20}}, "facts.people"),
    ({"facts": {"people": [{"age": 3}, {"age": "young"}]}}, "facts.people.1.age"),
    ({"facts": {"people": [{"income": 3}]}}, "facts.people.0.income"),
    ({"facts": {"people": [{"already_receiving": ["food"]}]}}, "facts.people.0.already_receiving"),
]


@pytest.mark.parametrize(("body", "path"), BAD, ids=[f"{number} {path}" for number, (_, path) in enumerate(BAD)])
def test_a_fault_is_named_by_its_path(client, body, path):
    answer = send(client, body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    document = checked(answer, "/screenings")
    assert list(document["errors"]) == [path]
    assert document["status"] == 422


def test_every_fault_of_the_answers_is_told_at_once(client):
    errors = ask(client, {"age": "x", "work": 3, "people": [{"age": "y"}]}, 422)["errors"]
    assert set(errors) == {"facts.age", "facts.work", "facts.people.0.age"}


def test_an_unknown_service_is_named(client):
    assert ask(client, {}, 422, services=["fod"])["errors"] == {"services.0": ["is no service: fod"]}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"facts": {}}', "text/plain", 415),
        (b'{"facts": {}}', None, 415),
        (b"facts=1", "application/x-www-form-urlencoded", 415),
        (b'{"facts": {}', "application/json", 400),
        (b"", "application/json", 400),
        (b'{"facts": {"age": NaN}}', "application/json", 400),
        (b'{"facts": {"age": -Infinity}}', "application/json", 400),
        (b'{"facts": {"age": ' + b"9" * 5000 + b"}}", "application/json", 400),
        (b"\xff\xfe\xfd", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400),
        (b'{"facts": {}}' + b" " * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_json_is_refused(client, body, content_type, status):
    answer = client.post(PATH, data=body, content_type=content_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert checked(answer, "/screenings")["status"] == status


def test_other_methods_are_refused(client):
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = client.open(PATH, method=method)
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


KEYS = st.sampled_from(
    ["age", "disabled", "income", "household_size", "work", "lives_in", "people", "already_receiving", "x", ""]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**310)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["dont_know", "prefer_not", "US-CA", "US-\ud800", "2026-11-22", "0001-01-01", "9999-12-31"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.sampled_from(["from", "to", "amount", "per"]), inner, max_size=4)
    ),
    max_leaves=12,
)
ANSWERS = st.dictionaries(KEYS | st.text(max_size=4), VALUES, max_size=6)
BODIES = VALUES | st.fixed_dictionaries(
    {"facts": ANSWERS | VALUES},
    optional={"services": st.just(["pension"]) | VALUES, "on": st.dates().map(str) | VALUES, "lang": VALUES},
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(body={"facts": {"people": None, "already_receiving": None}, "services": None})
@given(body=BODIES)
def test_no_body_breaks_it(client, body):
    answer = send(client, body)
    assert answer.status_code in (200, 422)
    checked(answer, "/screenings")
    if answer.status_code == 200:
        assert sendable(body, "ScreeningRequest")


SOUND = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(0, 120) | st.sampled_from(["dont_know", "prefer_not"]),
        "disabled": st.booleans(),
        "income": st.integers(0, 9000) | st.fixed_dictionaries({"from": st.integers(0, 4000)}),
        "household_size": st.integers(1, 20),
        "work": st.sampled_from(["employed", "none"]),
        "lives_in": st.sampled_from(["US", "US-CA", "US-NY"]),
        "people": st.lists(
            st.fixed_dictionaries({}, optional={"age": st.integers(0, 99), "disabled": st.booleans()}), max_size=4
        ),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=SOUND, day=st.dates(FIRST_DAY, LAST_DAY))
def test_sound_answers_are_always_answered_and_explained(client, facts, day):
    document = ask(client, facts, on=day.isoformat())
    for result in document["results"]:
        assert recomputed(result["explanation"], result["criteria"]) == result["explanation"]["value"]
    question = document["next_question"]
    assert (question is None) == (document["remaining"]["most"] == 0)
    if question:
        assert (question["fact"], question["person"]) not in {(key, 0) for key in facts if key != "people"}


def test_no_token_is_asked_for_and_no_cookie_read(client):
    client.set_cookie("portico", "not a session")
    client.set_cookie("portico_staff", "nobody")
    answer = client.post(PATH, json={"facts": {}}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_nothing_of_the_answers_is_stored_or_logged(site, client, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with site.app_context():
        path = site.config["SETTINGS"].instance
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*") if file.is_file()}
    marks = [73_911, "US-CA-marked-town", "1931-07-19", "marked_key", "marked_slug"]
    facts = {"income": marks[0], "lives_in": marks[1], "age": marks[2]}
    ask(client, facts)
    ask(client, facts | {marks[3]: 1}, 422)
    ask(client, facts, 422, services=[marks[4]])
    client.post(PATH, data=json.dumps({"facts": facts})[:-1], content_type="application/json")
    client.post(f"{PATH}/bulk", json={"households": [{"facts": facts}]})
    written = caplog.text + "".join(capfd.readouterr())
    changed = [file for file in path.rglob("*") if file.is_file() and file.stat().st_mtime_ns != before.get(file)]
    written += "".join(file.read_bytes().decode("latin-1") for file in changed)
    assert [mark for mark in marks if str(mark) in written] == []


def test_an_error_of_ours_tells_nothing(site, client, monkeypatch, caplog):
    def broken(*_args, **_more):
        raise RuntimeError("broken")

    monkeypatch.setattr("portal.api.views.screening.screen", broken)
    answer = client.post(PATH, json={"facts": {"income": 73_911}})
    assert (answer.status_code, answer.json) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )
    assert "73911" not in caplog.text
    assert "error in api_screening.screening" in caplog.text


def test_screenings_run_while_something_else_writes(site, client):
    """The write lock is held elsewhere, and both answer long before the wait for it would end."""
    writer = sqlite3.connect(site.config["SETTINGS"].instance / "portico.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE content_version SET number = number + 1")
    try:
        started = time.monotonic()
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(site.test_client().post(PATH, json={"facts": HOME})))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        bulk = client.post(f"{PATH}/bulk", json={"households": [{"facts": HOME}]})
        assert [answer.status_code for answer in (*answers, bulk)] == [200] * 5
        assert time.monotonic() - started < 5
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_another_edition_of_the_rules_has_another_name(tmp_path):
    made = make_app(tmp_path)
    with made.app_context():
        save_all()
    client = made.test_client()
    first = ask(client, {})["rules"]
    assert client.get("/api/v1/facts").json["rules"] == first
    with made.app_context(), transaction():
        save_service(SERVICES[0] | {"title": both("Renamed")})
    assert ask(client, {})["rules"] == first
    with made.app_context(), transaction():
        save_service(SERVICES[0] | {"eligibility": SERVICES[1]["eligibility"]})
    assert ask(client, {})["rules"] != first
    close(made)


@pytest.mark.usefixtures("limits")
def test_too_many_requests_from_one_address_are_refused(tmp_path, monkeypatch):
    made = make_app(tmp_path)
    client = made.test_client()
    for _ in range(60):
        assert client.post(f"{PATH}/bulk", json={}).status_code == 422
    answer = client.post(f"{PATH}/bulk", json={})
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert client.post(PATH, json={}).status_code == 422
    assert client.post(f"{PATH}/bulk", json={}, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 422
    close(made)

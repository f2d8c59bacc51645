"""POST /api/v1/screenings/bulk."""

import pytest

from tests.conftest import close, make_app

from .homes import ON, save_all
from .schemas import checked

PATH = "/api/v1/screenings"
HOMES = [
    {"facts": {"age": 70}, "on": ON},
    {"facts": {"age": "very"}},
    {"facts": {"age": 62, "already_receiving": ["food"]}, "on": ON},
    7,
    {"facts": {}, "on": "soon", "x": 1},
    {"facts": {"already_receiving": ["nothing"]}},
]


@pytest.fixture
def client(app):
    save_all()
    return app.test_client()


def ask(client, status=200, **body):
    answer = client.post(f"{PATH}/bulk", json=body)
    assert answer.status_code == status, answer.text
    return checked(answer, "/screenings/bulk")


def test_each_household_stands_in_its_place(client):
    found = ask(client, households=HOMES, services=["pension", "food", "unruled"])["screenings"]
    assert found[0] == {
        "on": ON,
        "results": [
            {"service": "pension", "state": "likely", "missing": [], "likely_from": None},
            {
                "service": "food",
                "state": "needs_answer",
                "missing": found[0]["results"][1]["missing"],
                "likely_from": None,
            },
            {"service": "unruled", "state": "ask_a_person", "missing": [], "likely_from": None},
        ],
    }
    assert {"fact": "income", "person": 0} in found[0]["results"][1]["missing"]
    assert list(found[1]) == ["errors"]
    assert list(found[1]["errors"]) == ["facts.age"]
    assert [(one["state"], one["likely_from"]) for one in found[2]["results"]] == [
        ("likely_from", "2029-11-22"),
        ("already_receiving", None),
        ("ask_a_person", None),
    ]
    assert [set(one["errors"]) for one in found[3:]] == [{""}, {"on", "x"}, {"facts.already_receiving.0"}]


def test_with_detail_each_is_as_if_asked_alone(client):
    homes = [one for one in HOMES if isinstance(one, dict) and one.get("on") == ON]
    found = ask(client, households=homes, detail=True, lang="es")["screenings"]
    for home, screening in zip(homes, found, strict=True):
        alone = client.post(PATH, json={**home, "lang": "es"}).json
        assert screening == {"on": alone["on"], "results": alone["results"]}


def test_without_detail_the_states_are_the_same(client):
    home = {"facts": {"age": 70}, "on": ON}
    brief = ask(client, households=[home])["screenings"][0]["results"]
    alone = client.post(PATH, json=home).json["results"]
    assert brief == [{name: one[name] for name in brief[0]} for one in alone]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], ""),
        ({}, "households"),
        ({"households": []}, "households"),
        ({"households": {"facts": {}}}, "households"),
        ({"households": [{"facts": {}}] * 101}, "households"),
        ({"households": [{"facts": {}}] * 11, "detail": True}, "households"),
        ({"households": [{"facts": {}}], "detail": "yes"}, "detail"),
        ({"households": [{"facts": {}}], "services": ["nothing"]}, "services.0"),
        ({"households": [{"facts": {}}], "lang": "xx"}, "lang"),
        ({"households": [{"facts": {}}], "on": ON}, "on"),
    ],
)
def test_what_concerns_all_is_refused(site_sqlite, body, path):
    answer = site_sqlite.test_client().post(f"{PATH}/bulk", json=body)
    assert answer.status_code == 422
    assert path in checked(answer, "/screenings/bulk")["errors"]


def test_a_hundred_are_answered(tmp_path):
    made = make_app(tmp_path)
    with made.app_context():
        save_all()
    found = ask(made.test_client(), households=[{"facts": {"age": age}, "on": ON} for age in range(100)])["screenings"]
    states = [next(one["state"] for one in home["results"] if one["service"] == "pension") for home in found]
    assert states == ["not_from_answers"] * 60 + ["likely_from"] * 5 + ["likely"] * 35
    close(made)

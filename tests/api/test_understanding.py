import pytest

from .schemas import checked, sendable

PATH = "/api/v1/understandings"


@pytest.fixture
def client(starter):
    return starter.test_client()


def test_words_are_understood_as_promised(client):
    answer = client.post(PATH, json={"text": "I lost my job and have two small kids"})
    assert answer.status_code == 200
    document = checked(answer, "/understandings")
    assert [one["slug"] for one in document["intents"]] == ["losing-a-job"]
    assert {one["slug"] for one in document["profiles"]} == {"workers", "parents"}
    assert {one["fact"]: (one["answer"], one["words"]) for one in document["facts"]} == {
        "employment": ("unemployed", ["lost my job"]),
        "child_under_18": (True, ["have two small kids"]),
        "youngest_child_age": ({"to": 5}, ["small kids"]),
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_titles_come_in_the_language_asked_for(client):
    document = checked(client.post(PATH, json={"text": "I lost my job", "lang": "es"}), "/understandings")
    assert document["intents"][0]["title"] == "Perdí mi empleo"
    assert document["intents"][0]["url"].endswith("/es/life-events/losing-a-job")


def test_what_is_sensitive_says_so(client):
    document = checked(client.post(PATH, json={"text": "Estoy embarazada y no tengo papeles"}), "/understandings")
    told = {one["fact"]: one["sensitive"] for one in document["facts"]}
    assert told["pregnant"] is True
    assert told["citizenship"] is True
    assert [one["sensitive"] for one in document["profiles"] if one["slug"] == "newcomers"] == [True]


def test_emergencies_come_with_their_numbers(client):
    document = checked(client.post(PATH, json={"text": "my husband beats me"}), "/understandings")
    assert [one["slug"] for one in document["emergencies"]] == ["violence-at-home"]
    assert "911" in document["emergencies"][0]["phones"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "a" * 2001}, "text"),
        ({"text": "food", "lang": "fr"}, "lang"),
        ({"text": "food", "q": "food"}, "q"),
        ([], ""),
    ],
)
def test_a_bad_body_is_refused(client, body, field):
    answer = client.post(PATH, json=body)
    assert answer.status_code == 422
    assert list(checked(answer, "/understandings")["errors"]) == [field]
    assert not sendable(body, "UnderstandingRequest")

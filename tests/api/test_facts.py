"""GET /api/v1/facts."""

import pytest

from portal.eligibility.queries import facts

from .schemas import checked


@pytest.fixture
def client(starter):
    return starter.test_client()


def found(client, lang):
    answer = client.get("/api/v1/facts", query_string={"lang": lang})
    assert answer.status_code == 200
    return {fact["key"]: fact for fact in checked(answer, "/facts", "get")["facts"]}


def test_every_fact_is_there_in_both_languages(starter, client):
    english, spanish = found(client, "en"), found(client, "es")
    with starter.app_context():
        own = facts()
    assert set(english) == set(spanish) == set(own)
    for key, fact in own.items():
        assert english[key]["question"] == fact.question["en"]
        assert spanish[key]["question"] == fact.question["es"]
        assert list(english[key]["values"]) == list(fact.values)
        assert english[key]["only_if"] == fact.only_if
        assert (english[key]["question_other"] is None) == (fact.about != "person")


def test_english_unless_told(client):
    assert client.get("/api/v1/facts").json == client.get("/api/v1/facts?lang=en").json


def test_another_language_is_refused(client):
    answer = client.get("/api/v1/facts?lang=ar")
    assert (answer.status_code, list(checked(answer, "/facts", "get")["errors"])) == (400, ["lang"])


def test_an_unchanged_answer_is_not_sent_again(client):
    first = client.get("/api/v1/facts?lang=es")
    assert first.headers["Cache-Control"].startswith("public")
    etag = first.headers["ETag"]
    again = client.get("/api/v1/facts?lang=es", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/api/v1/facts?lang=en", headers={"If-None-Match": etag}).status_code == 200

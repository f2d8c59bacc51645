import pytest

from .schemas import checked


@pytest.fixture
def client(starter):
    return starter.test_client()


def test_search_answers_with_what_was_promised(client):
    answer = client.get("/api/v1/search?q=snap&lang=en&kind=service&limit=3")
    assert answer.status_code == 200
    document = checked(answer, "/search", "get")
    assert set(document) == {"results", "total"}
    assert len(document["results"]) == min(3, document["total"])
    first = document["results"][0]
    assert set(first) == {"kind", "id", "slug", "title", "summary", "url", "score"}
    assert (first["kind"], first["slug"]) == ("service", "snap")
    assert first["url"] == "http://localhost/en/services/snap"
    assert {result["kind"] for result in document["results"]} == {"service"}
    scores = [result["score"] for result in document["results"]]
    assert scores == sorted(scores, reverse=True)


def test_search_in_spanish(client):
    answer = client.get("/api/v1/search", query_string={"q": "cupones de alimentos", "lang": "es", "limit": 1})
    assert [result["title"] for result in answer.json["results"]] == ["Ayuda mensual para comprar alimentos (SNAP)"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=food&lang=fr", "lang"),
        ("q=food&kind=person", "kind"),
        ("q=food&limit=0", "limit"),
        ("q=food&limit=51", "limit"),
        ("q=food&limit=many", "limit"),
        ("q=" + "x" * 501, "q"),
    ],
)
def test_bad_parameters_get_a_problem_document(client, query, field):
    answer = client.get(f"/api/v1/search?{query}")
    checked(answer, "/search", "get")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert (answer.json["status"], list(answer.json["errors"])) == (400, [field])


def test_unknown_address_gets_a_problem_document(client):
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype, answer.json["title"]) == (404, "application/problem+json", "Not Found")

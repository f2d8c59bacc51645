"""Articles for other channels."""

import pytest

from tests.conftest import close, make_app
from tests.editing.support import make_content
from tests.knowledge.support import add_article, article

from .schemas import checked

LIST, ONE = "/articles", "/articles/{key}"
STEPS = [{"en": "Call **us**.", "es": "Llame."}, {"en": "Wait."}]


@pytest.fixture
def client(starter):
    return starter.test_client()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A portal with a few articles of every sort."""
    app = make_app(tmp_path_factory.mktemp("articles"))
    with app.app_context():
        make_content()
        add_article("rich", services=["service"], intents=["intent"], who={"en": "*You*.", "es": "Usted."}, steps=STEPS)
        add_article("only-english", title={"en": "T"}, summary={"en": "S"}, text={"en": "X"}, old_slugs=["former"])
        add_article("inner", audience="staff")
        add_article("unsure", status="not_validated")
        add_article("old", status="archived")
        add_article("merged", status="archived", merged_into="rich")
    yield app
    close(app)


def get(app, path, **more):
    return app.test_client().get(f"/api/v1{path}", **more)


def test_the_list_has_all_that_is_public_and_nothing_else(site):
    document = checked(get(site, "/articles"), LIST, "get")
    assert [one["slug"] for one in document["articles"]] == ["article", "rich", "only-english"]
    assert document["next"] is None
    first = document["articles"][0]
    assert (first["title"], first["lang"], first["languages"]) == ("Title of article", "en", ["en", "es"])
    assert first["url"] == "http://localhost/en/articles/article"


def test_pages_of_the_list_follow_each_other(client):
    found, after = [], ""
    while True:
        document = checked(client.get(f"/api/v1/articles?limit=40&lang=es{after}"), LIST, "get")
        found += [one["slug"] for one in document["articles"]]
        if document["next"] is None:
            break
        after = f"&after={document['next']}"
    whole = [one["slug"] for one in checked(client.get("/api/v1/articles?limit=100"), LIST, "get")["articles"]]
    assert found == whole
    assert len(found) == len(set(found)) > 90


def test_the_list_of_an_intent_and_of_a_service(site):
    for query in ("intent=intent", "service=service"):
        document = checked(get(site, f"/articles?{query}"), LIST, "get")
        assert [one["slug"] for one in document["articles"]] == ["article", "rich"], query
    assert get(site, "/articles?service=other").json["articles"] == []


def test_an_article_has_its_parts(site):
    document = checked(get(site, "/articles/rich?lang=es"), ONE, "get")
    assert document["who"] == {"html": "<p>Usted.</p>\n", "text": "Usted."}
    assert document["answer"] == {
        "html": "<p>The answer is <strong>yes</strong>. (es)</p>\n",
        "text": "The answer is yes . (es)",
    }
    assert document["steps"] == [{"html": one, "text": one} for one in ("Llame.", "Wait.")]
    english = get(site, "/articles/rich").json
    assert english["steps"][0] == {"html": "Call <strong>us</strong>.", "text": "Call us ."}
    assert (document["lang"], document["other_language"]) == ("es", ["steps"])
    assert document["services"] == [
        {"slug": "service", "title": "Title of service (es)", "url": "http://localhost/es/services/service"}
    ]
    assert document["intents"] == [
        {"slug": "intent", "title": "Title of intent (es)", "url": "http://localhost/es/life-events/intent"}
    ]
    assert document["sources"] == [
        {"title": "The law", "url": "https://example.gov/law", "checked": "2026-11-01", "edition": None}
    ]
    assert (document["checked"], document["updated"], document["sensitive"]) == ("2026-11-01", "2026-11-01", False)


def test_what_is_not_translated_is_named(site):
    document = checked(get(site, "/articles/only-english?lang=es"), ONE, "get")
    assert (document["lang"], document["languages"]) == ("en", ["en"])
    assert document["other_language"] == ["title", "summary", "answer"]


def test_an_article_is_found_by_its_lasting_identifier(site):
    uid = get(site, "/articles/rich").json["id"]
    assert checked(get(site, f"/articles/{uid}"), ONE, "get")["slug"] == "rich"


@pytest.mark.parametrize(
    ("key", "status", "location"),
    [
        ("former", 301, "/api/v1/articles/only-english?lang=es"),
        ("merged", 301, "/api/v1/articles/rich?lang=es"),
        ("old", 410, None),
        ("inner", 404, None),
        ("unsure", 404, None),
        ("no-such", 404, None),
    ],
)
def test_other_addresses(site, key, status, location):
    answer = get(site, f"/articles/{key}?lang=es")
    assert (answer.status_code, answer.location) == (status, location)
    if status >= 400:
        checked(answer, ONE, "get")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lang=fr", "lang"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=x", "after"),
        ("after=00000000-0000-0000-0000-000000000000", "after"),
        ("intent=no-such", "intent"),
        ("service=no-such", "service"),
        ("service=A%20B", "service"),
    ],
)
def test_bad_parameters_get_a_problem_document(site, query, field):
    answer = get(site, f"/articles?{query}")
    assert list(checked(answer, LIST, "get")["errors"]) == [field]


@pytest.mark.parametrize("path", ["/articles?limit=2", "/articles/rich?lang=es"])
def test_an_unchanged_answer_is_not_sent_again_until_content_changes(site, path):
    first = get(site, path)
    assert first.headers["Cache-Control"].startswith("public, max-age=60")
    etag = first.headers["ETag"]
    again = get(site, path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    with site.app_context():
        title = article("rich")["title"]["en"]
        add_article("rich", title={"en": f"{title}!", "es": "Otra"}, steps=STEPS, who={"en": "*You*.", "es": "Usted."},
                    services=["service"], intents=["intent"])  # fmt: skip
    assert get(site, path, headers={"If-None-Match": etag}).status_code == 200


def test_one_article_takes_as_many_queries_as_a_list_of_many(client, starter, count_queries):
    def queries(path):
        client.get(f"/api/v1{path}")
        with starter.app_context(), count_queries() as count:
            assert client.get(f"/api/v1{path}").status_code == 200
        return count.number

    assert queries("/articles?limit=1") == queries("/articles?limit=100")

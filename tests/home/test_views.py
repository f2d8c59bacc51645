import datetime
import re

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.database import transaction
from portal.extensions import db
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app

DANGERS = {
    "en": {
        "my husband beats me": "violence-at-home",
        "I want to kill myself": "suicide-crisis",
        "my kids have had no food today": "no-food-today",
        "we have nowhere to sleep tonight": "no-shelter-tonight",
    },
    "es": {
        "mi esposo me golpea": "violence-at-home",
        "me quiero morir": "suicide-crisis",
        "no tenemos comida para hoy": "no-food-today",
        "no tengo donde dormir esta noche": "no-shelter-tonight",
    },
}
HARMLESS = [
    "suicide prevention month",
    "I lost my job",
    "food stamps",
    "killing time until my shift",
    "rent help",
    "my husband died",
    "subsidio de vivienda",
    "perdí mi trabajo",
]


@pytest.fixture
def client(starter):
    return starter.test_client()


@pytest.mark.parametrize(
    ("lang", "words"), [(lang, words) for lang, all_words in DANGERS.items() for words in all_words]
)
def test_words_of_danger_bring_help_first(client, lang, words):
    text = client.get(f"/{lang}/search", query_string={"q": words}).text
    main = text[text.index("<main") :]
    assert f'id="emergency-{DANGERS[lang][words]}"' in main
    assert main.index('class="pt-emergency"') < main.index("<h1")


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("I want to kill myslef", "suicide-crisis"),
        ("thinking about suicde", "suicide-crisis"),
        ("domestic violense", "violence-at-home"),
        ("my husband is abusing me", "violence-at-home"),
        ("my partner threatened to kill me", "violence-at-home"),
    ],
)
def test_danger_is_seen_in_misspelt_words_too(client, words, slug):
    assert f'id="emergency-{slug}"' in client.get("/en/search", query_string={"q": words}).text


def test_a_page_beyond_the_last_shows_the_last(client):
    assert 'class="pt-results"' in client.get("/en/search?q=food&page=999").text
    assert client.get("/en/services?page=999").text.count("pt-services") >= 1
    assert "No service fits" not in client.get("/en/services?page=999").text


@pytest.mark.parametrize("words", HARMLESS)
def test_harmless_words_do_not(client, words):
    assert 'class="pt-emergency"' not in client.get("/en/search", query_string={"q": words}).text


def test_suggestions_are_texts_with_addresses(client):
    found = client.get("/en/suggest?q=food st").json
    assert {"text": "food stamps", "url": "/en/services/snap", "kind": "Service"} in found
    assert client.get("/en/suggest?q=").json == []
    assert all(one["url"].startswith("/es/") for one in client.get("/es/suggest?q=ayuda").json)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "a" * 5000,
        "q=food&page=-3",
        "q=food&page=x",
        "q=food&page=999",
        "q=food&kind=x&place=y",
        "q=*:*",
        'q="',
    ],
)
def test_any_query_gets_a_page(client, query):
    assert client.get(f"/en/search?{query}").status_code == 200


def test_search_for_arabic_readers_finds_english_content_and_says_so(client):
    text = client.get("/ar/search?q=food").text
    assert 'lang="en" dir="ltr"' in text


def test_search_words_stand_in_no_title_and_only_in_links_to_the_same_search(client):
    response = client.get("/en/search?q=secretword")
    assert "secretword" not in response.text.split("</title>")[0]
    elsewhere = [
        link for link in re.findall(r'href="([^"]+)"', response.text) if not link.endswith("/search?q=secretword")
    ]
    assert [link for link in elsewhere if "secretword" in link] == []
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="robots" content="noindex"' in response.text


def test_ready_only_with_database_index_and_a_queue_that_moves(tmp_path):
    app = make_app(tmp_path)
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": True, "index": False, "queue": True})
    with app.app_context():
        rebuild_index()
    assert client.get("/readyz").status_code == 200
    with app.app_context(), transaction():
        jobs.enqueue("test.old", {})
        db.session.execute(sa.update(jobs.OutboxRow).values(created_at=datetime.datetime(2020, 1, 1)))
    assert client.get("/readyz").json == {"database": True, "index": True, "queue": False}
    close(app)


def test_metrics_count_what_waits(tmp_path):
    app = make_app(tmp_path)
    with app.app_context(), transaction():
        jobs.enqueue("test.waits", {})
    text = app.test_client().get("/metrics").text
    assert "portico_outbox_rows 1.0" in text
    assert "portico_content_version 1.0" in text
    close(app)


def test_a_question_is_answered_by_the_passage_of_an_article_with_its_source(client):
    page = client.get("/en/search", query_string={"q": "Can I get SNAP if I work?"}).text
    answer = page[page.index('class="pt-answer"') : page.index("</section>", page.index('class="pt-answer"'))]
    assert "Can I get SNAP if I have a job?" in answer
    assert "Many people who work get SNAP." in answer
    assert 'href="/en/articles/can-i-get-snap-if-i-work"' in answer
    assert page.index('class="pt-answer"') < page.index('class="pt-results"')


@pytest.mark.parametrize(
    "query",
    [
        {"q": "SNAP work"},
        {"q": "What is the capital of France?"},
        {"q": "Can I get SNAP if I work?", "page": "2"},
        {"q": "Can I get SNAP if I work?", "kind": "service"},
    ],
)
def test_no_answer_is_made_up(client, query):
    assert "pt-answer" not in client.get("/en/search", query_string=query).text

"""What the words of a search seem to say is asked on its page, and taken along to the check only with a yes."""

import datetime
import json
import re
from html import unescape

import pytest

from portal.database import transaction
from portal.eligibility import store
from portal.eligibility.store import Understood, Visit, Where
from portal.eligibility.understood import facts_taken_along
from tests.conftest import close, make_app

TEXT = "I lost my job and have two small kids"
SENSITIVE = "I am pregnant and my green card expired"


@pytest.fixture
def client(starter):
    return starter.test_client()


def page(client, text=TEXT, lang="en", **more):
    return client.get(f"/{lang}/search", query_string={"q": text, **more}).text


def block(text):
    found = re.search(r'<section class="pt-meant".*?</section>', text, re.S)
    return found.group() if found else ""


def boxes(text):
    """(fact, whether it is selected) of each box, and the values to send."""
    inputs = re.findall(r"<input[^>]*name=\"understood\"[^>]*>", text, re.S)
    values = [unescape(re.search(r'value="([^"]*)"', one).group(1)) for one in inputs]
    return {json.loads(value)[0]: " checked" in one for value, one in zip(values, inputs, strict=True)}, values


def test_each_finding_stands_with_its_words_and_a_way_to_take_it_away(client):
    found = block(page(client))
    assert 'href="/en/life-events/losing-a-job"' in found
    assert "profile=parents" in found
    assert "lost my job</bdi>" in found
    assert "two small kids</bdi>" in found
    links = re.findall(r'href="([^"]*without=\d+)#meant"', found)
    assert len(links) == 3


def test_what_was_taken_away_stays_away(client):
    first = re.search(r'href="([^"]*without=0)#meant"', block(page(client))).group(1)
    text = client.get(unescape(first)).text
    assert "life-events/losing-a-job" not in block(text)
    assert "profile=parents" in block(text)
    # The other links leave it out as well.
    assert all("without=0&amp;" in link for link in re.findall(r'href="([^"]*without=[12])#meant"', block(text)))
    assert block(page(client, without=["0", "1", "2", "3", "4", "5"])) == ""


@pytest.mark.parametrize("without", ["x", "-1", "9999999", "٣", ""])
def test_any_number_gets_a_page(client, without):
    assert client.get("/en/search", query_string={"q": TEXT, "without": without}).status_code == 200


@pytest.mark.parametrize("text", ["food stamps", "", "the weather on sunday"])
def test_no_question_that_nobody_needs(client, text):
    assert block(page(client, text)) == ""


def test_emergencies_stay_first(client):
    text = page(client, "my husband hits me and I lost my job")
    assert text.index('class="pt-emergency"') < text.index("<h1") < text.index('class="pt-meant"')


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_every_language_of_the_interface(client, lang):
    assert f"/{lang}/life-events/losing-a-job" in block(page(client, lang=lang))


def test_sensitive_facts_say_so_and_are_not_selected(client):
    found = block(page(client, SENSITIVE))
    selected, _ = boxes(found)
    assert selected == {"pregnant": False, "citizenship": False}
    assert found.count("This is sensitive") == 3
    assert boxes(block(page(client)))[0] == {"employment": True, "child_under_18": True, "youngest_child_age": True}


def test_facts_stand_in_no_address(client):
    text = page(client)
    assert not [link for link in re.findall(r'(?:href|action)="([^"]+)"', text) if "unemployed" in link]


def test_facts_taken_along_are_offered_on_their_questions(starter_folder, tmp_path):
    app = make_app(starter_folder)
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        _, values = boxes(block(page(client)))
        answer = client.post("/en/check", data={"understood": values, "answers": "keep", "intent": "losing-a-job"})
    assert answer.status_code == 303
    assert "unemployed" not in answer.headers["Location"]
    seen = []
    for number in range(1, 30):
        text = client.get(f"/en/check/questions/{number}").text
        if "You wrote" in text:
            seen.append(re.search(r"<p><strong><bdi[^>]*>(.*?)</bdi>", text, re.S).group(1).strip())
            data = {"asked": re.search(r'name="asked" value="([^"]+)"', text).group(1), "use": "words"}
        else:
            asked = re.search(r'name="asked" value="([^"]+)"', text)
            if asked is None:
                break
            skip = "dont_know" if "dont_know" in text else "prefer_not"
            data = {"asked": asked.group(1), "answer": skip, "skip": skip}
        client.post(f"/en/check/questions/{number}", data=data)
    assert "No, and looking for work" in seen
    assert "Yes" in seen
    close(app)


def test_only_possible_answers_are_taken_along(starter):
    with starter.app_context():
        taken = facts_taken_along(
            [
                '["employment", "unemployed", "lost my job"]',
                '["employment", "rich", "x"]',
                '["pregnant", 7, "x"]',
                '["nonsense", true, "x"]',
                '["pregnant", true]',
                "[" * 300,
                "x" * 1000,
                "7",
                "",
            ]
        )
    assert {key: tuple(one) for key, one in taken.items()} == {"employment": ("unemployed", "lost my job")}


def test_a_visit_keeps_what_was_understood(app):
    with transaction():
        visit = store.start({}, None, {"age": Understood(67, "I am 67")})
    opened = store.load(visit.key, datetime.timedelta(hours=1))
    assert isinstance(opened, Visit)
    assert opened.understood == {"age": Understood(67, "I am 67")}
    assert Where("age", 0) not in opened.answers

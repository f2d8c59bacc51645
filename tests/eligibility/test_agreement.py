"""The sample households of the content get the state that their file says, by every way of asking.

Each way takes the application and samples by service, and gives the state of each sample in their order.
"""

import datetime
import itertools
import re
import shutil
from html import unescape

import pytest
import sqlalchemy as sa

from portal.caching import today
from portal.catalogue.models import Service
from portal.catalogue.rules import AREA_NAMES
from portal.eligibility.forms import fields_of
from portal.eligibility.queries import rulebook
from portal.eligibility.rules.checks import household_answers
from portal.eligibility.rules.facts import NON_ANSWERS
from portal.eligibility.rules.households import SIZE, read_household
from portal.eligibility.rules.screening import screen
from portal.extensions import db, limiter
from tests.conftest import close, make_app


def by_operation(app, samples):
    with app.app_context():
        book = rulebook()
        for service, sample in samples:
            on = datetime.date.fromisoformat(sample["on"]) if "on" in sample else today()
            yield screen(book, read_household(household_answers(sample), book.facts, on), on, [service])[0].state


def by_api(app, samples):
    client = app.test_client()
    for service, sample in samples:
        answer = client.post("/api/v1/screenings", json={**household(sample), "services": [service]})
        yield answer.json["results"][0]["state"]


def by_api_in_bulk(app, samples):
    client = app.test_client()
    for service, own in itertools.groupby(samples, key=lambda one: one[0]):
        households = [household(sample) for _, sample in own]
        answer = client.post("/api/v1/screenings/bulk", json={"households": households, "services": [service]})
        for screening in answer.json["screenings"]:
            yield screening["results"][0]["state"]


def by_pages(app, samples):
    """As somebody who answers what is asked, and does not know what the sample does not tell.

    Gives the state that the page shows, and the one that the operation gives for the answers that were asked for.
    """
    with app.app_context():
        facts = rulebook().facts
    by_words = {text: fact for fact in facts.values() for text in (fact.question["en"], fact.question_other.get("en"))}
    for service, sample in samples:
        client = app.test_client()
        page = client.get(f"/en/check?service={service}").text
        page = post(client, "/en/check", page, service=service)
        told, people = {}, [{} for _ in sample.get("people", ())]
        while "/questions/" in page.request.path:
            fact = by_words[words_of("h1", page.text)]
            person = re.search(r"Person (\d+) of", page.text)
            number = int(person[1]) - 1 if person else 0
            raw = answer_in(sample, fact, number)
            (people[number - 1] if number and people else told)[fact.key] = "dont_know" if raw is None else raw
            page = post(client, page.request.path, page.text, **typed(fact, raw))
        assert page.request.path == "/en/check/results", (service, sample["name"])
        if any(people):
            told["people"] = people
        with app.app_context():
            home = read_household(told, facts, today())
            yield (
                re.search(r'<li class="pt-state--(\w+)"', page.text)[1],
                screen(rulebook(), home, today(), [service])[0].state,
            )


def post(client, path, page, **fields):
    hidden = dict(re.findall(r'name="(csrf_token|asked)"[^>]*value="([^"]+)"', page))
    response = client.post(path, data=hidden | fields, follow_redirects=True)
    assert response.status_code == 200, fields
    return response


def words_of(tag, page):
    return unescape(re.sub(r"<[^>]+>", "", re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.S)[1])).strip()


def answer_in(sample, fact, person):
    people = sample.get("people")
    if person:
        return people[person - 1].get(fact.key) if people else None
    if fact.key == SIZE and people is not None:
        return sample.get("facts", {}).get(SIZE, len(people) + 1)
    return sample.get("facts", {}).get(fact.key)


def typed(fact, raw):
    """What somebody types for an answer as it stands in JSON."""
    if raw is None:
        return {"skip": "dont_know" if "dont_know" in fact.non_answers else "prefer_not"}
    if fact.type == "area":
        return {"where": AREA_NAMES[raw]}
    if fact.type == "money" and not isinstance(raw, dict) and fact.unit and raw not in NON_ANSWERS:
        return {"answer": "exact", "amount": str(raw), "per": fact.unit.removeprefix("per_")}
    return fields_of(fact, raw)


def on_the_web(sample):
    """Whether its answers can be given on the pages, which take ranges only as they offer them, and ask today."""
    return "on" not in sample and not any(isinstance(raw, dict) for raw in sample.get("facts", {}).values())


def household(sample):
    return {"facts": household_answers(sample), **({"on": sample["on"]} if "on" in sample else {})}


# The pages stop to ask when a rule cannot be met any more; only further answers would tell these apart. They do not ask
# who gets a service already, but offer a button for it.
FINER = {("not_from_answers", "one_step_short"), ("not_from_answers", "likely_from")}
# Compared with the operation, which the files are.
WAYS = [by_api, by_api_in_bulk]


@pytest.fixture
def samples(starter):
    with starter.app_context():
        rows = db.session.execute(
            sa.select(Service.slug, Service.households).where(Service.status == "published").order_by(Service.slug)
        ).all()
    found = [(row.slug, sample) for row in rows for sample in row.households]
    assert len(found) > 300
    return found


def test_every_sample_household_gets_its_state(starter, samples):
    wrong = [
        f"{service}: {sample['name']}: {state}, not {sample['state']}"
        for (service, sample), state in zip(samples, by_operation(starter, samples), strict=True)
        if state != sample["state"]
    ]
    assert wrong == []


def test_the_pages_give_the_same_states(starter_folder, samples, tmp_path, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    shutil.copytree(starter_folder, tmp_path / "copy")
    app = make_app(tmp_path / "copy")
    shown = [one for one in samples if on_the_web(one[1])]
    assert len(shown) > 400
    wrong = [
        f"{service}: {sample['name']}: {web}, but {same} from the same answers, and {sample['state']} from all"
        for (service, sample), (web, same) in zip(shown, by_pages(app, shown), strict=True)
        if web != same or (sample["state"] not in (web, "already_receiving") and (web, sample["state"]) not in FINER)
    ]
    assert wrong == []
    close(app)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_asking_gives_the_same_states(starter, samples, way, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    assert list(way(starter, samples)) == list(by_operation(starter, samples))

"""Two editors and a translator at work on one article at once: nothing that anyone wrote is lost."""

import random

import pytest

from tests.editing.support import Browser, inputs
from tests.knowledge.support import add_article, article
from tests.staff import make_staff

STEPS = [{"en": "Call us", "es": "Llámenos"}, {"en": "Sign the form", "es": "Firme"}, {"en": "Wait"}]


class Writer:
    """Someone with a browser and a draft of the article, who types into the page that they opened last."""

    def __init__(self, office, staff, **typed):
        self.browser, self.typed = Browser(office, staff), typed
        self.path = self.form = None

    def begin(self):
        answer = self.browser.post("/admin/articles/shared/edit")
        assert answer.status_code == 303
        self.path = answer.location.removesuffix("/edit")

    def open(self):
        self.form = inputs(self.browser.get(f"{self.path}/edit").text, f"{self.path}/edit")

    def save(self):
        # A browser sends back what the page held and what was typed.
        answer = self.browser.client.post(f"{self.path}/edit", data=self.form | self.typed | {"do": "save"})
        assert answer.status_code == 303, answer.text

    def send(self):
        assert self.browser.post(f"{self.path}/send", self.path, note="Better").status_code == 303

    def approved_by(self, reviewer):
        assert reviewer.post(f"{self.path}/approve", self.path).status_code == 303


@pytest.fixture
def writers(office, staff):
    """An editor of the English text, a translator, and an editor of steps and phrases, with a reviewer."""
    with office.app_context():
        add_article(
            "shared",
            who={"en": "You.", "es": "Usted."},
            steps=STEPS,
            also_asked_as={"en": ["lost card"], "es": ["tarjeta perdida"]},
            situations={"en": ["I lost it."], "es": ["La perdí."]},
        )
    editor = Writer(
        office,
        staff["editor"],
        **{
            "text.en": "The answer is **no**.",
            "also_asked_as.en": "lost card\r\nstolen card",
            "situations.en": "It is gone.",
        },
    )
    translator = Writer(
        office,
        make_staff(office, "editor", name="Tina Translator"),
        **{
            "text.es": "La respuesta es **no**.",
            "also_asked_as.es": "tarjeta perdida\r\ntarjeta robada",
            "steps.2.es": "Espere",
            "who.es": "Para usted.",
        },
    )
    stepper = Writer(
        office,
        staff["second"],
        **{"steps.1.en": "Sign the form and date it", "steps.3.en": "Ask again after 30 days", "who.en": "For you."},
    )
    return [editor, translator, stepper], Browser(office, staff["reviewer"])


def orders(seed):
    """A shuffled order of the moves of three people, each of whom makes their own in order."""
    moves = [number for number in range(3) for _ in range(5)]
    random.Random(seed).shuffle(moves)
    return moves


WANTED = {
    "text": {"en": "The answer is **no**.", "es": "La respuesta es **no**."},
    "who": {"en": "For you.", "es": "Para usted."},
    "also_asked_as": {"en": ["lost card", "stolen card"], "es": ["tarjeta perdida", "tarjeta robada"]},
    "situations": {"en": ["It is gone."], "es": ["La perdí."]},
    "steps": [
        {"en": "Call us", "es": "Llámenos"},
        {"en": "Sign the form and date it", "es": "Firme"},
        {"en": "Wait", "es": "Espere"},
        {"en": "Ask again after 30 days"},
    ],
}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_all_three_are_published_and_nothing_is_lost(office, writers, seed):
    people, reviewer = writers
    steps = {
        number: iter((one.begin, one.open, one.save, one.send, lambda one=one: one.approved_by(reviewer)))
        for number, one in enumerate(people)
    }
    for number in orders(seed):
        next(steps[number])()
    assert all(next(rest, None) is None for rest in steps.values())
    with office.app_context():
        found = article("shared")
    assert {name: found[name] for name in WANTED} == WANTED
    history = reviewer.get("/admin/articles/shared/history").text
    for name in ("Edith Editor", "Tina Translator", "Sam Second"):
        assert f"Written by {name}, reviewed by Rita Reviewer" in history


def test_all_open_it_before_anyone_saves(office, writers):
    people, reviewer = writers
    for step in ("begin", "open", "save", "send"):
        for one in people:
            getattr(one, step)()
    for one in reversed(people):
        one.approved_by(reviewer)
    with office.app_context():
        found = article("shared")
    assert {name: found[name] for name in WANTED} == WANTED


def test_the_same_steps_in_two_ways_are_shown_side_by_side(office, writers, staff):
    """Who comes second sees both lists and writes a third; lines that are not translated stay where they are."""
    _, reviewer = writers
    with office.app_context():
        add_article("shared", steps=[STEPS[0], STEPS[2], STEPS[1]])
    one, two = (Writer(office, make_staff(office, "editor"), **{"steps.0.es": text}) for text in ("Llame", "Escriba"))
    for step in ("begin", "open", "save"):
        for each in (one, two):
            getattr(each, step)()
    one.send()
    one.approved_by(reviewer)
    answer = two.browser.post(f"{two.path}/send", two.path, note="Mine")
    assert answer.location == f"{two.path}/clashes"
    page = two.browser.get(answer.location).text
    assert "Steps (es)" in page
    for text in ("Llame", "Escriba"):
        assert text in page.replace("<mark>", "").replace("</mark>", "")
    choice = {"choice.steps.es": "own", "own.steps.es": "Llame o escriba\r\n\r\nFirme aquí"}
    form = inputs(page, answer.location) | choice
    assert two.browser.client.post(answer.location, data=form).status_code == 303
    two.send()
    two.approved_by(reviewer)
    with office.app_context():
        assert article("shared")["steps"] == [
            {"en": "Call us", "es": "Llame o escriba"},
            {"en": "Wait"},
            {"en": "Sign the form", "es": "Firme aquí"},
        ]

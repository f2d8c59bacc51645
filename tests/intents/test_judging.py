"""How well the judged texts are understood. The floors are what was reached; they only rise."""

import pytest

from portal.intents import queries
from portal.intents.understanding.judging import Counts, Fault, judge_crisis, judge_situations
from portal.intents.understanding.rules import Finding
from portal.judgements import JudgedPhrase, JudgedQuery, read_judgements


def situation(text, intents=(), profiles=()):
    return JudgedQuery("s-en-001", "en", "tune", text, (), (), intents, profiles)


def finds(kind, key):
    return Finding(kind, key, None, 0.9, ((0, 1),))


def test_counts():
    counts = Counts()
    assert counts.f1 == 100.0
    counts.add({"a", "b"}, {"b", "c"})
    counts.add({"a"}, {"a"})
    assert (counts.right, counts.wrong, counts.missed) == (2, 1, 1)
    assert round(counts.precision, 1) == round(counts.recall, 1) == round(counts.f1, 1) == 66.7


def test_situations_are_scored_by_kind():
    answers = {"one": [finds("intent", "a"), finds("profile", "p"), finds("fact", "f")], "two": [finds("intent", "b")]}
    figures = judge_situations(
        [situation("one", ("a",), ("p",)), situation("two", ("a",), ("p",))], lambda text: answers[text]
    )
    assert (figures.situations, figures.intents.right, figures.intents.wrong, figures.intents.missed) == (2, 1, 1, 1)
    assert (figures.profiles.right, figures.profiles.missed) == (1, 1)
    assert figures.faults == [Fault("s-en-001", "two", ("intent:a", "profile:p"), ("intent:b",))]


def test_alarms_are_scored():
    phrases = [JudgedPhrase(f"c-en-00{n}", "en", "tune", text, ("x",)) for n, text in enumerate(("seen", "not"))]
    harmless = [JudgedPhrase("h-en-001", "en", "tune", "seen"), JudgedPhrase("h-en-002", "en", "tune", "calm")]
    figures = judge_crisis(phrases, harmless, lambda text: ["x"] if text == "seen" else [])
    assert (figures.recall, figures.false_alarms) == (50.0, 50.0)
    assert [one.id for one in figures.missed] == ["c-en-001"]
    assert [one.besides for one in figures.flagged] == [("x",)]


@pytest.mark.parametrize(("split", "intents", "profiles"), [("tune", 90, 93), ("check", 70, 77)])
def test_what_was_reached(starter, split, intents, profiles):
    judged = read_judgements()
    with starter.app_context():
        figures = judge_situations([one for one in judged.situations if one.split == split], queries.understand)
    assert figures.intents.f1 >= intents
    assert figures.profiles.f1 >= profiles


def test_no_judged_danger_is_missed_and_few_look_alikes_are_flagged(starter):
    judged = read_judgements()
    with starter.app_context():
        alarms = judge_crisis(judged.crisis, judged.harmless, queries.emergency_slugs)
    assert [(one.text, one.missed) for one in alarms.missed] == []
    assert alarms.dangers == len(judged.crisis)
    assert alarms.false_alarms <= 2, [(one.text, one.besides) for one in alarms.flagged]


def test_the_command_prints_the_figures(starter):
    output = starter.test_cli_runner().invoke(args=["intents", "evaluate", "--split", "tune", "--misses"]).output
    assert "tune   intents     F1 " in output
    assert "tune   danger      100.0 %" in output
    assert "intent:" in output

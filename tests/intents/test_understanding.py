"""What is read from words: the language of cues, and the findings of those that ship."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.intents.understanding.cues import BadCue, cue_from
from portal.intents.understanding.files import FOLDER, read_cues, shipped_cues
from portal.intents.understanding.phrases import Phrase, PhraseIndex
from portal.intents.understanding.readings import read_text
from portal.intents.understanding.rules import understand
from portal.intents.understanding.weights import Weights

EN = shipped_cues().languages["en"].words
KNOWLEDGE = shipped_cues().with_phrases(
    PhraseIndex.of([Phrase("intent", "pay-taxes", "en", "earned income credit")]), {"intent": {"pay-taxes"}}
)
RULES = """
rules:
  - intents: [losing-a-job]
    profiles: [workers]
    facts: {employment: unemployed}
    en:
      - lost my job
  - facts: {household_size: <n>}
    number: {from: 2, to: 9}
    en:
      - family of <n>
  - facts: {household_income: <money>}
    en:
      - i make <n> [dollars] <per>
  - profiles: [veterans]
    about: self
    en:
      - veteran
    not:
      en:
        - veteran teacher
  - profiles: [carers]
    about: other
    en:
      - veteran
  - intents: [buy-food]
    topic: true
    en:
      - (pantry|hungry|grocer*)
"""


def found(text, knowledge=KNOWLEDGE):
    return [(one.kind, one.key, one.value) for one in understand(text, knowledge)]


def keys(text, kind):
    return {one.key for one in understand(text, KNOWLEDGE) if one.kind == kind}


def facts(text):
    return {one.key: one.value for one in understand(text, KNOWLEDGE) if one.kind == "fact"}


@pytest.fixture
def small(tmp_path):
    words = (FOLDER / "words.yaml").read_text()
    (tmp_path / "words.yaml").write_text(words)
    (tmp_path / "rules.yaml").write_text(RULES)
    cues = read_cues(tmp_path)
    assert cues.problems == ()
    return cues.with_phrases(PhraseIndex(), {})


# Readings


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I'm NOT a  vet… yes", " i am not a veteran yes "),
        ("He’ll say: don't!", " he will say , do not . "),
        ("$1,800.50/mo, 2.5 and 12.00", " 1800.5 , month , 2.5 and 12 "),
        ("67yo", " 67 years old "),
        ("my husband's car", " my husband car "),
        ("", "  "),
        ("Ñandú ﷺ", None),
    ],
)
def test_reading(text, plain):
    reading = read_text(text, EN.spellings)
    assert plain is None or reading.plain == plain
    assert len(reading.words) == len(reading.spans) == len(reading.starts)
    assert all(0 <= start < end <= len(text) for start, end in reading.spans)


# Cues


@pytest.mark.parametrize(
    ("cue", "text", "has"),
    [
        ("lost my job", "I LOST my, job", True),
        ("lost my job", "I lost. My job", False),
        ("lost [my] (job|night work)", "lost night work", True),
        ("lost .. job", "lost my very good job", True),
        ("lost .. job", "lost my not so good job", False),
        ("lost .. job", "lost my very good new job", False),
        ("lost .... job", "lost my very good new job", True),
        ("evict*", "they are evicting us", True),
        ("can't pay", "I can not pay", True),
        ("family of <n>", "a family of four", True),
        ("family of <n>", "a family of many", False),
        ("<n> <per> help", "200 every two weeks help", True),
        ("{kid} sick", "my toddlers sick", True),
        ("rent & behind", "I am behind, I can not pay the rent", True),
        ("rent & behind", "the rent is what we are behind with", True),
        ("rent & behind", "the rent is due. I am behind", False),
    ],
)
def test_cue(cue, text, has):
    reading = read_text(text, EN.spellings)
    assert bool(list(cue_from(cue, EN).find(reading.plain))) is has
    # What a cue finds has one of its anchors.
    anchors = cue_from(cue, EN).anchors
    assert not has or any(
        word.startswith(anchor[:-1]) if anchor.endswith("*") else word == anchor
        for anchor in anchors
        for word in reading.words
    )


@pytest.mark.parametrize(
    "cue", ["(a", "a)", "[a", "a |", "{none} a", "<x> a", "[a]", ".. <n>", "a*", "x" * 700, "( ) a", "a &", "a & <n>"]
)
def test_a_bad_cue_is_refused(cue):
    with pytest.raises(BadCue):
        cue_from(cue, EN)


def test_a_look_alike_cannot_be_of_two_sides():
    assert cue_from("a & b", EN)
    with pytest.raises(BadCue):
        cue_from("a & b", EN, narrow=True)


def test_a_cue_is_read_once():
    assert cue_from("lost my job", EN) is cue_from("lost my job", EN)


def test_the_gap_of_a_look_alike_stays_in_its_clause():
    reading = read_text("lost my job and need shelter", EN.spellings)
    assert list(cue_from("job .. shelter", EN).find(reading.plain))
    assert not list(cue_from("job .. shelter", EN, narrow=True).find(reading.plain))


# Rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I lost my job",
            [("intent", "losing-a-job", None), ("profile", "workers", None), ("fact", "employment", "unemployed")],
        ),
        ("My husband lost my job", [("intent", "losing-a-job", None), ("profile", "workers", None)]),
        ("we are a family of four", [("fact", "household_size", 4)]),
        ("we are a family of 14", []),
        ("family of four, no, family of five", []),
        ("I make $1,800 a month", [("fact", "household_income", {"amount": 1800, "per": "month"})]),
        ("I am a veteran", [("profile", "veterans", None)]),
        ("I am not a veteran", []),
        ("I am a veteran teacher", []),
        ("my father is a veteran", [("profile", "carers", None)]),
        ("a veteran, and no job", [("profile", "veterans", None)]),
        ("help for a veteran for my father", [("profile", "carers", None)]),
        ("groceries", []),
        ("groceries and more grocery", []),
        ("hungry, and no groceries", [("intent", "buy-food", None)]),
    ],
)
def test_what_follows(small, text, expected):
    assert found(text, small) == expected


def test_words_find_what_no_cue_knows_and_doubt_what_a_cue_found(small):
    told = Weights(
        {("intent", "buy-food"): {"": -2.0, "supper": 3.0}, ("profile", "veterans"): {"": 0.0, "clinic": -4.0}}
    )
    weighed = dataclasses.replace(small, weights=told)
    assert found("what is for supper", weighed) == [("intent", "buy-food", None)]
    (finding,) = understand("what is for supper", weighed)
    assert finding.evidence("what is for supper") == ("supper",)
    assert found("I am a veteran", weighed) == [("profile", "veterans", None)]
    assert found("I am a veteran at the clinic", weighed) == []


def test_evidence_is_the_words_as_they_were_typed(small):
    text = "So I  Lost   My Jbo... yes, LOST my job!"
    (intent,) = [one for one in understand(text, small) if one.kind == "intent"]
    assert intent.evidence(text) == ("LOST my job",)
    assert text[slice(*intent.spans[0])] == "LOST my job"


def test_a_damaged_rule_is_left_out_and_told(tmp_path):
    (tmp_path / "words.yaml").write_text((FOLDER / "words.yaml").read_text())
    (tmp_path / "a.yaml").write_text(RULES + "  - 7\n  - intents: [x]\n    en:\n      - (a\n")
    (tmp_path / "b.yaml").write_text("rules: [")
    cues = read_cues(tmp_path)
    assert [(one.file, one.rule) for one in cues.problems] == [("a.yaml", 7), ("a.yaml", 8), ("b.yaml", 0)]
    assert found("I lost my job", cues.with_phrases(PhraseIndex(), {}))[0] == ("intent", "losing-a-job", None)


# What ships


def test_the_example_of_the_issue():
    text = "I lost my job and have two small kids"
    assert keys(text, "intent") == {"losing-a-job"}
    assert keys(text, "profile") == {"workers", "parents"}
    assert facts(text) == {"employment": "unemployed", "child_under_18": True, "youngest_child_age": {"to": 5}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm 67 and live alone", {"age": 67}),
        ("Tengo 67 años y vivo sola", {"age": 67}),
        ("I am 6 months pregnant", {"pregnant": True}),
        ("We are a family of five", {"household_size": 5}),
        ("I make 450 a week", {"household_income": {"amount": 450, "per": "week"}}),
        ("gano 1,800 al mes", {"household_income": {"amount": 1800, "per": "month"}}),
        ("I am not a veteran", {"service_status": "none"}),
        ("no tengo hijos", {"child_under_18": False}),
        ("my father is a veteran", {"family_of_service_member": "child"}),
    ],
)
def test_facts(text, expected):
    told = facts(text)
    assert {key: told.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("I am not a veteran", "profile", "veterans"),
        ("no tengo hijos y busco trabajo", "profile", "parents"),
        ("I don't have cancer", "intent", "getting-seriously-ill"),
        ("my phone died", "intent", "death-of-a-loved-one"),
        ("where is the nearest park", "profile", "low-income"),
    ],
)
def test_what_is_not_said_is_not_found(text, kind, key):
    assert key not in keys(text, kind)


def test_sensitive_matters_are_marked():
    told = {one.key: one.sensitive for one in understand("I am pregnant and need the earned income credit", KNOWLEDGE)}
    assert told["pregnant"] is True
    assert told["pay-taxes"] is True
    assert told["parents"] is False


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text):
    for one in understand(text, KNOWLEDGE):
        assert 0.5 <= one.confidence <= 1
        assert one.evidence(text)

"""What the words of sources give, and the rule files that ship."""

import functools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.imports.readers import read_source
from portal.catalogue.imports.records import SourceRecord
from portal.cli.content.files import CONTENT
from portal.intents.classification_files import read_vocabularies, reference_problems, vocabularies
from portal.intents.classification_rules import Given, Rule, Vocabulary, classify, uncovered
from tests.support import needs

SHARED = Path(__file__).parents[3] / "shared" / "data"
SOURCES = {
    "benefits": ("us-benefits", SHARED / "us-federal-benefits", None),
    "federal": ("csv", SHARED / "us-federal-programs", "us-federal-programs"),
    "2022": ("csv", SHARED / "nyc", "nyc-programs-2022"),
    "2026": ("csv", SHARED / "nyc", "nyc-programs-2026"),
    "baltimore": ("hsds-jsonl", SHARED / "hsds" / "baltimore-charmcare-2019", "baltimore-charmcare-2019"),
}
RULES = {
    "who": Vocabulary(
        "who",
        {
            "Veterans": Rule(profiles=("veterans", "military-families"), only=True),
            "Tribes": Rule(profiles=("native-americans",), only=True),
            "Seniors": Rule(profiles=("seniors",)),
            "State": Rule(organisation=True),
            "Everyone": Rule(none="everyone"),
            "Hungry": Rule(profiles=("low-income",), intents=("buy-food",)),
        },
        at_most=4,
    )
}


def given_by(*values, scheme="who"):
    found = classify([(scheme, value) for value in values], RULES)
    return {slug: one.exclusive for slug, one in found.profiles.items()}, set(found.intents)


@pytest.mark.parametrize(
    ("values", "profiles", "intents"),
    [
        ((), {}, set()),
        (("Veterans",), {"veterans": True, "military-families": True}, set()),
        (("Veterans", "State"), {"veterans": True, "military-families": True}, set()),
        (("Veterans", "Tribes"), {"veterans": True, "military-families": True, "native-americans": True}, set()),
        (("Veterans", "Seniors"), {"veterans": False, "military-families": False, "seniors": False}, set()),
        (("Veterans", "Everyone"), {"veterans": False, "military-families": False}, set()),
        (("Veterans", "nobody knows"), {"veterans": False, "military-families": False}, set()),
        (("Hungry", "Seniors"), {"low-income": False, "seniors": False}, {"buy-food"}),
        (("Hungry", "Seniors", "State", "Everyone", "Tribes"), {}, set()),
    ],
)
def test_what_words_give(values, profiles, intents):
    assert given_by(*values) == (profiles, intents)


def test_a_scheme_without_rules_gives_nothing():
    assert given_by("Veterans", scheme="other") == ({}, set())


def test_each_profile_names_the_word_it_comes_from():
    found = classify([("who", "Tribes"), ("who", "State")], RULES)
    assert found.profiles == {"native-americans": Given("who", "Tribes", exclusive=True)}


slugs = st.sampled_from(["a", "b", "c", "d"])
some = st.lists(slugs, unique=True, max_size=3).map(tuple)
rules = st.builds(Rule, profiles=some, intents=some, only=st.booleans(), organisation=st.booleans())
values = st.sampled_from(["1", "2", "3", "4", "5"])
vocabulary = st.dictionaries(values, rules, max_size=5)
terms = st.lists(st.tuples(st.sampled_from(["x", "y"]), values), max_size=8)


@given(vocabulary, vocabulary, terms)
def test_a_service_gets_the_union_of_what_its_words_give(first, second, words):
    known = {"x": Vocabulary("x", first), "y": Vocabulary("y", second)}
    found = classify(words, known)
    ruled = [known[scheme].rules[value] for scheme, value in words if value in known[scheme].rules]
    assert set(found.profiles) == {slug for rule in ruled for slug in rule.profiles}
    assert set(found.intents) == {slug for rule in ruled for slug in rule.intents}
    assert found == classify(reversed(words), known)
    for slug, source in found.profiles.items():
        assert slug in known[source.scheme].rules[source.value].profiles
        assert (source.scheme, source.value) in words


@given(vocabulary, terms, st.integers(min_value=1, max_value=5))
def test_who_names_too_many_names_nobody(first, words, at_most):
    named = {value for scheme, value in words if scheme == "x"}
    found = classify(words, {"x": Vocabulary("x", first, at_most)})
    if len(named) > at_most:
        assert not found.profiles
        assert not found.intents
    else:
        assert found == classify(words, {"x": Vocabulary("x", first)})


def test_uncovered_values_the_most_frequent_first():
    counts = {("who", "Seniors"): 9, ("who", "New"): 1, ("who", "Newer"): 3, ("other", "State"): 2}
    assert uncovered(counts, RULES) == {"who": ["Newer", "New"], "other": ["State"]}


HEAD = "scheme: who\nsource: A test\nvalues:\n"


def read(tmp_path, text, name="who.yaml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    found, problems = read_vocabularies(tmp_path)
    return found, [str(problem) for problem in problems]


def test_a_sound_file(tmp_path):
    text = (
        HEAD + "  - value: Veterans\n    profiles: [veterans]\n    only: true\n  - {value: State, organisation: true}\n"
    )
    found, problems = read(tmp_path, text + "  - {value: All, none: everyone}\n")
    assert problems == []
    assert found["who"].rules == {
        "Veterans": Rule(profiles=("veterans",), only=True),
        "State": Rule(organisation=True),
        "All": Rule(none="everyone"),
    }


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{value: A}", "who.yaml: A: -: needs profiles or intents, or else organisation, or else none with a reason"),
        (
            "{value: A, profiles: [b], none: c}",
            "who.yaml: A: -: needs profiles or intents, or else organisation, or else none with a reason",
        ),
        ("{value: A, none: ''}", "who.yaml: A: none: must say why nothing fits"),
        ("{value: A, intents: [b], only: true}", "who.yaml: A: only: needs profiles"),
        ("{value: A, profiles: b}", "who.yaml: A: profiles: must be a list of slugs"),
        ("{value: A, profiles: [b, b]}", "who.yaml: A: profiles: names a slug twice"),
        ("{value: A, profiles: [b], only: false}", "who.yaml: A: only: must be true, or left out"),
        ("{value: A, intents: [b], profile: [c]}", "is none of intents, none, only, organisation, profiles, value"),
        ("{value: A, none: b, value: C}", "'value' stands twice"),
        ("{value: 3, none: b}", "who.yaml: -: value: entry 1 must have a value: a text of at most 200 characters"),
        ("{value: A, none: b}\n  - {value: A, none: c}", "who.yaml: A: value: stands twice"),
    ],
)
def test_what_is_wrong_with_an_entry(tmp_path, entry, problem):
    assert any(problem in found for found in read(tmp_path, f"{HEAD}  - {entry}\n")[1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must hold a scheme and a list of values"),
        ("scheme: who\nvalues: []\n", "source: must say where the words come from"),
        ("scheme: you\nsource: x\nvalues: []\n", "the file must be named you.yaml"),
        ("scheme: who\nsource: x\nat_most: 0\nvalues: []\n", "at_most: must be a number from 1"),
        ("scheme: [\n", "who.yaml: -: -: while parsing"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path, text, problem):
    assert any(problem in found for found in read(tmp_path, text)[1])


def test_references_are_checked():
    found = [str(one) for one in reference_problems(RULES, profiles={"veterans", "seniors"}, intents=set())]
    assert found == [
        "who.yaml: Veterans: profiles: there is no profile military-families",
        "who.yaml: Tribes: profiles: there is no profile native-americans",
        "who.yaml: Hungry: profiles: there is no profile low-income",
        "who.yaml: Hungry: intents: there is no intent buy-food",
    ]


def test_the_files_that_ship_are_sound():
    found, problems = read_vocabularies()
    slugs = {kind: {path.stem for path in (CONTENT / kind).rglob("*.yaml")} for kind in ("profiles", "intents")}
    assert [*problems, *reference_problems(found, **slugs)] == []
    assert len(found) == 10


@functools.cache
def real_terms(name):
    format_name, path, mapping = SOURCES[name]
    needs(path.exists(), f"{path.name} in /work/shared/data")
    return [
        [(term.scheme, term.value) for term in one.terms]
        for one in read_source(format_name, path, Path(f"{mapping}.yaml") if mapping else None)
        if isinstance(one, SourceRecord) and one.kind == "service"
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_every_word_of_a_real_source_has_a_rule(name):
    counts = Counter(term for words in real_terms(name) for term in words)
    assert counts
    assert uncovered(counts, vocabularies()) == {}


@pytest.mark.parametrize(
    ("name", "services", "with_profile", "with_intent"),
    [
        ("benefits", 79, 67, 78),
        ("federal", 2473, 854, 6),
        ("2022", 110, 79, 43),
        ("2026", 97, 64, 40),
        ("baltimore", 1875, 1128, 1140),
    ],
)
def test_how_far_the_rules_reach(name, services, with_profile, with_intent):
    """Exact numbers, so that whoever changes a rule sees what it does."""
    found = [classify(words, vocabularies()) for words in real_terms(name)]
    reached = (len(found), sum(bool(one.profiles) for one in found), sum(bool(one.intents) for one in found))
    assert reached == (services, with_profile, with_intent)

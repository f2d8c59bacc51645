"""Faults of facts, parameters and rules: each is found where it is, and not where it is not."""

import pytest

from portal.eligibility.rules.checks import (
    fact_faults,
    household_faults,
    leaf_faults,
    leaf_name,
    parameter_faults,
    rule_faults,
    text_faults,
    unused_facts,
)
from portal.eligibility.rules.facts import Fact
from portal.eligibility.rules.ruleset import Rulebook, ServiceRule

from .rules_support import DAY, SERVICE, SIZE_FACT, book_of, fact, leaf, parameter

A, B, C = fact("a"), fact("b"), fact("c", "choice")
AGE = fact("age", "age", min=0, max=120)
YEARS = fact("years", "number", "household", unit="years", min=0, max=60)
INCOME = fact("income", "money", "household", unit="per_month")
SAVINGS = fact("savings", "money", "household")
DATE = fact("d", "date")
AREA = fact("lives_in", "area")
ALL_FACTS = (A, B, C, AGE, YEARS, INCOME, SAVINGS, DATE, AREA, SIZE_FACT)
FACTS = {one.key: one for one in ALL_FACTS}
YEARLY = parameter(("2026-01-01", None, 16_000, 6000))
ONCE = parameter(("2026-01-01", None, 2000), unit="dollars", key="once")
LAW = {"law": {"key": "law"}}


def faults_of(criterion, parameters=None, facts=ALL_FACTS, **more):
    book = book_of(facts, criterion, parameters or {}, **{"sources": LAW, **more})
    return list(rule_faults(book, book.rules[0], DAY))


def cited(key, value=True, operator="equal", **more):
    return leaf(key, value, operator, source="law", **more)


# Conditions


@pytest.mark.parametrize(
    "condition",
    [
        leaf("a"),
        leaf("c", "red"),
        leaf("c", ["red", "blue"], "one_of"),
        leaf("age", 17.5, "at_least"),
        leaf("years", 10, "equal"),
        leaf("income", {"parameter": "limit", "percent": 130, "size": "household_size"}, "at_most"),
        leaf("savings", {"parameter": "once"}, "less_than"),
        leaf("years", {"parameter": "limit"}, "at_least"),
        leaf("d", "2026-01-01", "less_than"),
        leaf("d", {"ago": {"years": 2}}, "at_least"),
        leaf("lives_in", ["US-CA", "US-MD-baltimore-city"], "in_area"),
    ],
)
def test_a_sound_condition(condition):
    assert list(leaf_faults(condition, FACTS, YEARLY | ONCE)) == []


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        (leaf("x"), "unknown fact x"),
        (leaf("a", operator="is"), "unknown comparison is"),
        (leaf("a", "true"), "'true' is no value of a fact of type boolean"),
        (leaf("a", operator="at_least"), "at_least does not go with a fact of type boolean"),
        (leaf("c", "pink"), "'pink' is no value of a fact of type choice: one of red, green, blue"),
        (leaf("c", "dont_know"), "'dont_know' is no value of a fact of type choice: one of red, green, blue"),
        (leaf("c", ["red", "pink"], "one_of"), "'pink' is no value of a fact of type choice: one of red, green, blue"),
        (leaf("c", "red", "one_of"), "one_of does not go with 'red'"),
        (leaf("c", ["red"]), "equal does not go with ['red']"),
        (leaf("years", [1, 2], "one_of"), "one_of does not go with a fact of type number"),
        (leaf("age", [62], "none_of"), "none_of does not go with a fact of type age"),
        (leaf("age", "62", "at_least"), "'62' is no value of a fact of type age"),
        (leaf("years", True, "at_least"), "True is no value of a fact of type number"),
        (leaf("d", "2026-02-30", "at_least"), "'2026-02-30' is no value of a fact of type date"),
        (leaf("years", {"ago": {"years": 2}}, "at_least"), "a time ago does not go with a fact of type number"),
        (leaf("d", {"parameter": "limit"}, "at_least"), "a parameter does not go with a fact of type date"),
        (leaf("income", {"parameter": "x"}, "at_most"), "unknown parameter x"),
        (
            leaf("income", {"parameter": "once"}, "at_most"),
            "the unit of once, dollars, does not go with money that comes regularly",
        ),
        (
            leaf("savings", {"parameter": "limit"}, "at_most"),
            "the unit of limit, dollars_per_year, does not go with money that comes once",
        ),
        (
            leaf("income", {"parameter": "limit", "size": "years"}, "at_most"),
            "an amount can be for the household_size alone, not for years",
        ),
        (leaf("lives_in", "US-CA", "equal"), "equal does not go with a fact of type area"),
        (leaf("lives_in", ["California"], "in_area"), "'California' is no area"),
        (leaf("a", ["US-CA"], "in_area"), "in_area does not go with a fact of type boolean"),
    ],
)
def test_a_condition_that_makes_no_sense(condition, fault):
    assert fault in list(leaf_faults(condition, FACTS, YEARLY | ONCE))


def test_a_condition_is_called_by_its_fact_or_its_kind():
    assert [leaf_name(one) for one in (leaf("a"), {"ask": "agency"}, {"open_to": "everyone"})] == [
        "a",
        "ask",
        "open_to",
    ]


# Facts


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (fact("x", "choice", values={"dont_know": {}, "no": {}}), "dont_know cannot be a value"),
        (fact("x", only_if=leaf("nothing")), "only_if: unknown fact nothing"),
        (
            fact("x", ask_if=leaf("c", "pink")),
            "ask_if: 'pink' is no value of a fact of type choice: one of red, green, blue",
        ),
        (fact("x", only_if={"all": [{"ask": "agency"}]}), "only_if: ask is no condition on a fact"),
        (
            fact("x", about="household", only_if=leaf("a")),
            "only_if: a is of each person, this is not: it means the one who answers",
        ),
        (fact("x", only_if=leaf("x")), "is its own precondition"),
        (fact("x", only_if=leaf("a"), otherwise="no"), "otherwise: 'no' is no answer"),
        (fact("x", only_if=leaf("a"), otherwise="dont_know"), "otherwise: 'dont_know' is no answer"),
        (
            fact("x", "date", only_if=leaf("a"), otherwise="2026-01-01"),
            "otherwise: does not go with a fact of type date",
        ),
        (fact("x", shares={"true": 0.5, "maybe": 0.5}), "shares: 'maybe' is no answer"),
        (fact("x", "number", bands=(3, 2)), "bands must rise"),
    ],
)
def test_a_fault_of_a_fact(one, fault):
    assert fault in list(fact_faults(one, {**FACTS, "x": one}))


def test_a_circle_of_three_facts_is_found_in_each():
    circle = {key: fact(key, only_if=leaf(before)) for key, before in (("a", "c"), ("b", "a"), ("c", "b"))}
    for one in circle.values():
        assert list(fact_faults(one, circle)) == ["is its own precondition"]
    # A fact that only leads into a circle is not part of it.
    outside = fact("d", only_if=leaf("a"))
    assert list(fact_faults(outside, {**circle, "d": outside})) == []


def test_a_sound_fact():
    one = fact(
        "x", only_if={"any": [leaf("a"), {"not": leaf("b")}]}, otherwise=True, shares={"true": 0.5, "false": 0.5}
    )
    assert list(fact_faults(one, {**FACTS, "x": one})) == []
    assert [list(fact_faults(other, FACTS)) for other in FACTS.values()] == [[] for _ in FACTS]


# Parameters


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ([("2025-01-01", "2026-01-01", 1), ("2026-01-01", None, 2)], []),
        ([("2026-01-01", None, 2), ("2025-01-01", "2026-01-01", 1)], []),
        (
            [("2025-01-01", "2025-12-31", 1), ("2026-01-01", None, 2)],
            ["no value holds from 2025-12-31 until 2026-01-01"],
        ),
        ([("2025-01-01", "2026-06-01", 1), ("2026-01-01", None, 2)], ["two values hold on 2026-01-01"]),
        ([("2025-01-01", "2026-01-01", 1)], ["no value holds on 2026-11-22"]),
        ([("2027-01-01", None, 1)], ["no value holds on 2026-11-22"]),
        ([("2026-01-01", "2026-01-01", 1), ("2026-01-01", None, 1)], ["2026-01-01 is not before 2026-01-01"]),
    ],
)
def test_the_dates_of_a_parameter(values, faults):
    assert list(parameter_faults(parameter(*values)["limit"], DAY)) == faults


# Rules


@pytest.mark.parametrize(
    "criterion",
    [
        cited("a"),
        {"all": [cited("a"), {"any": [cited("b"), {"not": cited("c", "red")}]}]},
        {"all": [cited("age", 18, "at_least"), cited("age", 64, "at_most")]},
        {"at_least": 2, "of": [cited("a"), cited("b"), cited("c", "red")]},
        {"some_person": {"all": [cited("age", 5, "less_than"), cited("a")]}},
        # One of them is a child, another is old.
        {"all": [{"some_person": cited("age", 5, "less_than")}, {"some_person": cited("age", 80, "at_least")}]},
        {"open_to": "everyone", "source": "law"},
        {"all": [cited("a"), {"ask": "agency", "source": "law"}]},
        cited("household_size", 12, "at_least"),
        cited("lives_in", ["US-MD-baltimore-city"], "in_area"),
        cited("income", {"parameter": "limit", "size": "household_size"}, "at_most"),
        cited("years", 60, "at_least"),
        {
            "any": [
                cited("years", 5, "less_than", until="2027-01-01"),
                cited("years", 6, "less_than", **{"from": "2027-01-01"}),
            ]
        },
    ],
)
def test_a_sound_rule(criterion):
    assert faults_of(criterion, YEARLY) == []


@pytest.mark.parametrize(
    ("criterion", "fault"),
    [
        (leaf("a", source="other"), ("a", "names the source 'other', which is not listed")),
        (leaf("a"), ("a", "names the source None, which is not listed")),
        ({"ask": "agency"}, ("ask", "names the source None, which is not listed")),
        (cited("x"), ("x", "unknown fact x")),
        ({"all": [cited("a"), {"not": cited("a")}]}, ("the rule", "can never hold on 2026-11-22")),
        (
            {"any": [cited("a"), {"not": cited("a")}]},
            ("the rule", "always holds on 2026-11-22: write open_to: everyone where that is meant"),
        ),
        (
            {"all": [cited("age", 65, "at_least"), cited("age", 60, "less_than")]},
            ("the rule", "can never hold on 2026-11-22"),
        ),
        (
            {"all": [cited("a"), {"any": [cited("age", 60, "at_least"), cited("age", 65, "less_than")]}]},
            ("age", "always holds on 2026-11-22: write open_to: everyone where that is meant"),
        ),
        (cited("years", 61, "at_least"), ("the rule", "can never hold on 2026-11-22")),
        (cited("age", 130, "at_least"), ("the rule", "can never hold on 2026-11-22")),
        (
            cited("years", 0, "at_least"),
            ("the rule", "always holds on 2026-11-22: write open_to: everyone where that is meant"),
        ),
        (cited("c", ["red", "green", "blue"], "none_of"), ("the rule", "can never hold on 2026-11-22")),
        ({"at_least": 3, "of": [cited("a"), cited("b")]}, ("at_least", "needs 3 of 2 conditions")),
        (cited("a", until="2026-01-01"), ("", "no condition holds on 2026-11-22")),
        (cited("a", until="2027-01-01"), ("", "no condition holds on 2027-01-01")),
        (
            {"any": [cited("a", until="2027-01-01"), cited("a", **{"from": "2027-02-01"})]},
            ("a", "no condition holds from 2027-01-01 until 2027-02-01"),
        ),
        (
            {"any": [cited("a", until="2027-03-01"), cited("a", **{"from": "2027-02-01"})]},
            ("a", "two conditions hold on 2027-02-01"),
        ),
        (
            {"not": {"some_person": {"all": [cited("a", until="2027-03-01"), cited("a", **{"from": "2027-02-01"})]}}},
            ("a", "two conditions hold on 2027-02-01"),
        ),
        # What holds later is checked too.
        (
            {"all": [cited("a"), cited("a", value=False, **{"from": "2027-02-01"})]},
            ("the rule", "can never hold on 2027-02-01"),
        ),
    ],
)
def test_a_fault_of_a_rule(criterion, fault):
    assert fault in faults_of(criterion, YEARLY)


def test_what_a_fact_presupposes_counts_for_what_can_hold():
    inner = fact("inner", only_if=leaf("a"))
    facts = [*ALL_FACTS, inner]
    rule = {"all": [cited("inner"), {"not": cited("a")}]}
    assert ("the rule", "can never hold on 2026-11-22") in faults_of(rule, facts=facts)
    facts[-1] = fact("inner", only_if=leaf("a"), otherwise=True)
    assert faults_of(rule, facts=facts) == []


def test_already_is_checked_too():
    assert faults_of(cited("a"), already=leaf("x")) == [("already", "unknown fact x")]
    assert faults_of(cited("a"), already={"ask": "agency"}) == [("already", "ask is no fact")]
    assert faults_of(cited("a"), already=leaf("b")) == []


# Texts


def test_each_condition_needs_its_texts_in_each_language():
    both = {"en": "Yes", "es": "Sí"}
    known = fact("a", not_known=both)
    sound = {"all": [leaf("a", text=both, not_met=both), {"ask": "agency", "text": both}]}
    book = book_of([known], sound)
    assert list(text_faults(book, book.rules[0], ("en", "es"))) == []
    book = book_of([A], {"all": [leaf("a", text={"en": "Yes"}, not_met=both), {"ask": "agency", "text": {"es": "Sí"}}]})
    assert list(text_faults(book, book.rules[0], ("en", "es"))) == [
        ("a.text", "no text in es"),
        ("a.not_known", "no text in en"),
        ("a.not_known", "no text in es"),
        ("ask.text", "no text in en"),
    ]


# Facts that nothing needs


def test_unused_facts():
    facts = [
        fact("a", only_if=leaf("gate")),
        fact("gate", ask_if=leaf("before")),
        fact("before"),
        fact("got"),
        fact("imported", used_by=("pack",)),
        fact("nobody", only_if=leaf("nobody_else")),
        fact("nobody_else"),
        AREA,
    ]
    book = book_of(facts, {"not": {"some_person": leaf("a")}}, already=leaf("got"))
    assert unused_facts(book) == ["nobody", "nobody_else"]


# Sample households


def samples_of(criterion, households, **more):
    book = book_of(ALL_FACTS, criterion)
    return list(household_faults(book, book.rules[0], households, DAY, **more))


def sample(state, **facts):
    return {"name": f"Somebody {state}", "facts": facts, "state": state}


def test_sample_households_show_what_is_likely_what_not_and_what_is_not_known():
    good = [sample("likely", a=True), sample("not_from_answers", a=False), sample("needs_answer")]
    assert samples_of(leaf("a"), good) == []
    assert samples_of(leaf("a"), good[:1]) == [
        ("", "no sample household that is not likely (not_from_answers or one_step_short or likely_from)"),
        ("", "no sample household that is not known (needs_answer)"),
    ]
    assert samples_of(leaf("a"), good[:1], complete=False) == []
    assert samples_of({"open_to": "everyone"}, [sample("likely")]) == []
    asks = {"all": [leaf("a"), {"ask": "agency"}]}
    wanted = [sample("ask_a_person", a=True), sample("not_from_answers", a=False), sample("needs_answer")]
    assert samples_of(asks, wanted) == []


def test_a_sample_household_with_another_result_is_a_fault():
    found = samples_of({"all": [leaf("a"), leaf("b")]}, [sample("likely", a=True)], complete=False)
    assert found == [("Somebody likely", "is needs_answer, not likely (b)")]


def test_a_sample_household_that_cannot_be_read_is_a_fault():
    found = samples_of(leaf("a"), [sample("likely", a=5, x=1)], complete=False)
    assert found == [("Somebody likely", "a must be true or false; x is no fact")]


def test_a_sample_household_may_have_a_day_and_people():
    rule = {"some_person": leaf("age", 18, "at_least", **{"from": "2027-01-01"})}
    child = {"name": "Child", "on": "2027-06-01", "facts": {"age": 5}, "people": [{"age": 40}], "state": "likely"}
    assert samples_of(rule, [child], complete=False) == []


def test_facts_and_rules_without_any_fault_at_all_may_be_many():
    book = Rulebook(
        {"a": Fact("a", "person", "boolean", {"en": "?"})}, {}, [ServiceRule(SERVICE, cited("a"), sources=LAW)]
    )
    assert list(rule_faults(book, book.rules[0], DAY)) == []

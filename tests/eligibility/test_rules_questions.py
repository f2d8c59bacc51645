"""Which question comes next, and how many are left."""

import pytest

from portal.eligibility.rules.questions import NextQuestion, Remaining, next_question, ranked_questions, remaining
from portal.eligibility.rules.ruleset import Rulebook, ServiceRule

from .rules_support import DAY, SIZE_FACT, fact, home_of, leaf


def book_of(facts, **rules):
    known = {one.key: one for one in (*facts, SIZE_FACT)}
    return Rulebook(known, {}, [ServiceRule(name, rule) for name, rule in rules.items()])


def order(book, answers=None, services=None):
    found = ranked_questions(book, home_of(book, answers or {}), DAY, services)
    best = next_question(book, home_of(book, answers or {}), DAY, services)
    assert best == (found[0] if found else None)
    return [question.where[0] for question in found]


def left(book, **answers):
    return remaining(book, home_of(book, answers), DAY)


def test_a_question_names_the_services_that_it_touches():
    book = book_of([fact("a"), fact("b")], s1={"all": [leaf("a"), leaf("b")]}, s2=leaf("a"), s3=leaf("b", value=False))
    home = home_of(book, {"b": True})
    assert ranked_questions(book, home, DAY) == [NextQuestion(("a", 0), ("s1", "s2"))]
    assert ranked_questions(book, home, DAY, ["s3", "nothing"]) == []
    assert ranked_questions(book, home, DAY, ["s2"]) == [NextQuestion(("a", 0), ("s2",))]


def test_what_decides_more_services_comes_first():
    book = book_of([fact("a"), fact("b")], s1=leaf("a"), s2=leaf("b"), s3=leaf("b"))
    assert order(book) == ["b", "a"]


def test_what_is_more_likely_to_decide_comes_first():
    rare = fact("b", shares={"true": 0.02, "false": 0.98})
    book = book_of([fact("a"), rare], s1={"all": [leaf("a"), leaf("b")]})
    assert order(book) == ["b", "a"]
    book = book_of([fact("a"), rare], s1={"any": [leaf("a"), leaf("b")]})
    assert order(book) == ["a", "b"]


def test_what_is_easier_to_answer_comes_first():
    book = book_of([fact("a", cost=3), fact("b")], s1={"all": [leaf("a"), leaf("b")]})
    assert order(book) == ["b", "a"]


def test_pinned_questions_come_first_where_they_matter_and_sensitive_ones_last():
    facts = [
        fact("a", sensitivity="sensitive"),
        fact("b", cost=5),
        fact("c", pin=2),
        fact("d", pin=1),
        fact("e", pin=1),
    ]
    rules = {f"s{number}": {"all": [leaf("a"), leaf("b"), leaf("c"), leaf("d")]} for number in range(3)}
    book = book_of(facts, **rules, more=leaf("a"))
    assert order(book) == ["d", "c", "b", "a"]


def test_what_a_fact_presupposes_is_asked_before_it():
    book = book_of([fact("gate"), fact("a", only_if=leaf("gate"))], s1=leaf("a"))
    assert order(book) == ["gate"]
    assert order(book, {"gate": True}) == ["a"]
    assert order(book, {"gate": False}) == []


def test_what_makes_a_question_sensible_is_asked_before_it_without_counting_in_the_rule():
    book = book_of([fact("first"), fact("a", ask_if=leaf("first"))], s1=leaf("a"))
    assert order(book) == ["first"]
    assert order(book, {"first": True}) == ["a"]
    # The rule still needs to know.
    assert order(book, {"first": False}) == ["a"]
    assert order(book, {"first": "prefer_not"}) == ["a"]


def test_what_makes_no_sense_is_asked_last():
    facts = [fact("first"), fact("pinned", pin=1), fact("odd", ask_if=leaf("first"), pin=0), fact("b", cost=5)]
    book = book_of(facts, s1=leaf("odd"), s2=leaf("odd"), s3=leaf("b"), s4=leaf("pinned"))
    assert order(book, {"first": False}) == ["pinned", "b", "odd"]
    assert order(book, {"first": True}) == ["odd", "pinned", "b"]


@pytest.mark.parametrize("answer", ["dont_know", "prefer_not"])
def test_what_somebody_did_not_answer_is_not_asked_again(answer):
    book = book_of([fact("a"), fact("b")], s1={"all": [leaf("a"), leaf("b")]})
    assert order(book, {"a": answer}) == ["b"]
    assert order(book, {"a": answer, "b": True}) == []


def test_services_that_are_decided_ask_nothing():
    rules = [
        ServiceRule("closed", leaf("a"), closes=DAY.replace(year=2025)),
        ServiceRule("received", leaf("a"), already=leaf("got")),
        ServiceRule("asked of the agency", {"ask": "agency"}),
        ServiceRule("open", {"open_to": "everyone"}),
    ]
    book = Rulebook({one.key: one for one in (fact("a"), fact("got"), SIZE_FACT)}, {}, rules)
    assert order(book, {"got": True}) == []
    assert left(book, got=True) == Remaining(0, 0)
    assert order(book) == ["a"]


def test_people_of_the_home_are_asked_about_one_by_one():
    book = book_of([fact("a")], s1={"some_person": leaf("a")})
    home = home_of(book, {"household_size": 3, "a": False})
    assert [one.where for one in ranked_questions(book, home, DAY)] == [("a", 1), ("a", 2)]
    assert remaining(book, home, DAY) == Remaining(1, 2)
    assert order(book, {"a": False}) == ["household_size"]
    # Whoever answers comes before the others.
    home = home_of(book, {"household_size": 3})
    assert next_question(book, home, DAY).where == ("a", 0)


@pytest.mark.parametrize(
    ("rule", "answers", "range_"),
    [
        (leaf("a"), {}, (1, 1)),
        ({"all": [leaf("a"), leaf("b"), leaf("c")]}, {}, (1, 3)),
        ({"any": [leaf("a"), leaf("b")]}, {"a": False}, (1, 1)),
        ({"at_least": 2, "of": [leaf("a"), leaf("b"), leaf("c")]}, {}, (1, 3)),
        (leaf("inner"), {}, (1, 2)),
        (leaf("inner"), {"a": True}, (1, 1)),
        (leaf("after"), {}, (1, 2)),
        ({"some_person": leaf("a")}, {}, (1, 2)),
        ({"all": [leaf("a"), {"ask": "agency"}]}, {}, (1, 1)),
        ({"all": [leaf("a"), {"ask": "agency"}]}, {"a": True}, (0, 0)),
        (leaf("a"), {"a": True}, (0, 0)),
    ],
)
def test_how_many_questions_are_left(rule, answers, range_):
    facts = [fact("a"), fact("b"), fact("c"), fact("inner", only_if=leaf("a")), fact("after", ask_if=leaf("b"))]
    book = book_of(facts, s1=rule)
    assert left(book, **answers) == Remaining(*range_)


def test_the_fewest_questions_are_those_of_the_service_that_needs_most():
    pair = {"all": [{"any": [leaf("a"), leaf("b")]}, {"any": [leaf("c"), leaf("d")]}]}
    book = book_of([fact(key) for key in "abcd"], s1=leaf("a"), s2=pair)
    assert left(book) == Remaining(1, 4)


def test_the_order_is_always_the_same():
    facts = [fact(key) for key in "dbca"]
    book = book_of(facts, s1={"all": [leaf(key) for key in "dbca"]})
    assert order(book) == ["a", "b", "c", "d"]


def test_a_question_that_was_ranked_by_a_bound_is_the_best_of_all():
    """The next question is found without looking at all; it must be the first of the whole list."""
    facts = [
        fact(f"f{number}", cost=1 + number % 3, shares={"true": number / 40, "false": 1 - number / 40})
        for number in range(40)
    ]
    rules = {
        f"s{number}": {kind: [leaf(f"f{(number * step) % 40}") for step in (1, 3, 7)]}
        for number in range(40)
        for kind in ["all" if number % 2 else "any"]
    }
    book = book_of(facts, **rules)
    answers = {}
    while names := order(book, answers):
        answers[names[0]] = len(answers) % 2 == 0

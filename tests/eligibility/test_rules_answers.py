"""What may be answered, and what of it is understood."""

import datetime
import math

import pytest

from portal.eligibility.rules.facts import Interval, InvalidAnswer, NonAnswer, fact_from, read_answer
from portal.eligibility.rules.households import APPLICANT, SIZE, InvalidFacts, read_household

from .rules_support import CHOICES, DAY, SIZE_FACT, fact

HUGE = 10**400
BOOLEAN = fact("b")
CHOICE = fact("c", "choice")
NUMBER = fact("n", "number", "household", unit="years", min=0, max=60)
MONEY = fact("m", "money", "household", unit="per_month")
SAVINGS = fact("savings", "money", "household")
AGE = fact("age", "age", min=0, max=120)
DATE = fact("d", "date", "deceased")
AREA = fact("lives_in", "area")
FACTS = {one.key: one for one in (BOOLEAN, CHOICE, NUMBER, MONEY, SAVINGS, AGE, DATE, AREA, SIZE_FACT)}


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


def born(first, last):
    return Interval(day_number(first), day_number(last))


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (BOOLEAN, True, True),
        (BOOLEAN, False, False),
        (CHOICE, "red", "red"),
        (NUMBER, 7, Interval(7, 7)),
        (NUMBER, 0, Interval(0, 0)),
        (NUMBER, 2.5, Interval(2.5, 2.5)),
        (NUMBER, {"from": 10}, Interval(10, 60)),
        (NUMBER, {"to": 10}, Interval(0, 10)),
        (NUMBER, {"from": 3, "to": 5}, Interval(3, 5)),
        (NUMBER, {"from": None, "to": 5}, Interval(0, 5)),
        (MONEY, {"from": 1000, "to": 1500}, Interval(12_000, 18_000)),
        (MONEY, {"from": 10_000, "per": "year"}, Interval(10_000, math.inf)),
        (MONEY, 0, Interval(0, 0)),
        (SAVINGS, {"to": 2000}, Interval(0, 2000)),
        (AGE, 65, born("1960-11-23", "1961-11-22")),
        (AGE, 0, born("2025-11-23", "2026-11-22")),
        (AGE, {"from": 18, "to": 19}, born("2006-11-23", "2008-11-22")),
        (AGE, {"to": 17}, born("2008-11-23", "2026-11-22")),
        (AGE, "1961-11-22", born("1961-11-22", "1961-11-22")),
        (DATE, "2026-02-28", born("2026-02-28", "2026-02-28")),
        (DATE, {"from": "2026-01-01", "to": "2026-01-31"}, born("2026-01-01", "2026-01-31")),
        (DATE, {"from": "2026-01-01"}, born("2026-01-01", "9999-12-31")),
        (AREA, "US-CA", ("US-CA",)),
        (AREA, "US-MD-baltimore-city", ("US-MD-baltimore-city",)),
        (AREA, ["US-CA", "US-CO"], ("US-CA", "US-CO")),
        (AREA, "US", ("US",)),
        (BOOLEAN, "dont_know", NonAnswer.DONT_KNOW),
        (MONEY, "prefer_not", NonAnswer.PREFER_NOT),
    ],
)
def test_an_answer_is_read(asked, raw, value):
    assert read_answer(asked, raw, DAY) == value


@pytest.mark.parametrize(
    ("asked", "raw"),
    [
        *((BOOLEAN, raw) for raw in (1, 0, "true", "yes", None, [], {}, [True])),
        *((CHOICE, raw) for raw in ("pink", "", None, 1, True, ["red"], {"red": 1})),
        *((NUMBER, raw) for raw in ("7", None, True, [], {}, -1, 61, HUGE, -HUGE, math.inf, -math.inf, math.nan)),
        *(
            (NUMBER, raw)
            for raw in ({"from": 5, "to": 3}, {"from": "5"}, {"from": True}, {"at": 5}, {"from": 1, "x": 2})
        ),
        *(
            (NUMBER, raw)
            for raw in ({"from": None}, {"from": None, "to": None}, {"amount": 5}, {"from": 5, "per": "week"})
        ),
        *((NUMBER, raw) for raw in ({"to": HUGE}, {"from": -1}, {"to": math.nan})),
        *(
            (MONEY, raw)
            for raw in (-1, "1000", True, HUGE, 10**10, {"amount": None}, {"amount": 5, "to": 6}, {"per": "week"})
        ),
        *((MONEY, {"amount": 5, "per": per}) for per in ("day", "", None, 12, ["week"], {})),
        (SAVINGS, {"amount": 5, "per": "week"}),
        *(
            (AGE, raw)
            for raw in (-1, 121, 30.5, True, None, [], {}, HUGE, math.nan, "", "30", "1900-01-01", "2026-11-23")
        ),
        *(
            (AGE, raw)
            for raw in ({"from": 3, "to": 2}, {"from": 1.5}, {"from": "1960-01-01"}, {"from": 1, "per": "week"})
        ),
        *(
            (DATE, raw)
            for raw in ("2026-02-29", "2026-13-01", "20260101", "2026-W01-1", "2026-01-01T00:00", "", 20260101)
        ),
        *(
            (DATE, raw)
            for raw in (None, [], {}, {"from": None}, {"from": "2026-02-01", "to": "2026-01-01"}, {"on": "x"})
        ),
        *((AREA, raw) for raw in ("CA", "US-", "US-ZZ", "US-ca", "us-CA", "US-CA-", "US-CA-Los Angeles", "", None, 5)),
        *((AREA, raw) for raw in ([], [5], {}, ["US-CA", "x"], ["US-CA"] * 21, "US-CA-" + "a" * 80, "US-CA\n")),
        (fact("n", "number", non_answers=()), "dont_know"),
        (fact("n", "number", non_answers=("dont_know",)), "prefer_not"),
        (SIZE_FACT, 0),
        (SIZE_FACT, 2.5),
    ],
)
def test_a_wrong_answer_is_refused(asked, raw):
    with pytest.raises(InvalidAnswer) as raised:
        read_answer(asked, raw, DAY)
    assert str(raised.value)


def test_a_fact_is_made_from_its_record():
    record = {
        "key": "c",
        "about": "person",
        "type": "choice",
        "topic": "you",
        "question": {"en": "?"},
        "values": CHOICES,
        "shares": {"red": 0.2},
        "non_answers": ["dont_know"],
        "not_known": {"en": "-"},
    }
    made = fact_from(record)
    assert (made.shares, made.non_answers, made.sensitivity, made.cost) == ({"red": 0.2}, ("dont_know",), "ordinary", 1)
    assert fact_from({**record, "type": "boolean", "shares": {True: 0.1}}).shares == {"true": 0.1}


# Households


def read(answers):
    return read_household(answers, FACTS, DAY)


def test_a_household_of_whom_nothing_is_said_may_have_more_people():
    home = read({})
    assert (home.people, home.complete, home.values) == (1, False, {})


@pytest.mark.parametrize(
    ("answers", "people", "complete"),
    [
        ({SIZE: 1}, 1, True),
        ({SIZE: 4}, 4, True),
        ({SIZE: {"from": 2, "to": 4}}, 2, False),
        ({SIZE: {"from": 3}}, 3, False),
        ({SIZE: "dont_know"}, 1, False),
        ({SIZE: 25}, 20, False),
        ({"people": []}, 1, True),
        ({"people": [{}, {"age": 5}]}, 3, True),
        ({"people": [{}], SIZE: "dont_know"}, 2, True),
        ({"people": [{}, {}], SIZE: 2}, 3, True),
        ({"people": [{}], SIZE: 4}, 4, True),
        ({"people": [{}], SIZE: {"from": 2, "to": 4}}, 2, False),
    ],
)
def test_who_lives_in_the_home(answers, people, complete):
    home = read(answers)
    assert (home.people, home.complete) == (people, complete)


def test_the_people_tell_the_size_of_the_home():
    home = read({"people": [{}, {}]})
    assert home.value((SIZE, APPLICANT)) == Interval(3, 3)
    assert home.raw[SIZE, APPLICANT] == 3
    assert read({"people": [{}], SIZE: "dont_know"}).value((SIZE, APPLICANT)) == Interval(2, 2)


def test_what_is_not_known_has_no_value():
    home = read({"b": "dont_know", "c": "red"})
    assert (home.value(("b", APPLICANT)), home.value(("n", APPLICANT))) == (None, None)
    assert (home.value(("c", APPLICANT)), home.raw["c", APPLICANT]) == ("red", "red")


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"x": 1}, {"x": "is no fact"}),
        ({"y" * 200: 1}, {"y" * 100: "is no fact"}),
        ({"people": [{"n": 1}]}, {"people.0.n": "is not about a person of the home"}),
        (
            {"people": [{"age": 5}, {"b": 1, "x": 2}]},
            {"people.1.b": "must be true or false", "people.1.x": "is no fact"},
        ),
        ({"b": 1, "c": "pink"}, {"b": "must be true or false", "c": "must be one of red, green, blue"}),
        *(
            ({"people": people}, {"people": "must be a list of at most 19 people, each with facts"})
            for people in ({}, "", 3, [1], [None], [{}] * 20)
        ),
    ],
)
def test_every_fault_of_a_household_is_told(answers, faults):
    with pytest.raises(InvalidFacts) as raised:
        read(answers)
    assert raised.value.errors == faults
    assert all(path in str(raised.value) for path in faults)

"""Small facts, rules and households for tests of the rules, without a database."""

import datetime

from portal.eligibility.rules.conditions import FALSE, TRUE
from portal.eligibility.rules.facts import Fact
from portal.eligibility.rules.households import Household, read_household
from portal.eligibility.rules.ruleset import Rulebook, ServiceRule
from portal.eligibility.rules.screening import Result, screen

DAY = datetime.date(2026, 11, 22)
SERVICE = "help"
CHOICES = {name: {"en": name} for name in ("red", "green", "blue")}


def fact(key, type="boolean", about="person", **more):  # noqa: A002 - the word of the records
    if type == "choice":
        more.setdefault("values", CHOICES)
    return Fact(key, about, type, {"en": f"{key}?"}, **more)


SIZE_FACT = fact("household_size", "number", "household", unit="people", min=1, max=30)


def leaf(key, value=True, operator="equal", **more):
    return {"fact": key, "is": operator, "value": value, "text": {"en": f"{key} {operator} {value}"}, **more}


def parameter(*values, unit="dollars_per_year", key="limit"):
    """``values`` are (from, until, value) or (from, until, value, each_further)."""
    names = ("from", "until", "value", "each_further")
    dated = [dict(zip(names, one, strict=False), citation="Law", url="https://law.example/") for one in values]
    return {key: {"label": {"en": key}, "unit": unit, "values": dated}}


def book_of(facts, criterion, parameters=None, **rule):
    """A rulebook with one service; ``criterion`` may be a dict of rules by service instead."""
    known = {one.key: one for one in (*facts, SIZE_FACT)}
    return Rulebook(known, parameters or {}, [ServiceRule(SERVICE, criterion, **rule)])


def home_of(book, answers, on=DAY):
    return read_household(answers, book.facts, on)


def result_of(book, answers, on=DAY) -> Result:
    return screen(book, home_of(book, answers, on), on, [SERVICE])[0]


def state_of(book, answers, on=DAY):
    return result_of(book, answers, on).state.value


def value_of(book, home: Household, on=DAY, service=SERVICE):
    """True, False, or None where the rule is undecided."""
    rules = book.on(on)
    truth = rules.rules[service].root.value(rules.state(home, on))
    return {TRUE: True, FALSE: False}.get(truth)

"""Comparisons of facts in strong Kleene logic.

A truth is a pair of bit masks (true, false): each bit stands for one supposed answer, so that one pass over a rule
tells what each of many answers would make of it. All bits are the same where nothing is supposed: ``TRUE``, ``FALSE``
or ``UNKNOWN``. Interval answers are compared as a whole: what holds of every point holds, what holds of none does not,
and all else is unknown.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...catalogue.rules import parameter_on, serves_area
from .facts import PERIODS, Fact, Interval, Record, Value, born_by, months_before

Truth = tuple[int, int]
TRUE: Truth = (-1, 0)
FALSE: Truth = (0, -1)
UNKNOWN: Truth = (0, 0)
COMPARISONS = ("at_least", "more_than", "at_most", "less_than")
OPERATORS = ("equal", "not_equal", *COMPARISONS, "one_of", "none_of", "in_area", "not_in_area")
MEASURED = ("number", "money", "age", "date")


def invert(truth: Truth) -> Truth:
    return truth[1], truth[0]


def every(truths: Iterable[Truth]) -> Truth:
    """True where all are, false where one is."""
    met, failed = TRUE
    for true, false in truths:
        met &= true
        failed |= false
    return met, failed


def some(truths: Iterable[Truth]) -> Truth:
    """True where one is, false where all are."""
    met, failed = FALSE
    for true, false in truths:
        met |= true
        failed &= false
    return met, failed


def at_least(wanted: int, truths: Sequence[Truth]) -> Truth:
    """True where so many are, false where too many are false."""
    return _count(wanted, [one[0] for one in truths]), _count(len(truths) - wanted + 1, [one[1] for one in truths])


def _count(wanted: int, masks: Sequence[int]) -> int:
    """The bits that are set in at least so many masks."""
    if wanted <= 0:
        return -1
    reached = [-1] + [0] * wanted
    for mask in masks:
        for count in range(wanted, 0, -1):
            reached[count] |= reached[count - 1] & mask
    return reached[wanted]


@dataclass(frozen=True)
class Amount:
    """The value of a parameter that a condition compares with, with its date and citation."""

    key: str
    label: dict[str, str]
    unit: str
    value: float
    each_further: float
    since: str
    citation: str
    url: str


@dataclass(frozen=True)
class Test:
    """One comparison of one fact, the same wherever a rule makes it.

    ``limit`` gives what is compared with on a day, for a size of the home; None where nobody has said what holds then.
    """

    fact: Fact
    operator: str
    value: Any
    limit: Callable[[datetime.date, Interval | None], Interval | None] | None = None
    amount: Amount | None = None
    # The parameter has no value on this day.
    lacks_amount: bool = False
    # The amount is for the size of the home.
    by_size: bool = False

    @property
    def moves(self) -> bool:
        """Whether the passage of time alone can change what it says."""
        return self.fact.type == "age" or (self.fact.type == "date" and isinstance(self.value, dict))

    def truth(self, answer: Value | None, on: datetime.date, size: Interval | None = None) -> Truth:
        """What an answer makes of it on a day."""
        if answer is None:
            return UNKNOWN
        match self.operator:
            case "in_area":
                return _lies_in(answer, self.value)
            case "not_in_area":
                return invert(_lies_in(answer, self.value))
            case "one_of":
                return _either(answer in self.value, answer not in self.value)
            case "none_of":
                return _either(answer not in self.value, answer in self.value)
        if not isinstance(answer, Interval):
            same = answer == self.value
            return _either(same, not same) if self.operator == "equal" else _either(not same, same)
        if self.fact.type == "age":
            return _age_truth(self.operator, float(self.value), answer, on)
        limit = self.limit(on, size) if self.limit else None
        return UNKNOWN if limit is None else _compared(self.operator, answer, limit)


def make_test(fact: Fact, record: Record, parameters: Mapping[str, Record], on: datetime.date) -> Test:
    """The comparison of a leaf. A parameter without a value on ``on`` leaves it unknown, whatever is answered."""
    operator, value = record["is"], record["value"]
    if fact.type not in MEASURED or fact.type == "age":
        return Test(fact, operator, tuple(value) if isinstance(value, list) else value)
    if not isinstance(value, dict):
        number = datetime.date.fromisoformat(value).toordinal() if fact.type == "date" else value * fact.period
        fixed = Interval(number, number)
        return Test(fact, operator, value, lambda _on, _size: fixed)
    if "ago" in value:
        months = value["ago"].get("years", 0) * 12 + value["ago"].get("months", 0)
        days = value["ago"].get("days", 0)

        def ago(day: datetime.date, _size: Interval | None) -> Interval:
            then = months_before(day, months).toordinal() - days
            return Interval(then, then)

        return Test(fact, operator, value, ago)
    parameter = parameters.get(value["parameter"], {"values": []})
    found = parameter_on(parameter["values"], on)
    by_size = "size" in value
    if found is None:
        return Test(fact, operator, value, lacks_amount=True)
    times = value.get("percent", 100) / 100 * _periods(fact, parameter["unit"])
    first, each = found["value"] * times, found.get("each_further", 0) * times

    def amount(_day: datetime.date, people: Interval | None) -> Interval | None:
        if not by_size or each == 0:
            return Interval(first, first)
        if people is None:
            return None
        ends = [first + each * (max(end, 1) - 1) for end in people]
        return Interval(min(ends), max(ends))

    known = Amount(
        value["parameter"],
        parameter["label"],
        parameter["unit"],
        found["value"],
        found.get("each_further", 0),
        found["from"],
        found["citation"],
        found["url"],
    )
    return Test(fact, operator, value, amount, known, by_size=by_size and each != 0)


def _periods(fact: Fact, unit: str) -> int:
    """What turns an amount in a parameter's unit into the fact's own measure: dollars a year for regular money."""
    return PERIODS[unit.removeprefix("dollars_per_")] if fact.type == "money" and unit.startswith("dollars_per_") else 1


def _compared(operator: str, answer: Interval, limit: Interval) -> Truth:
    match operator:
        case "at_least":
            return _either(answer.low >= limit.high, answer.high < limit.low)
        case "more_than":
            return _either(answer.low > limit.high, answer.high <= limit.low)
        case "at_most":
            return _either(answer.high <= limit.low, answer.low > limit.high)
        case "less_than":
            return _either(answer.high < limit.low, answer.low >= limit.high)
    apart = answer.high < limit.low or answer.low > limit.high
    same = answer.low == answer.high == limit.low == limit.high
    return _either(same, apart) if operator == "equal" else _either(apart, same)


def _age_truth(operator: str, years: float, births: Interval, on: datetime.date) -> Truth:
    """Ages are completed years: older than 62 begins with the 63rd birthday."""
    old_enough = _born_by(births, born_by(on, years))
    older = _born_by(births, born_by(on, math.floor(years) + 1))
    match operator:
        case "at_least":
            return old_enough
        case "less_than":
            return invert(old_enough)
        case "more_than":
            return older
        case "at_most":
            return invert(older)
        case "equal":
            return every((old_enough, invert(older)))
    return some((invert(old_enough), older))


def _born_by(births: Interval, day: int) -> Truth:
    return _either(births.high <= day, births.low > day)


def _lies_in(answer: Value, areas: Mapping[str, Sequence[str]]) -> Truth:
    """Whether the area lived in is served. Several areas, of which it is one, must agree on it."""
    included, excluded = areas["include"], areas.get("exclude", ())
    if isinstance(answer, Interval | bool | str):
        raise TypeError("an area is a tuple of codes")

    def one(area: str) -> Truth:
        if serves_area(included, excluded, area):
            # Known only if no part of it is left out.
            return UNKNOWN if any(_is_part(named, area) for named in excluded) else TRUE
        parts = [named for named in included if _is_part(named, area)]
        return UNKNOWN if any(serves_area(parts, excluded, part) for part in parts) else FALSE

    truths = {one(area) for area in answer}
    return truths.pop() if len(truths) == 1 else UNKNOWN


def _is_part(area: str, of: str) -> bool:
    return area.startswith(f"{of}-")


def _either(holds: bool, fails: bool) -> Truth:
    return TRUE if holds else FALSE if fails else UNKNOWN

"""Facts: what can be known about a person, and how a typed answer becomes a value.

A value is an ``Interval`` for numbers, money, ages and dates, ``True`` or ``False``, the key of a choice, or the codes
of areas. Who does not answer leaves nothing known: ``NonAnswer`` says whether the question may be asked again.
"""

import calendar
import datetime
import enum
import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...catalogue.rules import AREA_NAMES, WHOLE_COUNTRY

# How many of each period a year has; money is compared by the year.
PERIODS = {"year": 1, "month": 12, "two_weeks": 26, "week": 52}
MAX_NUMBER = 1_000_000_000
MAX_AGE = 120
# A postcode can lie in several areas, but not in more than this.
MAX_AREAS = 20
SENSITIVITIES = ("ordinary", "personal", "sensitive")
Texts = dict[str, str]
Record = Mapping[str, Any]


class Interval(NamedTuple):
    """Everything from ``low`` to ``high``, both included; a single value where they are the same.

    Numbers stand in the fact's unit, money with a period in dollars a year, dates as day numbers, and ages as the day
    number of the birth.
    """

    low: float
    high: float


class NonAnswer(enum.Enum):
    """An answer that leaves the fact unknown. Only what somebody does not know may be asked again."""

    DONT_KNOW = "dont_know"
    PREFER_NOT = "prefer_not"


Value = Interval | bool | str | tuple[str, ...]
NON_ANSWERS = {one.value: one for one in NonAnswer}


class InvalidAnswer(ValueError):
    """An answer that the fact cannot have; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known; the texts hold one text for each language."""

    key: str
    about: str
    type: str
    question: Texts
    unit: str | None = None
    topic: str = "you"
    question_other: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    why: Texts = field(default_factory=dict)
    not_known: Texts = field(default_factory=dict)
    sensitivity: str = "ordinary"
    cost: int = 1
    non_answers: tuple[str, ...] = ("dont_know", "prefer_not")
    only_if: dict[str, Any] | None = None
    otherwise: Any = None
    ask_if: dict[str, Any] | None = None
    changeable: bool = False
    bands: tuple[float, ...] = ()
    min: float | None = None
    max: float | None = None
    shares: dict[str, float] = field(default_factory=dict)
    pin: int | None = None
    # Keys of the sources whose imported rules use it, though no rule of the starter content does.
    used_by: tuple[str, ...] = ()
    values: dict[str, Texts] = field(default_factory=dict)

    @property
    def of_each_person(self) -> bool:
        """Whether each person of the home has an answer of their own."""
        return self.about == "person"

    @property
    def period(self) -> int:
        """How many of the fact's periods a year has, for money that comes in regularly; 1 for all else."""
        return PERIODS[self.unit.removeprefix("per_")] if self.type == "money" and self.unit else 1


def fact_from(record: Record) -> Fact:
    """A fact from its record, of the shape that ``content/schema.json`` gives."""
    known = {name: record[name] for name in record if name in Fact.__slots__}
    for name in ("bands", "non_answers", "used_by"):
        if name in known:
            known[name] = tuple(known[name])
    known["shares"] = {str(value).lower(): share for value, share in record.get("shares", {}).items()}
    return Fact(**known)


def read_answer(fact: Fact, raw: Any, on: datetime.date) -> Value | NonAnswer:
    """The value of an answer as it stands in JSON. Raises InvalidAnswer.

    Numbers, money and ages may be given as ``{"from": 1000, "to": 1500}``, either end left out; money also with
    ``"per"`` and as ``{"amount": 300, "per": "week"}``; an age as years on the day ``on`` or as the date of birth.
    """
    if isinstance(raw, str) and raw in NON_ANSWERS:
        if raw not in fact.non_answers:
            raise InvalidAnswer(f"{raw} is no answer to this")
        return NON_ANSWERS[raw]
    match fact.type:
        case "boolean" | "choice":
            return _chosen(fact, raw)
        case "area":
            return _areas(raw)
        case "date":
            return _date_interval(raw)
        case "age":
            return _birth_interval(fact, raw, on)
    return _number_interval(fact, raw)


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day some months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    year = max(year, 1)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The first day of which ``months_before`` gives this day or a later one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(year, datetime.MAXYEAR - 1)
    if day.day <= calendar.monthrange(year, month + 1)[1]:
        return datetime.date(year, month + 1, day.day)
    return datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)


@functools.lru_cache(maxsize=4096)
def born_by(on: datetime.date, years: float) -> int:
    """The day number of the latest birth of someone who is that old on a day; half years count as six months."""
    return months_before(on, round(years * 12)).toordinal()


def day_aged(born: float, years: float) -> datetime.date:
    """The first day on which someone born on a day number is that old."""
    return months_after(datetime.date.fromordinal(int(born)), round(years * 12))


def _chosen(fact: Fact, raw: Any) -> bool | str:
    if fact.type == "boolean":
        if isinstance(raw, bool):
            return raw
        raise InvalidAnswer("must be true or false")
    if isinstance(raw, str) and raw in fact.values:
        return raw
    raise InvalidAnswer(f"must be one of {', '.join(fact.values)}")


def range_of(fact: Fact) -> Interval:
    """The smallest and the largest number that the fact can be, in its unit; for ages in years."""
    largest = MAX_AGE if fact.type == "age" else MAX_NUMBER
    return Interval(0 if fact.min is None else fact.min, largest if fact.max is None else fact.max)


def _number_interval(fact: Fact, raw: Any) -> Interval:
    times = fact.period
    if isinstance(raw, dict) and "per" in raw:
        if fact.type != "money" or fact.unit is None:
            raise InvalidAnswer("is not paid by a period")
        if not isinstance(raw["per"], str) or raw["per"] not in PERIODS:
            raise InvalidAnswer(f"per must be one of {', '.join(PERIODS)}")
        times = PERIODS[raw["per"]]
        raw = {name: value for name, value in raw.items() if name != "per"}
    low, high = _ends(raw, "amount" if fact.type == "money" else None)
    possible = range_of(fact)
    for end in (low, high):
        if end is not None and not possible.low <= end <= possible.high:
            raise InvalidAnswer(f"must be from {possible.low:g} to {possible.high:g}")
        if end is not None and fact.unit == "people" and end != int(end):
            raise InvalidAnswer("must be a whole number")
    highest = math.inf if fact.max is None else fact.max
    return Interval((possible.low if low is None else low) * times, (highest if high is None else high) * times)


def _birth_interval(fact: Fact, raw: Any, on: datetime.date) -> Interval:
    if isinstance(raw, str):
        born = _date_interval(raw)
        if not born_by(on, MAX_AGE + 1) < born.low <= born.high <= on.toordinal():
            raise InvalidAnswer("is not the date of birth of someone who lives")
        return born
    low, high = _ends(raw, None)
    possible = range_of(fact)
    for end in (low, high):
        if end is not None and (end != int(end) or not possible.low <= end <= possible.high):
            raise InvalidAnswer(f"must be whole years from {possible.low:g} to {possible.high:g}")
    oldest, youngest = (possible.high if high is None else high), (possible.low if low is None else low)
    return Interval(born_by(on, oldest + 1) + 1, born_by(on, youngest))


def _ends(raw: Any, single: str | None) -> tuple[float | None, float | None]:
    """Both ends of a number, or of a mapping with from and to; None for an end that is open."""
    if isinstance(raw, dict):
        if single and set(raw) == {single}:
            return _number(raw[single]), _number(raw[single])
        low = None if raw.get("from") is None else _number(raw["from"])
        high = None if raw.get("to") is None else _number(raw["to"])
        if not set(raw) <= {"from", "to"} or low is high is None:
            raise InvalidAnswer("must have from, to or both")
        if low is not None and high is not None and low > high:
            raise InvalidAnswer("from is more than to")
        return low, high
    return _number(raw), _number(raw)


def _number(raw: Any) -> float:
    # An integer of JSON can be too large to be a float.
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) <= MAX_NUMBER:
        raise InvalidAnswer("must be a number" if isinstance(raw, bool | str) else f"must be at most {MAX_NUMBER:,}")
    return raw


def _date_interval(raw: Any) -> Interval:
    """A day, or the days from one to another."""
    if isinstance(raw, dict) and raw and set(raw) <= {"from", "to"}:
        low = _day(raw["from"]) if raw.get("from") is not None else datetime.date.min.toordinal()
        high = _day(raw["to"]) if raw.get("to") is not None else datetime.date.max.toordinal()
        if raw.get("from") is raw.get("to") is None:
            raise InvalidAnswer("must have from, to or both")
        if low > high:
            raise InvalidAnswer("from is after to")
        return Interval(low, high)
    return Interval(_day(raw), _day(raw))


def _day(raw: Any) -> int:
    try:
        if not isinstance(raw, str) or not _DAY.fullmatch(raw):
            raise ValueError
        return datetime.date.fromisoformat(raw).toordinal()
    except ValueError:
        raise InvalidAnswer("must be a date such as 2026-11-22") from None


def _areas(raw: Any) -> tuple[str, ...]:
    codes = [raw] if isinstance(raw, str) else raw
    if not isinstance(codes, list | tuple) or not 0 < len(codes) <= MAX_AREAS or not all(map(is_area, codes)):
        raise InvalidAnswer("must be the code of an area, such as US-CA, or a list of codes")
    return tuple(codes)


def is_area(code: Any) -> bool:
    """Whether something is the code of the country, of a state or territory, or of a part of one."""
    if not isinstance(code, str) or len(code) > 80:
        return False
    return code == WHOLE_COUNTRY or (code[:5] in AREA_NAMES and _PART.fullmatch(code, 5) is not None)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PART = re.compile(r"(-[a-z0-9]+)*")

"""Answers, amounts and names of topics in the words of the page's language."""

import datetime
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from ..catalogue.places.queries import area_names
from ..components import amount_in_words, conventions, long_date
from ..i18n import pick
from .rules.conditions import Amount, Test
from .rules.facts import NON_ANSWERS, Fact, Interval

# In this order answers are listed.
TOPICS = {
    "you": lazy_gettext("You"),
    "home": lazy_gettext("Your home"),
    "family": lazy_gettext("Your family"),
    "money": lazy_gettext("Money"),
    "work": lazy_gettext("Work"),
    "study": lazy_gettext("School and college"),
    "health": lazy_gettext("Health"),
    "military": lazy_gettext("Military service"),
    "death": lazy_gettext("The person who died"),
    "disaster": lazy_gettext("Disaster"),
    "safety": lazy_gettext("Safety and the law"),
    "business": lazy_gettext("Business"),
    "taxes": lazy_gettext("Taxes"),
}
DONT_KNOW = lazy_gettext("I do not know")
PREFER_NOT = lazy_gettext("I prefer not to say")


def question_text(fact: Fact, person: int, lang: str) -> Any:
    """The question to the one who answers, or about another person of the home."""
    texts = fact.question_other if person and fact.question_other else fact.question
    return pick(texts, lang) or fact.key


def person_words(person: int, people: int) -> str:
    """Which person of the home a question is about."""
    return str(_("Person %(number)s of %(people)s in your home", number=person + 1, people=max(people, person + 1)))


def topic_words(topic: str) -> str:
    return str(TOPICS.get(topic, topic))


def answer_words(fact: Fact, raw: Any, lang: str) -> str:
    """An answer as somebody would say it."""
    if isinstance(raw, str) and raw in NON_ANSWERS:
        return str(DONT_KNOW if raw == "dont_know" else PREFER_NOT)
    match fact.type:
        case "boolean":
            return str(_("Yes") if raw else _("No"))
        case "choice":
            return pick(fact.values.get(raw), lang) or str(raw)
        case "area":
            return "; ".join(area_names([raw] if isinstance(raw, str) else raw).values())
        case "date" | "age" if isinstance(raw, str):
            day = long_date(raw)
            return str(_("born on %(date)s", date=day)) if fact.type == "age" else day
    if isinstance(raw, dict) and "amount" in raw:
        return quantity(fact, raw["amount"], raw.get("per"))
    if isinstance(raw, dict):
        return range_words(fact, raw)
    return quantity(fact, raw)


def range_words(fact: Fact, band: dict[str, Any]) -> str:
    """A range of numbers: up to $1,000 a month; $1,000 to $1,500 a month; 100 or more."""
    low, high, per = band.get("from"), band.get("to"), band.get("per")
    if low is None or low == high:
        return (
            quantity(fact, high, per)
            if not high or low == high
            else str(_("Up to %(amount)s", amount=quantity(fact, high, per)))
        )
    if high is None:
        if fact.type == "money":
            return str(_("More than %(amount)s", amount=quantity(fact, low, per)))
        return str(_("%(amount)s or more", amount=quantity(fact, low, per)))
    first = amount_in_words(low, "dollars") if fact.type == "money" else number(low)
    return str(_("%(low)s to %(high)s", low=first, high=quantity(fact, high, per)))


def quantity(fact: Fact, value: Any, per: str | None = None) -> str:
    """A number with the unit of its fact: $3,417 a month; 10 years; 67 years old."""
    if fact.type == "money":
        period = per or (fact.unit.removeprefix("per_") if fact.unit else None)
        return money(value, period)
    if fact.type == "age":
        return str(ngettext("%(num)s year old", "%(num)s years old", value))
    if fact.unit == "percent":
        return amount_in_words(value, "percent")
    words = {
        "years": ngettext("%(num)s year", "%(num)s years", value),
        "months": ngettext("%(num)s month", "%(num)s months", value),
        "days": ngettext("%(num)s day", "%(num)s days", value),
        "hours": ngettext("%(num)s hour", "%(num)s hours", value),
        "people": ngettext("%(num)s person", "%(num)s people", value),
    }
    return str(words.get(fact.unit or "") or number(value))


def money(value: float, period: str | None) -> str:
    """Dollars, by a period where they come regularly."""
    amount = amount_in_words(value, "dollars")
    return {
        None: amount,
        "year": str(_("%(amount)s a year", amount=amount)),
        "month": str(_("%(amount)s a month", amount=amount)),
        "two_weeks": str(_("%(amount)s every two weeks", amount=amount)),
        "week": str(_("%(amount)s a week", amount=amount)),
    }[period]


def period_choices() -> list[tuple[str, str]]:
    """How often money comes, with its words."""
    return [
        ("year", str(_("a year"))),
        ("month", str(_("a month"))),
        ("two_weeks", str(_("every two weeks"))),
        ("week", str(_("a week"))),
    ]


def number(value: float) -> str:
    """A number as the language writes it."""
    return format_decimal(value, locale=conventions())


def limit_words(test: Test, on: datetime.date, size: Interval | None) -> str | None:
    """The amount that an answer was compared with, in the unit of its fact; None where that is not known."""
    limit = test.limit(on, size) if test.limit else None
    if limit is None or limit.low != limit.high:
        return None
    return quantity(test.fact, round(limit.low / test.fact.period, 2))


def amount_words(amount: Amount) -> str:
    """The value of a parameter."""
    return amount_in_words(amount.value, amount.unit)

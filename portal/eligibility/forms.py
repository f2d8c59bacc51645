"""Answers as people type them: from the fields of a question to the answer as it stands in JSON, and back."""

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ..catalogue.places.queries import MAX_CHARACTERS, find_places, similar_places
from ..catalogue.places.rules import Place
from ..forms import PostForm
from .rules.facts import MAX_AGE, MAX_NUMBER, NON_ANSWERS, PERIODS, Fact, InvalidAnswer, read_answer

EXACT = "exact"
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")
_PLAIN = re.compile(r"\d+(\.\d{1,2})?")
_SIGNS = str.maketrans({"٬": ",", "٫": ".", "$": "", " ": "", "\u00a0": "", "\u202f": "", "\u200e": "", "\u200f": ""})


class WrongAnswer(ValueError):
    """What was typed is no answer. ``field`` is the input that it is about.

    Where a place is not clear, ``places`` are those that can be meant.
    """

    def __init__(self, field: str, message: str, places: list[Place] | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.places = places or []


class CodeForm(PostForm):
    """The code that somebody comes back with."""

    code = StringField(
        lazy_gettext("Your code"),
        description=lazy_gettext("It has 16 letters and digits, such as abcd-efgh-jkmn-pqrs."),
        validators=[InputRequired(lazy_gettext("Enter your code")), Length(max=100)],
    )


def typed_answer(fact: Fact, form: Mapping[str, str], on: datetime.date) -> Any:
    """The answer that the fields of a question give. Raises WrongAnswer."""
    answer = form.get("answer", "")
    declined = form.get("skip") or answer
    if declined in NON_ANSWERS and declined in fact.non_answers:
        return declined
    raw = _READERS[fact.type](fact, form, answer)
    try:
        read_answer(fact, raw, on)
    except InvalidAnswer:
        if fact.type == "age" and isinstance(raw, str):
            raise WrongAnswer("year", _("Check the date of birth. It must be in the past")) from None
        raise WrongAnswer(first_input(fact), _impossible(fact)) from None
    return raw


def fields_of(fact: Fact, raw: Any) -> dict[str, str]:
    """What stands in the fields of a question that was answered before."""
    if raw is None:
        return {}
    if isinstance(raw, str) and raw in NON_ANSWERS:
        return {"answer": raw}
    if fact.type == "boolean":
        return {"answer": "yes" if raw else "no"}
    if fact.type == "choice":
        return {"answer": raw}
    if isinstance(raw, str):
        year, month, day = raw.split("-")
        return {"year": year, "month": str(int(month)), "day": str(int(day))}
    if isinstance(raw, dict | int | float):
        return _amount_fields(fact, raw)
    return {}


def bands_of(fact: Fact) -> list[dict[str, float]]:
    """The ranges that somebody may choose from, each as the answer that it is."""
    if not fact.bands or fact.type not in ("number", "money", "age"):
        return []
    whole = fact.type != "money"
    ranges: list[dict[str, float]] = []
    low: float | None = fact.min if fact.min else None
    for limit in fact.bands:
        ranges.append({"to": limit} if low is None else {"from": low, "to": limit})
        low = limit + (1 if whole else 0)
    if fact.max is None or low is None or low <= fact.max:
        ranges.append({"from": low or 0})
    return ranges


def first_input(fact: Fact) -> str:
    """The id of the first input of a question, which errors link to."""
    if fact.type == "date":
        return date_order()[0]
    if fact.type == "area":
        return "where"
    if fact.type in ("boolean", "choice") or fact.bands:
        return "answer"
    return "amount"


def date_order(lang: str = "en") -> tuple[str, str, str]:
    """The order of the fields of a date."""
    return ("day", "month", "year") if lang == "ar" else ("month", "day", "year")


def plain_digits(text: str) -> str:
    """The same with the digits 0 to 9, whatever digits were typed."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _boolean(_fact: Fact, _form: Mapping[str, str], answer: str) -> bool:
    if answer not in ("yes", "no"):
        raise WrongAnswer("answer", _("Select an answer"))
    return answer == "yes"


def _choice(fact: Fact, _form: Mapping[str, str], answer: str) -> str:
    if answer not in fact.values:
        raise WrongAnswer("answer", _("Select an answer"))
    return answer


def _amount(fact: Fact, form: Mapping[str, str], answer: str) -> Any:
    ranges = {f"band-{index}": band for index, band in enumerate(bands_of(fact))}
    if answer in ranges:
        return ranges[answer]
    # Somebody who types an amount need not say that it is an exact one.
    if ranges and answer != EXACT and not form.get("amount", "").strip():
        raise WrongAnswer("answer", _("Select an answer"))
    number = _number(fact, form.get("amount", ""))
    if fact.type != "money":
        return number
    if fact.unit is None:
        return {"amount": number}
    per = form.get("per", "")
    if per not in PERIODS:
        raise WrongAnswer("per", _("Select how often"))
    return {"amount": number, "per": per}


def _number(fact: Fact, text: str) -> float:
    typed = plain_digits(text.strip().translate(_SIGNS))
    if not typed:
        raise WrongAnswer("amount", _("Enter an amount") if fact.type == "money" else _("Enter a number"))
    if not (_PLAIN.fullmatch(typed) or _GROUPED.fullmatch(typed)) or len(typed) > 20:
        example = {"money": "1500", "age": "63"}.get(fact.type, "12")
        raise WrongAnswer("amount", _("Enter a number, such as %(example)s", example=example))
    value = float(typed.replace(",", ""))
    if value % 1 and (fact.type == "age" or fact.unit == "people"):
        raise WrongAnswer("amount", _("Enter a whole number"))
    smallest, largest = _limits(fact)
    if not smallest <= value <= largest:
        raise WrongAnswer("amount", _impossible(fact))
    return int(value) if value % 1 == 0 else value


def _limits(fact: Fact) -> tuple[float, float]:
    if fact.type == "money":
        return 0, MAX_NUMBER
    return fact.min or 0, fact.max or (MAX_AGE if fact.type == "age" else MAX_NUMBER)


def _impossible(fact: Fact) -> str:
    if fact.type in ("number", "age", "money"):
        smallest, largest = _limits(fact)
        if math.isfinite(largest) and largest < MAX_NUMBER:
            return str(_("Enter a number from %(low)s to %(high)s", low=f"{smallest:g}", high=f"{largest:g}"))
        return str(_("Enter a smaller number"))
    return str(_("This answer is not possible"))


def _age(fact: Fact, form: Mapping[str, str], answer: str) -> Any:
    dated = any(form.get(name, "").strip() for name in date_order())
    if not dated:
        return _amount(fact, form, answer)
    if form.get("amount", "").strip():
        raise WrongAnswer("amount", _("Enter either the age or the date of birth, not both"))
    return _date(fact, form, answer)


def _date(_fact: Fact, form: Mapping[str, str], _answer: str) -> str:
    numbers = {}
    for name, message in (
        ("month", _("Enter a month as a number from 1 to 12")),
        ("day", _("Enter a day as a number from 1 to 31")),
        ("year", _("Enter a year with four digits, such as 1984")),
    ):
        text = plain_digits(form.get(name, "").strip())
        low, high, digits = {"month": (1, 12, 2), "day": (1, 31, 2), "year": (1850, 2200, 4)}[name]
        if not text.isdecimal() or len(text) > digits or not low <= int(text) <= high:
            raise WrongAnswer(name, message)
        numbers[name] = int(text)
    try:
        day = datetime.date(**numbers)
    except ValueError:
        raise WrongAnswer("day", _("This month does not have so many days")) from None
    return day.isoformat()


def _amount_fields(fact: Fact, raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        return {"answer": EXACT, "amount": f"{raw:.10g}"}
    if "amount" in raw:
        return {"answer": EXACT, "amount": f"{raw['amount']:.10g}", "per": raw.get("per", "")}
    bands = bands_of(fact)
    return {"answer": f"band-{bands.index(raw)}"} if raw in bands else {}


def _area(_fact: Fact, form: Mapping[str, str], _answer: str) -> list[str]:
    """Only the areas are kept, not the postcode that was typed."""
    typed = " ".join(plain_digits(form.get("where", "")).split())[:MAX_CHARACTERS]
    if not typed:
        raise WrongAnswer("where", _("Enter a ZIP code, a city or a state"))
    found = find_places(typed)
    similar = [] if found else similar_places(typed)
    chosen = [place for place in [*found, *similar] if place.key == form.get("place")]
    if len(found) == 1 or chosen:
        return list((chosen or found)[0].areas)
    if found:
        raise WrongAnswer("place", _("Several places have this name. Select yours"), found)
    if similar:
        raise WrongAnswer("place", _("We do not know this place. Select yours, or enter it in another way"), similar)
    raise WrongAnswer("where", _("We do not know this place. Try the ZIP code, or the name of the state"))


_READERS = {
    "boolean": _boolean,
    "choice": _choice,
    "number": _amount,
    "money": _amount,
    "age": _age,
    "date": _date,
    "area": _area,
}

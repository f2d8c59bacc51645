"""The rows of the federal benefit finder as conditions on facts, by the rules in ``us-benefits-criteria.yaml``.

What those rules do not know is left to the agency: never guessed, and never left out.
"""

import datetime
import functools
import re
from dataclasses import dataclass, field
from typing import Any

from portal.catalogue.imports.readers.draft import shorten
from portal.catalogue.imports.readers.mapping import SHIPPED
from portal.plain_yaml import parse

FILE = SHIPPED / "us-benefits-criteria.yaml"
MAX_YEARS = 120

Record = dict[str, Any]
Texts = dict[str, str]


@dataclass(frozen=True)
class CriterionRule:
    """What a criterion asks about, and what each of its values accepts of that fact."""

    fact: str
    values: dict[str, Any] = field(default_factory=lambda: {"true": True})
    dates: str = ""
    read_as: dict[str, str] = field(default_factory=dict)
    benefits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def accepted(self, value: str | None, benefit: str) -> list[str | bool]:
        """The values of the fact that a value of the criterion stands for; none where no rule says so."""
        known = self.values | self.benefits.get(benefit, {})
        found = known.get(value) if value is not None else None
        return found if isinstance(found, list) else [] if found is None else [found]


@dataclass(frozen=True)
class Wording:
    """A number in the wording of one row that means another."""

    benefit: str
    criterion: str
    lang: str
    says: int
    means: int


@dataclass(frozen=True)
class BenefitRules:
    """The whole mapping file."""

    criteria: dict[str, CriterionRule]
    life_events: dict[str, str]
    wordings: list[Wording]

    def reworded(self, text: str, benefit: str, criterion: str, lang: str) -> str:
        """The wording of a row, with the numbers that it means."""
        for one in self.wordings:
            if (one.benefit, one.criterion, one.lang) == (benefit, criterion, lang):
                text = re.sub(rf"\b{one.says}\b", str(one.means), text)
        return text

    def condition(
        self, benefit: str, key: str, values: list[str | None], source: str, row_texts: list[Texts]
    ) -> tuple[Record, list[str]]:
        """A row as a criterion, and why parts of it are left to the agency.

        A value is the English word of the criterion's own value, "true" or "false", a date expression, or None for one
        that could not be read. ``row_texts``: the wording of the row; where several date expressions must hold, one
        for each.
        """
        leaf: Record = {"text": row_texts[0], "source": source}
        ask = {"ask": "agency", **leaf}
        rule = self.criteria.get(key)
        if rule is None:
            return ask, ["no rule for this criterion"]
        if not values:
            return ask, ["no value is accepted"]
        if rule.dates and len(values) > 1:
            parts, troubles = [], []
            for value, text in zip(values, row_texts, strict=True):
                part, trouble = self.condition(benefit, key, [value], source, [text])
                parts.append(part)
                troubles += trouble
            return {"all": parts}, troubles
        tests, unknown = _date_test(rule, values[0]) if rule.dates else _value_tests(rule, values, benefit)
        parts = [{"fact": rule.fact, **test, **leaf} for test in tests] + ([ask] if unknown else [])
        troubles = [f"no rule for {'a value' if value is None else shorten(repr(value))}" for value in unknown]
        return parts[0] if len(parts) == 1 else {"any": parts}, troubles


@functools.cache
def benefit_rules() -> BenefitRules:
    """The rules as they ship."""
    found = parse(FILE.read_text(encoding="utf-8"))
    return BenefitRules(
        criteria={key: CriterionRule(**rule) for key, rule in found["criteria"].items()},
        life_events=found["life_events"],
        wordings=[Wording(**one) for one in found["wordings"]],
    )


# The tests of a row, and the values that no rule knows.
_Tests = tuple[list[Record], list[str | None]]


def _value_tests(rule: CriterionRule, values: list[str | None], benefit: str) -> _Tests:
    """One test for the words and one for each truth value: whichever holds is enough."""
    accepted = [rule.accepted(value, benefit) for value in values]
    flat = list(dict.fromkeys(one for found in accepted for one in found))
    words = [one for one in flat if isinstance(one, str)]
    tests: list[Record] = [{"is": "one_of", "value": words}] if words else []
    tests += [{"is": "equal", "value": one} for one in flat if isinstance(one, bool)]
    return tests, [value for value, found in zip(values, accepted, strict=True) if not found]


def _date_test(rule: CriterionRule, value: str | None) -> _Tests:
    test = _age_test(value or "") if rule.dates == "age" else _day_test(value or "")
    return ([], [value]) if test is None else ([test], [])


def _age_test(expression: str) -> Record | None:
    """ ">62years": at least 62 years old; "<18years": younger than 18."""
    span = re.fullmatch(r"([<>])(\d{1,3})years", expression)
    if not span or int(span[2]) > MAX_YEARS:
        return None
    return {"is": "at_least" if span[1] == ">" else "less_than", "value": int(span[2])}


def _day_test(expression: str) -> Record | None:
    """ "<2years": within the last two years; "<01-01-1978": before that day; ">01-20-2020": after it."""
    span = re.fullmatch(r"([<>])(\d{1,3})(years|months|days)", expression)
    if span and (span[3] != "years" or int(span[2]) <= MAX_YEARS):
        return {"is": "at_least" if span[1] == "<" else "less_than", "value": {"ago": {span[3]: int(span[2])}}}
    day = re.fullmatch(r"([<>])(\d\d)-(\d\d)-(\d{4})", expression)
    if not day:
        return None
    try:
        limit = datetime.date(int(day[4]), int(day[2]), int(day[3]))
    except ValueError:
        return None
    return {"is": "less_than" if day[1] == "<" else "more_than", "value": limit.isoformat()}

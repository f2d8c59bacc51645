"""Sample households: what the rules say of made-up people, as they stand and as a change would have it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..catalogue.models import Service
from ..database import read
from .queries import rulebook
from .rules.checks import household_answers
from .rules.facts import Fact
from .rules.households import InvalidFacts, read_household
from .rules.ruleset import Rulebook, ServiceRule, leaves_in
from .rules.screening import screen

Record = Mapping[str, Any]
_service = Service.__table__.c
_SAMPLES = sa.select(_service.slug, _service.households).where(_service.status == "published").order_by(_service.slug)


@dataclass(frozen=True)
class Changes:
    """Facts, parameters and rules as a change would have them, by key or slug."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    parameters: Mapping[str, Record] = field(default_factory=dict)
    rules: Mapping[str, ServiceRule] = field(default_factory=dict)
    # The sample households of those services.
    households: Mapping[str, list[Record]] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """A sample household: what its author expects, what the rules say now, and what they would say.

    ``now`` and ``then`` are states of results, or why the answers cannot be taken; empty where there is no rule.
    """

    service: str
    name: str
    expected: str
    now: str
    then: str

    @property
    def differs(self) -> bool:
        """Whether the change makes another result."""
        return self.now != self.then

    @property
    def fails(self) -> bool:
        """Whether the result would not be the expected one."""
        return self.then != self.expected


def service_rule(record: Record) -> ServiceRule | None:
    """The rule of the record of a service; None where it has none."""
    if not record.get("eligibility"):
        return None
    areas = record.get("areas", {})

    def day(name: str) -> datetime.date | None:
        return datetime.date.fromisoformat(record[name]) if record.get(name) else None

    return ServiceRule(
        service=record["slug"],
        criterion=record["eligibility"],
        already=record.get("already"),
        areas=(frozenset(areas.get("include", ())), frozenset(areas.get("exclude", ()))) if areas else None,
        opens=day("valid_from"),
        closes=day("valid_to"),
        sources={source["key"]: source for source in record.get("sources", ()) if "key" in source},
    )


def changed_rulebook(changes: Changes) -> Rulebook:
    """The rules of the portal with some changes."""
    book = rulebook()
    rules = {rule.service: rule for rule in book.rules} | dict(changes.rules)
    return Rulebook(book.facts | dict(changes.facts), book.parameters | dict(changes.parameters), rules.values())


def trials(changes: Changes, on: datetime.date) -> list[Trial]:
    """What a change makes of the sample households that it can touch, those with a new result first."""
    before, after = rulebook(), changed_rulebook(changes)
    samples = {row.slug: row.households for row in read(_SAMPLES)} | dict(changes.households)
    found = [
        Trial(slug, sample["name"], sample["state"], _state(before, slug, sample, on), _state(after, slug, sample, on))
        for slug in _touched(after, changes)
        for sample in samples.get(slug, ())
    ]
    return sorted(found, key=lambda trial: (not trial.fails, not trial.differs))


def _touched(book: Rulebook, changes: Changes) -> list[str]:
    """Services whose rule is changed, or makes use of a changed fact or parameter."""
    names = set(changes.facts) | set(changes.parameters)

    def uses(rule: ServiceRule) -> bool:
        leaves = [leaf for leaf in leaves_in(rule.criterion) if "fact" in leaf]
        amounts = {leaf["value"].get("parameter") for leaf in leaves if isinstance(leaf["value"], dict)}
        return not names.isdisjoint({leaf["fact"] for leaf in leaves} | amounts)

    return [rule.service for rule in book.rules if rule.service in changes.rules or uses(rule)]


def _state(book: Rulebook, service: str, sample: Record, on: datetime.date) -> str:
    day = datetime.date.fromisoformat(sample["on"]) if "on" in sample else on
    try:
        home = read_household(household_answers(sample), book.facts, day)
    except InvalidFacts as error:
        return str(error)
    results = screen(book, home, day, [service])
    return results[0].state if results else ""

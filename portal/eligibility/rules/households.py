"""The answers of one home: of the person who answers, of the others who live there, of the home, of one who died."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import Fact, Interval, InvalidAnswer, NonAnswer, Value, read_answer

APPLICANT = 0
MAX_PEOPLE = 20
SIZE = "household_size"
# (key of the fact, number of the person); what is not of each person stands under the applicant.
Where = tuple[str, int]


class InvalidFacts(ValueError):
    """Answers that cannot be taken; ``errors`` has a reason for each path, such as ``people.1.age``."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{path} {reason}" for path, reason in errors.items()))
        self.errors = errors


@dataclass
class Household:
    """Answers by fact and person. ``people`` counts those whom answers can be about, the applicant included.

    ``complete`` says that nobody else lives in the home.
    """

    values: dict[Where, Value | NonAnswer] = field(default_factory=dict)
    raw: dict[Where, Any] = field(default_factory=dict)
    people: int = 1
    complete: bool = False

    def value(self, where: Where) -> Value | None:
        """What is known, or None."""
        found = self.values.get(where)
        return None if isinstance(found, NonAnswer) else found

    @property
    def size(self) -> Interval | None:
        """How many people live in the home, or None where that is not known."""
        found = self.value((SIZE, APPLICANT))
        return found if isinstance(found, Interval) else None


def read_household(answers: Mapping[str, Any], facts: Mapping[str, Fact], on: datetime.date) -> Household:
    """The household of answers as they stand in JSON: facts by key, and ``people``, a list of the others' facts.

    With ``people`` nobody else lives in the home, and it tells the size where ``household_size`` does not; where that
    tells of more people, they are people of whom nothing is known. Raises InvalidFacts with every fault.
    """
    home = Household()
    errors: dict[str, str] = {}
    others = answers.get("people")
    if others is not None and (
        not isinstance(others, list) or len(others) >= MAX_PEOPLE or not all(isinstance(one, dict) for one in others)
    ):
        errors["people"] = f"must be a list of at most {MAX_PEOPLE - 1} people, each with facts"
        others = None
    _take(home, {key: raw for key, raw in answers.items() if key != "people"}, APPLICANT, facts, on, errors)
    for number, person in enumerate(others or [], 1):
        _take(home, person, number, facts, on, errors)
    if errors:
        raise InvalidFacts(errors)
    if others is not None:
        home.people = len(others) + 1
        if home.value((SIZE, APPLICANT)) is None:
            home.complete = True
            if SIZE in facts:
                home.values[SIZE, APPLICANT] = Interval(home.people, home.people)
                home.raw[SIZE, APPLICANT] = home.people
    settle_size(home)
    return home


def settle_size(home: Household) -> None:
    """Make room for as many people as the answer about the size of the home says that there are."""
    if home.size is not None and not home.complete:
        home.people = max(home.people, min(int(home.size.low), MAX_PEOPLE))
        home.complete = home.size.high <= home.people


def _take(
    home: Household,
    answers: Mapping[str, Any],
    person: int,
    facts: Mapping[str, Fact],
    on: datetime.date,
    errors: dict[str, str],
) -> None:
    path = f"people.{person - 1}." if person else ""
    for key, raw in answers.items():
        fact = facts.get(key)
        if fact is None:
            errors[f"{path}{key}"[:100]] = "is no fact"
        elif person and not fact.of_each_person:
            errors[f"{path}{key}"] = "is not about a person of the home"
        else:
            try:
                home.values[key, person] = read_answer(fact, raw, on)
                home.raw[key, person] = raw
            except InvalidAnswer as error:
                errors[f"{path}{key}"] = str(error)

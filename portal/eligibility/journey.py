"""The way through the questions of a visit: which one has which number, what comes next, how much is left."""

import datetime
import hmac
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .rules.conditions import FALSE, TRUE
from .rules.facts import Fact, InvalidAnswer, read_answer
from .rules.households import APPLICANT, Household, settle_size
from .rules.nodes import State
from .rules.questions import Remaining, next_question, remaining
from .rules.ruleset import Rulebook, Ruleset
from .rules.screening import Result, ResultState, screen
from .store import Answer, Visit, Where


@dataclass(frozen=True)
class Progress:
    """How many of the services in scope need no more questions, of how many, and how many questions are left."""

    settled: int
    services: int
    left: Remaining


@dataclass
class Journey:
    """A visit, looked at with the rules of a day. ``services`` are those in scope."""

    visit: Visit
    book: Rulebook
    on: datetime.date
    services: tuple[str, ...]

    @cached_property
    def home(self) -> Household:
        """The household of the answers. One that the fact of today no longer allows is as good as none."""
        return self._home_without(None)

    @property
    def rules(self) -> Ruleset:
        return self.book.on(self.on)

    @cached_property
    def state(self) -> State:
        """What the answers make of each test. Who changes the person in it puts them back."""
        return self.rules.state(self.home, self.on)

    @property
    def open_services(self) -> tuple[str, ...]:
        """The services in scope that the person does not say they get."""
        return tuple(slug for slug in self.services if slug not in self.visit.already)

    @property
    def asking_day(self) -> datetime.date:
        """The day that the questions are about.

        Where it is about a single service, and only time keeps it from being likely, that is the first day on which it
        may be: who is 63 wants to know about 65.
        """
        result = next((one for one in self.results if self.open_services == (one.service,)), None)
        if result is None or result.state is not ResultState.NOT_FROM_ANSWERS:
            return self.on
        return result.earliest or self.on

    # Questions by number

    def question(self, number: int) -> Where | None:
        """The question with a number; None where there is none."""
        found = self.visit.path[number - 1] if 1 <= number <= len(self.visit.path) else None
        return found if found and found.fact in self.book.facts else None

    def token(self, where: Where) -> str:
        """What stands for a question in a form: nobody else can tell which one it is."""
        return hmac.digest(self.visit.key.encode(), f"{where.fact} {where.person}".encode(), "sha256").hex()[:24]

    def by_token(self, token: str) -> Where | None:
        """The question that a form of the results asks for."""
        missing = {Where(*where) for result in self.results for where in result.missing}
        return next((where for where in sorted(missing) if hmac.compare_digest(self.token(where), token)), None)

    def arises(self, where: Where) -> bool:
        """Whether a question that was asked still makes sense with the answers of today."""
        if where.fact not in self.book.facts or where.person >= self.home.people:
            return False
        gate = self.rules.gate(where.fact)
        if gate is None:
            return True
        self.state.person = where.person
        truth = gate.value(self.state)
        self.state.person = APPLICANT
        return truth != FALSE

    def before(self, number: int) -> int | None:
        """The number of the question before one, or None for the first."""
        return next((one for one in range(number - 1, 0, -1) if self.arises(self.visit.path[one - 1])), None)

    def after(self, number: int) -> int | None:
        """The number of the question after one that was answered; None where nothing is left to ask."""
        return next(
            (one for one in range(number + 1, len(self.visit.path) + 1) if self.arises(self.visit.path[one - 1])), None
        )

    @property
    def current(self) -> int | None:
        """The number of the question that waits for an answer."""
        path = self.visit.path
        return len(path) if path and path[-1] not in self.visit.answers and self.question(len(path)) else None

    # Changes

    def record(self, where: Where, raw: Any) -> None:
        """Keep an answer, and see what is to be asked next."""
        self.visit.answers[where] = Answer(raw, self.on.isoformat())
        self.settle()

    def settle(self, wanted: Where | None = None) -> None:
        """Make the last question of the path the one to ask now: ``wanted``, or the one that decides most."""
        for kept in ("home", "state", "results"):
            self.__dict__.pop(kept, None)
        path = self.visit.path
        while path and path[-1] not in self.visit.answers:
            path.pop()
        if wanted is None:
            best = next_question(self.book, self.home, self.asking_day, self.open_services)
            wanted = Where(*best.where) if best else None
        if wanted is not None and wanted not in path:
            path.append(wanted)

    # What is known

    @cached_property
    def results(self) -> list[Result]:
        """What can be said about each service in scope."""
        return screen(self.book, self.home, self.on, self.services)

    def progress(self) -> Progress:
        waiting = sum(
            result.state is ResultState.NEEDS_ANSWER and result.service not in self.visit.already
            for result in self.results
        )
        day = self.asking_day
        state = self.state if day == self.on else None
        left = remaining(self.book, self.home, day, self.open_services, state)
        if day != self.on and left.most:
            waiting = 1
        return Progress(len(self.services) - waiting, len(self.services), left)

    def touched(self, where: Where) -> list[str]:
        """The services in scope that an answer to a question can still change, whatever has been answered to it."""
        answered = where in self.visit.answers
        home, day = (self._home_without(where), self.on) if answered else (self.home, self.asking_day)
        rules, wanted = self.book.on(day), set(self.open_services)
        state = rules.state(home, day)
        return [
            rule.source.service
            for rule in rules.rules_of.get(where.fact, ())
            if rule.source.service in wanted
            and not rule.source.is_closed(day)
            and rule.root.value(state) not in (TRUE, FALSE)
        ]

    def fact(self, where: Where) -> Fact:
        return self.book.facts[where.fact]

    def _home_without(self, left_out: Where | None) -> Household:
        home = Household()
        for where, answer in self.visit.answers.items():
            fact = self.book.facts.get(where.fact)
            if fact is None or where == left_out:
                continue
            try:
                home.values[where] = read_answer(fact, answer.raw, datetime.date.fromisoformat(answer.day))
            except InvalidAnswer:
                continue
            home.raw[where] = answer.raw
        settle_size(home)
        return home

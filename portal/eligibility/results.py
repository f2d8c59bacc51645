"""The results as the page shows them: services by what can be said of each, the reasons, and what to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..caching import today
from ..i18n import Text, pick
from ..intents.queries import browse_index
from .cards import Card, IntentCard, intent_cards, service_cards
from .journey import Journey
from .queries import rulebook
from .rules.households import APPLICANT
from .rules.nodes import Leaf
from .rules.questions import remaining
from .rules.screening import Explanation, Result, ResultState, answer_of, explain, source_of
from .scope import Scope, scope_of
from .store import Visit, Where
from .words import amount_words, answer_words, limit_words, person_words, question_text

# Intents that are offered where a service is not for somebody.
OTHER_WAYS = 5


@dataclass(frozen=True)
class Limit:
    """The amount that an answer was compared with. ``value`` is the parameter's, ``here`` what it comes to here."""

    label: Text | None
    value: str
    here: str | None
    since: str
    citation: str
    url: str


@dataclass(frozen=True)
class Reason:
    """One criterion, or a group of them under ``heading``. ``value`` is met, not_met or not_known."""

    value: str
    text: Any = None
    heading: str | None = None
    # For "at least so many of these".
    wanted: int = 0
    person: str | None = None
    answer: str | None = None
    not_known: Any = None
    limit: Limit | None = None
    source: Any = None
    parts: tuple["Reason", ...] = ()

    @property
    def sources(self) -> set[str]:
        """The addresses of the sources of all conditions."""
        own = {self.source["url"]} if self.source else set()
        return own.union(*(part.sources for part in self.parts))


@dataclass(frozen=True)
class Missing:
    """A question whose answer is missing, with what stands for it in a form."""

    question: Any
    token: str
    person: str | None


@dataclass(frozen=True)
class Entry:
    """One service in the results."""

    card: Card
    result: Result
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Missing, ...] = ()
    # Whether the missing answer decides it, so that no follow-up can be needed.
    last: bool = False
    changes: tuple[Any, ...] = ()

    @property
    def state(self) -> str:
        return self.result.state.value

    @property
    def has_one_source(self) -> bool:
        """Whether all conditions have the same source, so that it need be named only once."""
        return len(set().union(*(reason.sources for reason in self.reasons))) == 1

    @property
    def source(self) -> Any:
        """The first source of a condition."""
        return next((found for reason in self.reasons for found in _sources(reason)), None)


@dataclass(frozen=True)
class Found:
    """What a screening says of services, by their ids; ``services`` are all that it is about."""

    services: frozenset[int]
    likely: tuple[int, ...]
    not_from_answers: frozenset[int]
    receiving: frozenset[int]
    place: str | None
    profile: str | None


def found_by(journey: Journey, scope: Scope, lang: str) -> Found:
    """What the results say, in short."""
    cards, already = service_cards(lang), journey.visit.already
    states = {cards[one.service].id: one.state for one in journey.results if one.service in cards}
    receiving = frozenset(cards[slug].id for slug in already if slug in cards)
    return Found(
        services=frozenset(states),
        likely=tuple(one for one, state in states.items() if state is ResultState.LIKELY and one not in receiving),
        not_from_answers=frozenset(one for one, state in states.items() if state is ResultState.NOT_FROM_ANSWERS),
        receiving=receiving,
        place=journey.visit.place,
        profile=scope.chosen.get("profile"),
    )


def found_in(visit: Visit, lang: str) -> Found:
    """What the answers of a visit say by now."""
    scope = scope_of(visit.scope, lang)
    return found_by(Journey(visit, rulebook(), today(), scope.services), scope, lang)


@dataclass(frozen=True)
class Question:
    """A question that several services wait for."""

    missing: Missing
    entries: list[Entry]


@dataclass
class Results:
    """All sections of the page, each in the order of the services' titles."""

    sections: dict[str, list[Entry]]
    first: Text | None = None
    danger: bool = False
    documents: list[tuple[Text, list[Card]]] = field(default_factory=list)
    other_ways: list[IntentCard] = field(default_factory=list)

    def count(self, *states: str) -> int:
        return sum(len(self.sections[state]) for state in states)

    @cached_property
    def single(self) -> list[Entry]:
        """The services that one answer decides."""
        return [entry for entry in self.sections["needs_answer"] if entry.last]

    @cached_property
    def several(self) -> list[Question]:
        """The others, by the question that comes first, the one with the most services first."""
        questions: dict[str, Question] = {}
        for entry in self.sections["needs_answer"]:
            if not entry.last:
                first = entry.missing[0]
                questions.setdefault(first.token, Question(first, [])).entries.append(entry)
        return sorted(questions.values(), key=lambda one: -len(one.entries))


def results_of(journey: Journey, scope: Scope, lang: str) -> Results:
    """What the answers say about each service in scope."""
    cards = service_cards(lang)
    sections: dict[str, list[Entry]] = {state.value: [] for state in ResultState}
    shown = [result for result in journey.results if result.service in cards]
    state = journey.state
    writer = _Writer(journey, lang)
    for result in sorted(shown, key=lambda one: cards[one.service].title.casefold()):
        if result.service in journey.visit.already:
            result = replace(result, state=ResultState.ALREADY_RECEIVING)  # noqa: PLW2901 - the same result, as told
        explanation = explain(journey.book, journey.home, journey.on, result.service, state)
        sections[result.state.value].append(writer.entry(cards[result.service], result, explanation))
    refused = [*sections["not_from_answers"], *sections["one_step_short"], *sections["closed"]]
    intent = scope.chosen.get("intent")
    return Results(
        sections,
        first=intent_cards(lang)[intent].first if intent else None,
        danger=_in_danger(journey),
        documents=_documents([*sections["likely"], *sections["likely_from"]]),
        other_ways=_other_ways(refused, intent, lang),
    )


@dataclass
class _Writer:
    """Puts results into words; what several services share is put into words once."""

    journey: Journey
    lang: str
    _known: dict[Any, Any] = field(default_factory=dict)

    def entry(self, card: Card, result: Result, explanation: Explanation) -> Entry:
        reasons: Iterable[Reason] = ()
        if result.state is ResultState.NOT_FROM_ANSWERS:
            reasons = self.reasons(result, failing(explanation))
        elif result.state not in (ResultState.CLOSED, ResultState.ALREADY_RECEIVING):
            reasons = self.reasons(result, explanation.parts if explanation.kind == "all" else [explanation])
        return Entry(
            card,
            result,
            tuple(reasons),
            tuple(self.missing(Where(*where)) for where in result.missing),
            last=len(result.missing) == 1 and self._is_last(result),
            changes=tuple(pick(leaf.record["text"], self.lang) for leaf in result.change if leaf.record),
        )

    def _is_last(self, result: Result) -> bool:
        journey = self.journey
        return remaining(journey.book, journey.home, journey.on, [result.service], journey.state).most <= 1

    def missing(self, where: Where) -> Missing:
        if where not in self._known:
            fact = self.journey.fact(where)
            self._known[where] = Missing(
                question_text(fact, where.person, self.lang), self.journey.token(where), self.person(where.person)
            )
        found: Missing = self._known[where]
        return found

    def person(self, number: int) -> str | None:
        return person_words(number, self.journey.home.people) if number != APPLICANT else None

    def reasons(self, result: Result, explanations: Iterable[Explanation]) -> list[Reason]:
        return [reason for one in explanations for reason in [self.reason(result, one)] if reason is not None]

    def reason(self, result: Result, explanation: Explanation) -> Reason | None:
        value, leaf = explanation.value, explanation.leaf
        if isinstance(leaf, Leaf):
            return self._condition(result, leaf, explanation.person, value)
        if leaf is not None:
            record = leaf.record or {}
            return Reason(
                value,
                pick(record.get("text"), self.lang),
                heading="agency" if explanation.kind == "ask" else None,
                source=source_of(result.rule, record),
            )
        parts = list(explanation.parts)
        if explanation.kind == "some_person" and value == "met":
            parts = [part for part in parts if part.value == "met"]
        if len(parts) == 1 and explanation.kind != "not":
            return self.reason(result, parts[0])
        return Reason(
            value, heading=explanation.kind, wanted=explanation.wanted, parts=tuple(self.reasons(result, parts))
        )

    def _condition(self, result: Result, leaf: Leaf, person: int, value: str) -> Reason:
        record, fact = leaf.record or {}, leaf.test.fact
        text = (record.get("not_met") if value == "not_met" else None) or record.get("text")
        return Reason(
            value,
            pick(text, self.lang),
            # Where a service is offered is no criterion that an editor wrote.
            heading=None if text else "area",
            person=self.person(person),
            answer=self._answer(leaf, Where(fact.key, person)),
            not_known=pick(record.get("not_known") or fact.not_known, self.lang) if value == "not_known" else None,
            limit=self._limit(leaf),
            source=source_of(result.rule, record),
        )

    def _answer(self, leaf: Leaf, where: Where) -> str | None:
        key = ("answer", where)
        if key not in self._known:
            raw = answer_of(self.journey.home, leaf, where.person)
            self._known[key] = None if raw is None else answer_words(leaf.test.fact, raw, self.lang)
        found: str | None = self._known[key]
        return found

    def _limit(self, leaf: Leaf) -> Limit | None:
        amount = leaf.test.amount
        if amount is None:
            return None
        here = limit_words(leaf.test, self.journey.on, self.journey.home.size)
        value = amount_words(amount)
        return Limit(
            pick(amount.label, self.lang),
            value,
            here if here != value else None,
            amount.since,
            amount.citation,
            amount.url,
        )


def _sources(reason: Reason) -> Iterator[Any]:
    if reason.source:
        yield reason.source
    for part in reason.parts:
        yield from _sources(part)


def failing(explanation: Explanation) -> list[Explanation]:
    """The conditions because of which a whole is not met, each once."""
    found = list(_failing(explanation))
    return list({(id(one.leaf), one.person if one.person else 0): one for one in found}.values())


def _failing(explanation: Explanation) -> Iterator[Explanation]:
    if explanation.kind == "not" or not explanation.parts:
        yield explanation
        return
    for part in explanation.parts:
        if part.value == "not_met":
            yield from _failing(part)


def _in_danger(journey: Journey) -> bool:
    """Whether an answer tells of harm, so that help for that comes before everything else."""
    return any(
        answer.raw is True and where.fact in journey.book.facts and journey.book.facts[where.fact].topic == "safety"
        for where, answer in journey.visit.answers.items()
        if where in journey.home.values
    )


def _documents(entries: list[Entry]) -> list[tuple[Text, list[Card]]]:
    """What to gather for the likely services, each thing once, that which most ask for first."""
    wanted: dict[Text, list[Card]] = {}
    for entry in entries:
        for document in entry.card.documents:
            wanted.setdefault(document, []).append(entry.card)
    return sorted(wanted.items(), key=lambda one: -len(one[1]))


def _other_ways(entries: list[Entry], besides: str | None, lang: str) -> list[IntentCard]:
    """The intents to which the services belong that are not for this person, those of most of them first."""
    if not entries:
        return []
    index, ids = browse_index()
    places = {service_id: at for at, service_id in enumerate(ids)}
    bits = sum(1 << places[entry.card.id] for entry in entries if entry.card.id in places)
    cards = intent_cards(lang)
    counts = {
        slug: (bits & own).bit_count() for slug, own in index.intents.items() if slug in cards and slug != besides
    }
    best = sorted((slug for slug, count in counts.items() if count), key=lambda slug: (-counts[slug], slug))
    return [cards[slug] for slug in best[:OTHER_WAYS]]

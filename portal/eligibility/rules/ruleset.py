"""The rules of all services, made ready for a day.

A rule is a tree of nodes over a table of tests; the same comparison stands in the table once, however many services
make it. What a fact presupposes (``only_if``) is part of every leaf about it, so that an answer to a question that does
not arise never counts, in whatever order the answers come.
"""

import bisect
import datetime
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...catalogue.rules import AREAS, WHOLE_COUNTRY
from .conditions import FALSE, TRUE, UNKNOWN, Test, Truth, make_test
from .facts import Fact, Interval, InvalidAnswer, NonAnswer, Record, Value, born_by, range_of, read_answer
from .households import APPLICANT, SIZE, Household, Where
from .nodes import Ask, Group, Leaf, Node, Not, OpenTo, SomePerson, State, tests_in

LIVES_IN = "lives_in"
GROUPS = ("all", "any")
LEAF_KINDS = frozenset({"fact", "ask", "open_to"})
# Facts of these types can have a value where their question does not arise.
OTHERWISE_TYPES = frozenset({"boolean", "choice", "number", "money"})
_SAMPLE_SIZES = range(1, 9)
# How many of the people of a state live in a part of it that a rule names, roughly.
_SHARE_OF_PART = 0.1
_MOST_SUPPOSED = 4096
Areas = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class ServiceRule:
    """The rule of a service as its record has it. ``areas``: where it is offered, None for everywhere.

    ``opens`` and ``closes`` are its first and last day; ``sources`` are the records that leaves name by their keys.
    """

    service: str
    criterion: Record
    already: Record | None = None
    areas: Areas | None = None
    opens: datetime.date | None = None
    closes: datetime.date | None = None
    sources: Mapping[str, Record] = field(default_factory=dict)

    def is_closed(self, on: datetime.date) -> bool:
        """Whether the service is not offered yet on a day, or no longer."""
        return bool((self.opens and on < self.opens) or (self.closes and on > self.closes))


@dataclass(frozen=True)
class Rule:
    """A rule made ready for a period.

    ``authored`` is what an editor wrote, None where nothing of it holds then; ``root`` also asks for the area.
    ``moving`` are the numbers of the tests that the passage of time can change.
    """

    number: int
    source: ServiceRule
    authored: Node | None
    root: Node
    already: Node | None
    moving: tuple[int, ...]


@dataclass(frozen=True)
class Supposed:
    """Answers that a fact may be supposed to have, and what each would make of the tests.

    ``samples`` stand for groups of answers that no rule tells apart, ``shares`` for how likely each group is.
    ``truths`` has by number the tests of the person who is asked about, ``amounts`` by person and number those of other
    facts, whose amounts change with the size of the home.
    """

    samples: tuple[Value, ...]
    shares: tuple[float, ...]
    truths: dict[int, Truth]
    amounts: dict[tuple[int, int], Truth] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """The mask of all samples."""
        return (1 << len(self.samples)) - 1


class Rulebook:
    """All facts, parameters and rules, and from them the ruleset of any day. Kept for one version of the content."""

    def __init__(
        self, facts: Mapping[str, Fact], parameters: Mapping[str, Record], rules: Iterable[ServiceRule]
    ) -> None:
        self.facts = dict(facts)
        self.parameters = dict(parameters)
        self.rules = tuple(rules)
        self._changes_of_facts: dict[str, frozenset[str]] = {}
        self._changes_of_rules = {rule.service: self._dates_in(rule.criterion) for rule in self.rules}
        days = frozenset().union(*self._changes_of_rules.values(), *map(_dates_of, self.parameters.values()))
        # All days on which an amount or a condition begins or ends.
        self.changes = sorted(map(datetime.date.fromisoformat, days))
        self._made: dict[int, Ruleset] = {}

    def on(self, day: datetime.date) -> "Ruleset":
        """The rules as they hold on a day."""
        period = bisect.bisect_right(self.changes, day)
        if period not in self._made:
            self._made[period] = Ruleset(self, day)
        return self._made[period]

    def changes_of(self, service: str) -> list[datetime.date]:
        """The days on which an amount or a condition of one rule begins or ends."""
        return sorted(map(datetime.date.fromisoformat, self._changes_of_rules[service]))

    def _dates_in(self, criterion: Record) -> frozenset[str]:
        found: set[str] = set()
        for leaf in leaves_in(criterion):
            found |= {leaf[name] for name in ("from", "until") if leaf.get(name)}
            if isinstance(leaf.get("value"), dict) and leaf["value"].get("parameter") in self.parameters:
                found |= _dates_of(self.parameters[leaf["value"]["parameter"]])
            if "fact" in leaf:
                found |= self._dates_presupposed(leaf["fact"])
        return frozenset(found)

    def _dates_presupposed(self, key: str) -> frozenset[str]:
        if key not in self._changes_of_facts:
            self._changes_of_facts[key] = frozenset()
            condition = self.facts[key].only_if if key in self.facts else None
            self._changes_of_facts[key] = self._dates_in(condition) if condition else frozenset()
        return self._changes_of_facts[key]


class Ruleset:
    """The rules of a period in which no amount and no condition changes."""

    def __init__(self, book: Rulebook, day: datetime.date) -> None:
        self.book = book
        self.facts = book.facts
        self.day = day
        self.tests: list[Test] = []
        self.tests_of: dict[str, list[int]] = {}
        # Tests of the values that facts have where their question does not arise.
        self._otherwise: dict[int, Value] = {}
        self._index: dict[tuple[str, str, str, bool], int] = {}
        self._gates: dict[str, Node | None] = {}
        self._supposed: dict[tuple[str, datetime.date, Interval | None], Supposed] = {}
        self.rules = {source.service: self._rule(number, source) for number, source in enumerate(book.rules)}
        self._by_size = [index for index, test in enumerate(self.tests) if test.by_size]
        # What is asked before a fact, so that a question makes sense, though the rules do not presuppose it.
        self.asked_if = {
            fact.key: node
            for fact in self.facts.values()
            if fact.ask_if and fact.key in self.tests_of and (node := self.make(fact.ask_if)) is not None
        }
        self.rules_of: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for key in rule.root.facts:
                self.rules_of.setdefault(key, []).append(rule)

    # Answers

    def state(self, home: Household, on: datetime.date) -> State:
        """What the answers make of each test on a day."""
        size = home.size
        truths = [[UNKNOWN] * len(self.tests) for _ in range(home.people)]
        for key, person in home.values:
            value = home.value((key, person))
            if value is None or person >= home.people:
                continue
            for index in self.tests_of.get(key, ()):
                truths[person][index] = self.tests[index].truth(value, on, size)
        for index, value in self._otherwise.items():
            truths[APPLICANT][index] = self.tests[index].truth(value, on, size)
        return State(truths, -1 if home.complete else 0)

    @contextmanager
    def supposing(self, where: Where, home: Household, on: datetime.date, state: State) -> Iterator[Supposed]:
        """Within the block, each bit of the state's truths stands for another answer to a question."""
        supposed = self.suppose(self.facts[where[0]], home, on)
        truths, alone = state.truths, state.alone
        person = truths[where[1]]
        before = {index: person[index] for index in supposed.truths}
        amounts = {(one, index): truths[one][index] for one, index in supposed.amounts}
        for index, truth in supposed.truths.items():
            person[index] = truth
        for (one, index), truth in supposed.amounts.items():
            truths[one][index] = truth
        if where[0] == SIZE:
            state.alone = sum(1 << bit for bit, one in enumerate(supposed.samples) if _at_most(one, state.people))
        try:
            yield supposed
        finally:
            state.alone = alone
            for (one, index), truth in amounts.items():
                truths[one][index] = truth
            for index, truth in before.items():
                person[index] = truth

    def suppose(self, fact: Fact, home: Household, on: datetime.date) -> Supposed:
        """The answers worth telling apart, and what each makes of the tests, the other answers being as they are."""
        if fact.key == SIZE:
            return self._suppose(fact, home, on, None)
        by_size = any(self.tests[index].by_size for index in self.tests_of.get(fact.key, ()))
        known_by = (fact.key, on, home.size if by_size else None)
        if known_by not in self._supposed:
            if len(self._supposed) > _MOST_SUPPOSED:
                self._supposed.clear()
            self._supposed[known_by] = self._suppose(fact, home, on, known_by[2])
        return self._supposed[known_by]

    def _suppose(self, fact: Fact, home: Household, on: datetime.date, size: Interval | None) -> Supposed:
        tests = self.tests_of.get(fact.key, ())
        amounts = dict(self._amounts(home)) if fact.key == SIZE else {}
        groups: dict[tuple[object, ...], tuple[Value, float]] = {}
        for sample, share in self._samples(fact, on, size):
            found = [self.tests[index].truth(sample, on, size) for index in tests]
            if fact.key == SIZE and isinstance(sample, Interval):
                found += [self.tests[index].truth(value, on, sample) for (_, index), value in amounts.items()]
            group = (*found, fact.key == SIZE and _at_most(sample, home.people))
            known = groups.get(group)
            groups[group] = (known[0], known[1] + share) if known else (sample, share)
        whole = sum(share for _, share in groups.values()) or 1

        def masks(at: int) -> Truth:
            return (
                sum(1 << bit for bit, found in enumerate(groups) if found[at] == TRUE),
                sum(1 << bit for bit, found in enumerate(groups) if found[at] == FALSE),
            )

        return Supposed(
            tuple(sample for sample, _ in groups.values()),
            tuple(share / whole for _, share in groups.values()),
            {index: masks(at) for at, index in enumerate(tests)},
            {place: masks(at) for at, place in enumerate(amounts, len(tests))},
        )

    def _amounts(self, home: Household) -> Iterator[tuple[tuple[int, int], Value]]:
        """((person, number of the test), answer) of the tests that change with the size of the home."""
        for index in self._by_size:
            if index in self._otherwise:
                yield (APPLICANT, index), self._otherwise[index]
                continue
            for person in range(home.people):
                value = home.value((self.tests[index].fact.key, person))
                if value is not None:
                    yield (person, index), value

    def _samples(self, fact: Fact, on: datetime.date, size: Interval | None) -> Iterator[tuple[Value, float]]:
        """Answers that between them show everything that the rules tell apart, each with its share."""
        if fact.type == "boolean":
            for answer in (True, False):
                yield answer, fact.shares.get(str(answer).lower(), 0.5)
        elif fact.type == "choice":
            for choice in fact.values:
                yield choice, fact.shares.get(choice, 1 / len(fact.values))
        elif fact.type == "area":
            for area in AREAS:
                yield (area,), 1 / len(AREAS)
            for area in sorted(self._named_areas(fact) - {*AREAS, WHOLE_COUNTRY}):
                yield (area,), _SHARE_OF_PART / len(AREAS)
        else:
            points = set(self._points(fact, on, size))
            if fact.key == SIZE:
                points |= set(map(float, _SAMPLE_SIZES))
            for point in sorted(points) or [0.0]:
                yield Interval(point, point), 1.0

    def _named_areas(self, fact: Fact) -> set[str]:
        values = [self.tests[index].value for index in self.tests_of.get(fact.key, ())]
        return {area for value in values if isinstance(value, dict) for areas in value.values() for area in areas}

    def _points(self, fact: Fact, on: datetime.date, size: Interval | None) -> Iterator[float]:
        """Just below, at and just above each limit, as far as the fact can have such a value."""
        lowest, highest = range_of(fact)
        for index in self.tests_of.get(fact.key, ()):
            test = self.tests[index]
            if fact.type == "age":
                first, last = born_by(on, highest + 1) + 1, born_by(on, lowest)
                for years in (test.value, int(test.value) + 1):
                    born = born_by(on, years)
                    yield from (max(first, min(day, last)) for day in (born, born + 1))
                continue
            limit = test.limit(on, size) if test.limit else None
            for end in set(limit or ()):
                for point in (end - 1, end, end + 1):
                    yield point if fact.type == "date" else max(lowest * fact.period, min(point, highest * fact.period))

    # Making

    def _rule(self, number: int, source: ServiceRule) -> Rule:
        authored = self.make(source.criterion)
        place = self._place(source)
        parts = [part for part in (authored, place) if part is not None]
        if authored is None:
            # Nothing that holds on this day says who can get it.
            parts.append(Ask(None, frozenset()))
        root = parts[0] if len(parts) == 1 else Group(None, parts, len(parts))
        already = self.make(source.already) if source.already else None
        moving = tuple(sorted(index for index in set(tests_in(root)) if self.tests[index].moves))
        return Rule(number, source, authored, root, already, moving)

    def _place(self, source: ServiceRule) -> Node | None:
        if source.areas is None or LIVES_IN not in self.facts:
            return None
        included, excluded = (sorted(areas) for areas in source.areas)
        if not included or (included == [WHOLE_COUNTRY] and not excluded):
            return None
        return self.make({"fact": LIVES_IN, "is": "in_area", "value": {"include": included, "exclude": excluded}})

    def make(self, record: Record) -> Node | None:
        """The node of a criterion; None where nothing of it holds in this period."""
        for kind in GROUPS:
            if kind in record:
                parts = [part for part in map(self.make, record[kind]) if part is not None]
                return Group(record, parts, len(parts) if kind == "all" else 1) if parts else None
        if "at_least" in record:
            parts = [part for part in map(self.make, record["of"]) if part is not None]
            return Group(record, parts, min(record["at_least"], len(parts))) if parts else None
        for kind, single in (("not", Not), ("some_person", SomePerson)):
            if kind in record:
                part = self.make(record[kind])
                return single(record, part) if part is not None else None
        if not holds_on(record, self.day):
            return None
        if "open_to" in record:
            return OpenTo(record, frozenset())
        return Ask(record, frozenset()) if "ask" in record else self._leaf(record)

    def _leaf(self, record: Record) -> Node:
        fact = self.facts.get(record["fact"])
        if fact is None:
            # A fault of the content that its checks report; the rule must not guess.
            return Ask(record, frozenset())
        value = record["value"]
        if record["is"] in ("in_area", "not_in_area") and not isinstance(value, dict):
            value = {"include": value}
        test = {"is": record["is"], "value": value}
        index = self._test(fact, test)
        gate = self.gate(fact.key)
        otherwise = None if gate is None or fact.otherwise is None else self._test(fact, test, otherwise=True)
        return Leaf(record, self.tests[index], index, gate, otherwise)

    def _test(self, fact: Fact, record: Record, *, otherwise: bool = False) -> int:
        """The number of a test of the answer, or of the value that the fact has where its question does not arise."""
        key = (fact.key, record["is"], json.dumps(record["value"], sort_keys=True), otherwise)
        if key not in self._index:
            index = self._index[key] = len(self.tests)
            self.tests.append(make_test(fact, record, self.book.parameters, self.day))
            if otherwise:
                value = _otherwise(fact, self.day)
                if value is not None:
                    self._otherwise[index] = value
            else:
                self.tests_of.setdefault(fact.key, []).append(index)
        return self._index[key]

    def gate(self, key: str) -> Node | None:
        """What must hold for the question of a fact to arise, or None."""
        if key not in self._gates:
            self._gates[key] = None
            condition = self.facts[key].only_if
            self._gates[key] = self.make(condition) if condition else None
        return self._gates[key]


def holds_on(record: Record, day: datetime.date) -> bool:
    """Whether a leaf holds on a day; ``from`` is its first day, ``until`` the first on which it no longer does."""
    return (record.get("from") or "") <= day.isoformat() < (record.get("until") or "9999-12-31")


def leaves_in(criterion: Record) -> Iterator[Record]:
    """The leaves of a criterion as an editor wrote it, in reading order."""
    if not LEAF_KINDS.isdisjoint(criterion):
        yield criterion
    for kind in (*GROUPS, "of"):
        yield from itertools.chain.from_iterable(map(leaves_in, criterion.get(kind, ())))
    for kind in ("not", "some_person"):
        if kind in criterion:
            yield from leaves_in(criterion[kind])


def _dates_of(parameter: Record) -> frozenset[str]:
    return frozenset(value[name] for value in parameter["values"] for name in ("from", "until") if value.get(name))


def _otherwise(fact: Fact, day: datetime.date) -> Value | None:
    """The value of a fact whose question does not arise; None for one that cannot be, which checks report."""
    try:
        value = read_answer(fact, fact.otherwise, day) if fact.type in OTHERWISE_TYPES else None
    except InvalidAnswer:
        return None
    return None if isinstance(value, NonAnswer) else value


def _at_most(sample: Value, people: int) -> bool:
    return isinstance(sample, Interval) and sample.high <= people

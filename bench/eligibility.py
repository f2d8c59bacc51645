"""Screening: how long it takes, and how many questions people are asked until everything is decided."""

import copy
import datetime
import gzip
import http.client
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal.catalogue.rules import AREAS
from portal.cli.content.files import CONTENT, Content, read_content
from portal.cli.eligibility import rulebook_of
from portal.eligibility.rules.conditions import TRUE, UNKNOWN, Truth
from portal.eligibility.rules.facts import Fact, Interval, Value, born_by
from portal.eligibility.rules.households import APPLICANT, SIZE, Household, Where, settle_size
from portal.eligibility.rules.nodes import Leaf, Node, SomePerson, State
from portal.eligibility.rules.questions import next_question, ranked_questions
from portal.eligibility.rules.ruleset import Rule, Rulebook, Ruleset
from portal.eligibility.rules.screening import screen

from .instances import SEED, LeftOut
from .report import Line
from .servers import HEADERS, HOST, Server

DAY = datetime.date(2026, 11, 22)
LARGE = 5000
SMALL_MILLISECONDS = 5
LARGE_MILLISECONDS = 150
FEWER_PERCENT = 30
PAGE_MILLISECONDS = 40
# A visit ends after so many questions.
MOST_QUESTIONS = 40
HOMES_TIMED = 20
# Each fact has this many twins in the large rulebook.
TWINS = 4
# Shares of homes with 1, 2, … people, roughly as in the United States.
SIZES = (0.29, 0.35, 0.15, 0.12, 0.06, 0.02, 0.01)
YEARS_BACK = 5
# The fixed orders are learned from so many homes, or so many where that takes long.
HOMES_TO_LEARN = 40
HOMES_GREEDY = 15
# For so many homes also what one needs who knows the answers.
HOMES_KNOWN = 40
ALL, ONE = "all services", "one service"


# Made-up people


class Person:
    """What somebody would answer to each question, the same however often it is asked."""

    def __init__(self, book: Rulebook, seed: int) -> None:
        self.book = book
        self.seed = seed
        self.answers: dict[Where, Value] = {}
        self.truths: dict[tuple[Where, Interval | None], list[tuple[int, Truth]]] = {}

    def answer(self, where: Where) -> Value:
        """What the person answers."""
        if where not in self.answers:
            key, person = where
            rng = random.Random(f"{self.seed} {key} {person}")
            self.answers[where] = _drawn(self.book.facts[key], person, rng)
        return self.answers[where]


def _drawn(fact: Fact, person: int, rng: random.Random) -> Value:
    """An answer, by the shares of the fact where it has any."""
    if fact.type == "boolean":
        return rng.random() < fact.shares.get("true", 0.5)
    if fact.type == "choice":
        return rng.choices(list(fact.values), [fact.shares.get(one, 1 / len(fact.values)) for one in fact.values])[0]
    if fact.type == "area":
        return (rng.choice(AREAS),)
    if fact.type == "age":
        years = rng.uniform(18, 90) if person == APPLICANT else rng.uniform(0, 80)
        born = born_by(DAY, int(years)) - rng.randrange(365)
        return Interval(born, born)
    if fact.type == "date":
        day = DAY.toordinal() - rng.randrange(YEARS_BACK * 365)
        return Interval(day, day)
    if fact.key == SIZE:
        people = rng.choices(range(1, len(SIZES) + 1), SIZES)[0]
        return Interval(people, people)
    low, high = fact.min or 0, fact.max or 100
    if fact.bands:
        ends = [low - 1, *fact.bands, min(high, 2 * fact.bands[-1])]
        at = rng.randrange(len(ends) - 1)
        low, high = ends[at] + 1, max(ends[at + 1], ends[at] + 1)
        share = rng.random()
    else:
        # Small numbers are more frequent than large ones.
        share = rng.random() ** 3
    amount = float(round(low + (high - low) * share)) * fact.period
    return Interval(amount, amount)


def _answer(home: Household, where: Where, person: Person) -> None:
    home.values[where] = home.raw[where] = person.answer(where)
    if where[0] == SIZE:
        settle_size(home)


# Time


def run_eligibility(rounds: int, homes: int, moves: int) -> Iterator[Line]:
    """All lines of the part. ``homes`` are asked to the end; ``moves`` are tried to better the fixed orders."""
    content = read_content(CONTENT)
    starter = rulebook_of(content)
    large = many_rules(starter, LARGE)
    yield from _speed(starter, large, rounds)
    yield from _questions(content, starter, homes, moves)


def many_rules(book: Rulebook, count: int) -> Rulebook:
    """A rulebook of many rules, made from those of a small one: other constants, and twins of its facts."""
    rng = random.Random(SEED)
    facts = dict(book.facts)
    for key, fact in book.facts.items():
        if key != SIZE and fact.type != "area":
            facts |= {f"{key}_{number}": replace(fact, key=f"{key}_{number}", pin=None) for number in range(TWINS)}
    rules = []
    for number in range(count):
        source = book.rules[number % len(book.rules)]
        criterion = copy.deepcopy(dict(source.criterion))
        if number >= len(book.rules):
            _vary(criterion, facts, rng)
        rules.append(replace(source, service=f"{source.service}-{number}", criterion=criterion))
    return Rulebook(facts, book.parameters, rules)


def _vary(criterion: Any, facts: Mapping[str, Fact], rng: random.Random) -> None:
    """Change constants and facts of a criterion in place."""
    if isinstance(criterion, list):
        for part in criterion:
            _vary(part, facts, rng)
    elif isinstance(criterion, dict) and "fact" in criterion:
        fact, value = facts[criterion["fact"]], criterion["value"]
        twin = f"{fact.key}_{rng.randrange(2 * TWINS)}"
        criterion["fact"] = twin if twin in facts else fact.key
        if fact.type == "boolean" and rng.random() < 0.1:
            criterion["value"] = not value
        elif fact.type == "choice" and isinstance(value, str):
            criterion["value"] = rng.choice(list(fact.values))
        elif fact.type in ("number", "age", "money") and not isinstance(value, dict):
            criterion["value"] = max(1, round(value * rng.uniform(0.7, 1.3)))
    elif isinstance(criterion, dict):
        for part in criterion.values():
            _vary(part, facts, rng)


def _speed(starter: Rulebook, large: Rulebook, rounds: int) -> Iterator[Line]:
    """Milliseconds for homes that have answered more and more questions, and beside them a loop that does nothing."""
    for name, book, bar in (("starter", starter, SMALL_MILLISECONDS), (str(LARGE), large, LARGE_MILLISECONDS)):
        book.on(DAY)
        homes = list(_homes_on_the_way(book))
        for label, call in (("screen", screen), ("next question", next_question)):
            times, ratios = [], []
            for home in homes:
                call(book, home, DAY)
                for _ in range(rounds):
                    idle = _milliseconds(_idle)
                    took = _milliseconds(call, book, home, DAY)
                    times.append(took)
                    ratios.append(took / idle)
            row = f"eligibility/{name} rules, {label}"
            yield Line(f"{row}/median", statistics.median(times), "ms", bar)
            yield Line(f"{row}/p95", sorted(times)[int(len(times) * 0.95)], "ms")
            yield Line(f"{row}/÷ idle loop", statistics.median(ratios), "")


def _homes_on_the_way(book: Rulebook) -> Iterator[Household]:
    """Homes that were asked 0, 2, 4, … questions."""
    for number in range(HOMES_TIMED):
        person, home = Person(book, number), Household()
        for _ in range(2 * number):
            question = next_question(book, home, DAY)
            if question is None:
                break
            _answer(home, question.where, person)
        yield home


def _idle() -> None:
    """A loop that takes about a millisecond: how busy the machine is shows in it."""
    for _ in range(20_000):
        pass


def _milliseconds(call: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - began) * 1e3


# Questions


@dataclass(frozen=True)
class Scope:
    """Services that somebody wants to know about."""

    kind: str
    name: str
    services: tuple[str, ...]


def scopes_of(content: Content, book: Rulebook) -> list[Scope]:
    """All services, those of each life event and need, and each alone."""
    with_rule = {rule.service for rule in book.rules}
    scopes = [Scope(ALL, "", tuple(rule.service for rule in book.rules))]
    for slug, intent in content.intent.items():
        services = tuple(dict.fromkeys(one["service"] for one in intent["services"] if one["service"] in with_rule))
        if services:
            scopes.append(Scope("life event" if intent["kind"] == "life_event" else "need", slug, services))
    return [*scopes, *(Scope(ONE, rule.service, (rule.service,)) for rule in book.rules)]


@dataclass(frozen=True)
class Way:
    """A way of asking in a fixed order.

    ``arising``: what makes no sense after the answers so far is skipped. ``skipping``: all that can no longer change a
    result is skipped too. ``promises``: pinned questions come first and sensitive ones last, as with Portico.
    """

    name: str
    arising: bool = False
    skipping: bool = False
    promises: bool = True
    has_bar: bool = False


WAYS = (
    Way("in sequence", has_bar=True),
    Way("in sequence, where they arise", arising=True),
    Way("skipping what changes nothing", skipping=True),
    Way("in sequence, sensitive anywhere", promises=False),
    Way("skipping what changes nothing, sensitive anywhere", skipping=True, promises=False),
)


class Asking:
    """One home that is asked about some services, fact by fact; each answer is looked at once."""

    def __init__(self, rules: Ruleset, scope: Scope, person: Person) -> None:
        self.rules = rules
        self.scope = [rules.rules[one] for one in scope.services if not rules.rules[one].source.is_closed(DAY)]
        self.person = person
        self.home = Household()
        self.asked = 0
        self._state = rules.state(self.home, DAY)
        self._open: dict[int, tuple[Rule, list[Where]]] = {}
        self._counts: Counter[Where] = Counter()
        self._look(self.scope)

    @property
    def is_decided(self) -> bool:
        return not self._counts

    def can_change(self, where: Where) -> bool:
        """Whether the answer can still change a service."""
        return where in self._counts

    def arises(self, where: Where) -> bool:
        """Whether the question makes sense for this person, as far as is known."""
        gate = self.rules.gate(where[0])
        if gate is None:
            return True
        self._state.person = where[1]
        truth = gate.value(self._state)
        self._state.person = APPLICANT
        return truth == TRUE

    def ask(self, where: Where) -> None:
        self.asked += 1
        _answer(self.home, where, self.person)
        self._state = self.rules.state(self.home, DAY) if where[0] == SIZE else self._with(where)
        key = where[0]
        touched = [rule for rule, _ in self._open.values() if key == SIZE or key in self._facts_of(rule)]
        self._look(touched)

    def useful(self) -> list[Where]:
        """The questions that can change something, in an order that is always the same."""
        return sorted(self._counts)

    def use_of(self, where: Where) -> float:
        """How many services the true answer decides; a tenth for coming nearer to it."""
        home = replace(self.home, values={**self.home.values, where: self.person.answer(where)})
        settle_size(home)
        before = [list(truths) for truths in self._state.truths]
        state = self.rules.state(home, DAY) if where[0] == SIZE else self._with(where)
        use = 0.0
        for rule, open_facts in self._open.values():
            found: list[Where] = []
            if where in open_facts:
                decided = rule.root.survey(state, found) != UNKNOWN
                use += 1 if decided else 0.1 * (1 - len(set(found)) / len(open_facts))
        self._state.truths[:] = before
        return use

    def _facts_of(self, rule: Rule) -> frozenset[str]:
        return rule.root.facts | rule.already.facts if rule.already else rule.root.facts

    def told_apart(self, where: Where) -> object:
        """What the rules make of an answer; two homes whose answers agree in it are asked the same next."""
        tests = self.rules.tests_of.get(where[0], ())
        if where[0] == SIZE or any(self.rules.tests[index].by_size for index in tests):
            return self.home.value(where)
        return tuple(self._state.truths[where[1]][index] for index in tests)

    def _with(self, where: Where) -> State:
        """The state with one answer more."""
        size = self.home.value((SIZE, APPLICANT))
        known = size if isinstance(size, Interval) else None
        found = self.person.truths.get((where, known))
        if found is None:
            answer, tests = self.person.answer(where), self.rules.tests
            found = [(index, tests[index].truth(answer, DAY, known)) for index in self.rules.tests_of.get(where[0], ())]
            self.person.truths[where, known] = found
        for index, truth in found:
            self._state.truths[where[1]][index] = truth
        return self._state

    def _look(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            _, before = self._open.pop(rule.number, (rule, []))
            self._counts.subtract(before)
            found: list[Where] = []
            received = rule.already is not None and rule.already.value(self._state) == TRUE
            if not received and rule.root.survey(self._state, found) == UNKNOWN:
                open_facts = [where for where in dict.fromkeys(found) if where not in self.home.values]
                self._open[rule.number] = rule, open_facts
                self._counts.update(open_facts)
        self._counts += Counter()


def asked_in_order(asking: Asking, order: Sequence[Where], way: Way) -> int:
    """Questions until everything is decided, asked in a fixed order in some way.

    ``order`` names the questions to the person who answers with 0, those about the others of the home with 1; others
    are asked about only where that can change something.
    """
    rest = list(order)
    while not asking.is_decided:
        for at, (key, other) in enumerate(rest):
            persons = range(1, asking.home.people) if other else range(1)
            wanted = [(key, person) for person in persons if (key, person) not in asking.home.values]
            if other or way.skipping:
                wanted = [one for one in wanted if asking.can_change(one)]
            elif way.arising:
                wanted = [one for one in wanted if asking.arises(one)]
            if wanted:
                asking.ask(wanted[0])
                if not other:
                    del rest[at]
                break
        else:
            raise RuntimeError("the order lacks a question")
    return asking.asked


def asked_knowing_all(asking: Asking) -> int:
    """Questions until everything is decided for one who knows the answers, and only has to show why.

    Always the answer that decides most services, or comes nearest to it: no order for all homes can do much better.
    """
    while not asking.is_decided:
        asking.ask(max(asking.useful(), key=asking.use_of))
    return asking.asked


def asked_adaptively(asking: Asking, services: Sequence[str], known: dict[Any, Any]) -> list[Where]:
    """The questions that Portico asks, in its order.

    ``known`` is a tree of what it asked homes that had said the same: a branch for each answer that a rule tells apart.
    """
    asked: list[Where] = []
    while not asking.is_decided:
        if None not in known:
            question = next_question(asking.rules.book, asking.home, DAY, services)
            known[None] = question.where if question else None
        where = known[None]
        if where is None:
            raise RuntimeError("something is undecided, but there is no question")
        asking.ask(where)
        asked.append(where)
        known = known.setdefault(asking.told_apart(where), {})
    return asked


@dataclass(frozen=True)
class Counts:
    """Questions until everything is decided: in Portico's order, in the best fixed orders, and what is possible."""

    adaptive: list[int]
    fixed: dict[Way, list[int]]
    # Of the first homes: what one needs who knows the answers, and what Portico needs.
    knowing_all: list[int]


class Trial:
    """The orders of one scope, learned from some homes and counted on others."""

    def __init__(self, rules: Ruleset, scope: Scope, learned: Sequence[Person], rng: random.Random) -> None:
        self.rules = rules
        self.scope = scope
        self.learned = learned
        self.rng = rng
        self.known: dict[Any, Any] = {}
        self.named: Counter[Where] = Counter()
        for service in scope.services:
            self.named.update(_questions_of(rules, rules.rules[service]))
        self.orders = list(self._orders())

    def count(self, homes: Sequence[Person], moves: int) -> Counts:
        """Questions for each home. ``moves`` are tried to improve the fixed orders."""
        return Counts(
            [len(self._adaptive(home)) for home in homes],
            {way: self._fixed(way, homes, moves) for way in WAYS},
            [asked_knowing_all(self._asking(home)) for home in homes[:HOMES_KNOWN]],
        )

    def _fixed(self, way: Way, homes: Sequence[Person], moves: int) -> list[int]:
        order = self.best_order(way, moves)
        return [asked_in_order(self._asking(home), order, way) for home in homes]

    def best_order(self, way: Way, moves: int) -> list[Where]:
        """The best of several fixed orders, improved by moving one question at a time while that helps."""

        def fitting(order: Sequence[Where]) -> list[Where]:
            return sorted(order, key=self._tier) if way.promises else list(order)

        def mean(order: Sequence[Where]) -> float:
            return statistics.fmean(asked_in_order(self._asking(home), order, way) for home in self.learned)

        best = min(map(fitting, self.orders), key=mean)
        fewest = mean(best)
        for _ in range(moves if len(best) > 1 else 0):
            moved = list(best)
            one = moved.pop(self.rng.randrange(len(moved)))
            moved.insert(self.rng.randrange(len(best)), one)
            moved = fitting(moved)
            found = mean(moved)
            if found <= fewest:
                best, fewest = moved, found
        return best

    def _tier(self, where: Where) -> tuple[int, bool]:
        fact = self.rules.facts[where[0]]
        pin = fact.pin if fact.pin is not None and where[1] == APPLICANT else 1_000
        return pin, fact.sensitivity == "sensitive"

    def _orders(self) -> Iterator[list[Where]]:
        """By how many services name a question, the same for its cost, by Portico's own order, and greedily."""
        facts = self.rules.facts
        yield sorted(self.named, key=lambda one: (-self.named[one], one))
        yield sorted(self.named, key=lambda one: (-self.named[one] / facts[one[0]].cost, one))
        places: dict[Where, list[int]] = {where: [] for where in self.named}
        for home in self.learned:
            asked = [(key, min(person, 1)) for key, person in self._adaptive(home)]
            for where, at in places.items():
                at.append(asked.index(where) if where in asked else len(self.named))
        yield sorted(places, key=lambda one: (statistics.fmean(places[one]), one))
        yield self._greedy()

    def _greedy(self) -> list[Where]:
        """Always the question that stands highest in the lists of what to ask of all homes."""
        order: list[Where] = []
        askings = [self._asking(home) for home in self.learned[:HOMES_GREEDY]]
        while len(order) < len(self.named):
            votes: Counter[Where] = Counter()
            for asking in askings:
                if not asking.is_decided:
                    ranked = ranked_questions(self.rules.book, asking.home, DAY, self.scope.services)
                    for place, question in enumerate(ranked[:20], 1):
                        votes[question.where[0], min(question.where[1], 1)] += 1 / place
            left = [one for one in self.named if one not in order]
            best = max(left, key=lambda one: (votes[one], self.named[one], one))
            order.append(best)
            for asking in askings:
                for person in range(1, asking.home.people) if best[1] else range(1):
                    if asking.can_change((best[0], person)):
                        asking.ask((best[0], person))
        return order

    def _adaptive(self, home: Person) -> list[Where]:
        return asked_adaptively(self._asking(home), self.scope.services, self.known)

    def _asking(self, home: Person) -> Asking:
        return Asking(self.rules, self.scope, home)


def _questions_of(rules: Ruleset, rule: Rule) -> set[Where]:
    """The questions that a rule may need: to the person who answers with 0, about others of the home with 1."""
    found: set[Where] = set()

    def walk(node: Node, other: bool) -> None:
        for key in node.facts if isinstance(node, Leaf) else ():
            found.add((key, 0))
            if other and rules.facts[key].of_each_person:
                found.add((key, 1))
        if isinstance(node, SomePerson):
            found.add((SIZE, 0))
        for part in node.parts:
            walk(part, other or isinstance(node, SomePerson))

    walk(rule.root, False)
    return found


def _questions(content: Content, book: Rulebook, homes: int, moves: int) -> Iterator[Line]:
    rules = book.on(DAY)
    counted: dict[str, list[Counts]] = {}
    people = [Person(book, number) for number in range(homes)]
    learned = [Person(book, -1 - number) for number in range(HOMES_TO_LEARN)]
    for scope in scopes_of(content, book):
        few = learned[:HOMES_GREEDY] if scope.kind == ALL else learned
        trial = Trial(rules, scope, few, random.Random(SEED))
        counted.setdefault(scope.kind, []).append(trial.count(people, moves))
    for kind, found in counted.items():
        row = f"questions/{kind}"
        adaptive = [number for one in found for number in one.adaptive]
        known = [number for one in found for number in one.knowing_all]
        yield Line(f"eligibility/{kind}: Portico/median", statistics.median(adaptive), "questions")
        yield Line(f"eligibility/{kind}: Portico/mean", statistics.fmean(adaptive), "questions")
        for way in WAYS:
            fixed = [number for one in found for number in one.fixed[way]]
            row = f"eligibility/{kind}: {way.name}"
            yield Line(f"{row}/median", statistics.median(fixed), "questions")
            yield Line(f"{row}/mean", statistics.fmean(fixed), "questions")
            fewer = _fewer(statistics.median, adaptive, fixed)
            # Where two questions are enough, no order can save a third of them.
            bar = FEWER_PERCENT if way.has_bar and kind != ONE else None
            yield Line(f"{row}/fewer by Portico", fewer, "%", bar, at_most=False)
            yield Line(f"{row}/fewer in the mean", _fewer(statistics.fmean, adaptive, fixed), "%")
        row = f"eligibility/{kind}: by one who knows all"
        same = [number for one in found for number in one.adaptive[:HOMES_KNOWN]]
        yield Line(f"{row}/median", statistics.median(known), "questions")
        yield Line(f"{row}/mean", statistics.fmean(known), "questions")
        yield Line(f"{row}/fewer in the mean", _fewer(statistics.fmean, same, known), "%")


def _fewer(average: Callable[[Sequence[int]], float], some: Sequence[int], others: Sequence[int]) -> float:
    return 100 * (1 - average(some) / average(others))


# Pages


def run_pages(server: Server, visits: int) -> Iterator[Line]:
    """Milliseconds of each kind of page, from the first question to the results; one request at a time."""
    times: dict[str, list[float]] = {}
    rng = random.Random(SEED)
    for number in range(visits + 1):
        if number == 1:
            # The first visit filled what the server keeps.
            times.clear()
        visitor = _Visitor(server, times)
        visitor.get("start", "/en/check")
        visitor.post("begin", "/en/check", {})
        for _ in range(MOST_QUESTIONS):
            if "/questions/" not in visitor.path:
                break
            choices = re.findall(r'name="answer"[^>]*value="([^"]+)"', visitor.page)
            answer = {"answer": rng.choice(choices)} if choices and "amount" not in visitor.page else {}
            visitor.get("question", visitor.path)
            visitor.post("answer", visitor.path, answer or {"skip": "dont_know"})
        visitor.get("answers", "/en/check/answers")
        visitor.get("results", "/en/check/results")
    for kind, found in times.items():
        row = f"eligibility/page: {kind}"
        yield Line(f"{row}/median", statistics.median(found), "ms")
        yield Line(f"{row}/p95", sorted(found)[int(len(found) * 0.95)], "ms", PAGE_MILLISECONDS)


class _Visitor:
    """Somebody with a cookie who fills forms in. What each request takes goes to ``times``."""

    def __init__(self, server: Server, times: dict[str, list[float]]) -> None:
        self.server = server
        self.times = times
        self.cookies: dict[str, str] = {}
        self.page = self.path = ""

    def get(self, kind: str, path: str) -> None:
        self._request(kind, "GET", path)

    def post(self, kind: str, path: str, fields: Mapping[str, str]) -> None:
        """Send the form of the page, and open what it leads to."""
        tokens = re.findall(r'name="(csrf_token|asked)"[^>]*value="([^"]+)"', self.page)
        leads_to = self._request(kind, "POST", path, urlencode({**dict(tokens), **fields}))
        if leads_to:
            self.get("results" if leads_to.endswith("/results") else "question", leads_to)

    def _request(self, kind: str, method: str, path: str, body: str | None = None) -> str | None:
        headers = {**HEADERS, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=30)
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - began) * 1e3
        connection.close()
        for value in response.headers.get_all("Set-Cookie", []):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if response.status not in (200, 303):
            raise LeftOut(f"{kind} answers {response.status}")
        self.times.setdefault(kind, []).append(took)
        if response.status == 303:
            return urlsplit(response.headers["Location"]).path
        content = gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
        self.page, self.path = content.decode(), path
        return None

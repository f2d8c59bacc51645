"""What the answers of a household say about each service, and why."""

import datetime
import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from .conditions import FALSE, TRUE, UNKNOWN, Test, Truth
from .facts import Interval, NonAnswer, Record, day_aged, months_after
from .households import APPLICANT, Household, Where
from .nodes import Ask, Group, Leaf, Node, OpenTo, SomePerson, State
from .ruleset import Rule, Rulebook, Ruleset

# How far ahead "likely from" looks.
HORIZON_MONTHS = 60
# Dates after this are so far ahead that nothing begins a time after them.
_LAST_DAY = datetime.date(9000, 1, 1).toordinal()


class ResultState(enum.StrEnum):
    """What can be said about one service."""

    LIKELY = "likely"
    LIKELY_FROM = "likely_from"
    NEEDS_ANSWER = "needs_answer"
    ASK_A_PERSON = "ask_a_person"
    ONE_STEP_SHORT = "one_step_short"
    NOT_FROM_ANSWERS = "not_from_answers"
    ALREADY_RECEIVING = "already_receiving"
    CLOSED = "closed"


OPEN_STATES = frozenset({ResultState.NEEDS_ANSWER, ResultState.ASK_A_PERSON})


@dataclass(frozen=True)
class Result:
    """What can be said about a service.

    ``missing``: the facts that can still decide it and may be asked for, those that are only known roughly among them.
    ``likely_from``: the first day on which it is likely; ``earliest`` the first on which it may be, where something is
    not known, or only roughly. ``change``: leaves that fail and would, if met, make it likely. ``opens``: when a
    service that is closed begins.
    """

    rule: Rule
    state: ResultState
    missing: tuple[Where, ...] = ()
    likely_from: datetime.date | None = None
    earliest: datetime.date | None = None
    change: tuple[Leaf, ...] = ()
    opens: datetime.date | None = None

    @property
    def service(self) -> str:
        return self.rule.source.service


@dataclass(frozen=True)
class Explanation:
    """A node of a rule with what the answers make of it: met, not_met or not_known.

    ``kind`` is all, any, at_least (``wanted``), not, some_person, condition, ask or open_to. For some_person ``parts``
    has one part for each person, and ``open`` tells whether others may live in the home for whom it may hold. A
    condition names its leaf and person.
    """

    kind: str
    value: str
    parts: tuple["Explanation", ...] = ()
    wanted: int = 0
    leaf: Node | None = None
    person: int = APPLICANT
    open: bool = False


def screen(book: Rulebook, home: Household, on: datetime.date, services: Collection[str] | None = None) -> list[Result]:
    """What can be said about each service, or those named, in the order of the rulebook. Unknown names are left out."""
    rules = book.on(on)
    look = _Look(rules, home, on, rules.state(home, on))
    found = rules.rules.values() if services is None else [rules.rules[one] for one in services if one in rules.rules]
    return [_result(rule, look) for rule in found]


@dataclass(frozen=True)
class _Look:
    """A household as it is looked at on a day; ``later`` keeps its states on days on which rules change."""

    rules: Ruleset
    home: Household
    on: datetime.date
    state: State
    later: dict[datetime.date, State] = field(default_factory=dict)


def _result(rule: Rule, look: _Look) -> Result:
    source, opens = rule.source, rule.source.opens
    if source.is_closed(look.on):
        return Result(rule, ResultState.CLOSED, opens=opens if opens and look.on < opens else None)
    if rule.already is not None and rule.already.value(look.state) == TRUE:
        return Result(rule, ResultState.ALREADY_RECEIVING)
    open_facts: list[Where] = []
    truth = rule.root.survey(look.state, open_facts)
    if truth == TRUE:
        return Result(rule, ResultState.LIKELY)
    if truth == FALSE:
        day, earliest = _likely_from(rule, look)
        if day:
            return Result(rule, ResultState.LIKELY_FROM, likely_from=day, earliest=earliest)
        change = _one_step(rule, look)
        state = ResultState.ONE_STEP_SHORT if change else ResultState.NOT_FROM_ANSWERS
        return Result(rule, state, earliest=earliest, change=change)
    missing = tuple(where for where in dict.fromkeys(open_facts) if may_be_asked(look.rules, look.home, where))
    return Result(rule, ResultState.NEEDS_ANSWER if missing else ResultState.ASK_A_PERSON, missing=missing)


def may_be_asked(rules: Ruleset, home: Household, where: Where) -> bool:
    """Whether nobody has answered yet, or only roughly, or said that they do not know."""
    answer = home.values.get(where)
    is_rough = isinstance(answer, Interval) and answer.low < answer.high
    return where[0] in rules.facts and (is_rough or answer in (None, NonAnswer.DONT_KNOW))


# Time


def _likely_from(rule: Rule, look: _Look) -> tuple[datetime.date | None, datetime.date | None]:
    """(first day on which it is likely, first on which it may be), if that comes by the passage of time alone."""
    book, closes = look.rules.book, rule.source.closes
    end = months_after(look.on, HORIZON_MONTHS)
    end = min(end, closes) if closes else end
    changes = {day for day in book.changes_of(rule.source.service) if look.on < day <= end}
    if not changes and not _time_could_help(rule, look):
        return None, None
    earliest = None
    turns = {day for since in {look.on, *changes} for day in _turning_days(rule, look.home, book.on(since))}
    for day in sorted(changes | {day for day in turns if look.on < day <= end}):
        rules = book.on(day)
        later = rules.rules[rule.source.service]
        truth = later.root.value(_state_later(rule, look, rules, day))
        if truth != FALSE and earliest is None:
            earliest = day
        if truth == TRUE:
            return day, earliest
    return None, earliest


def _time_could_help(rule: Rule, look: _Look) -> bool:
    """Whether the rule would not fail if every test that time moves could have either outcome."""
    moving = rule.moving
    if not moving:
        return False
    before = [[truths[index] for index in moving] for truths in look.state.truths]
    for truths in look.state.truths:
        for index in moving:
            truths[index] = UNKNOWN
    truth = rule.root.value(look.state)
    for truths, known in zip(look.state.truths, before, strict=True):
        for index, one in zip(moving, known, strict=True):
            truths[index] = one
    return truth != FALSE


def _turning_days(rule: Rule, home: Household, rules: Ruleset) -> Iterator[datetime.date]:
    """Days on which a test that time moves may turn, of those that the rule has in a period."""
    for index in rules.rules[rule.source.service].moving:
        test = rules.tests[index]
        for person in range(home.people):
            value = home.value((test.fact.key, person))
            if isinstance(value, Interval):
                for point in {value.low, value.high}:
                    yield from _turns(test, point)


def _turns(test: Test, point: float) -> Iterator[datetime.date]:
    """Days on which a test may turn for somebody with this birth, or this date."""
    if not datetime.date.min.toordinal() < point < _LAST_DAY:
        return
    if test.fact.type == "age":
        yield day_aged(point, test.value)
        yield day_aged(point, int(test.value) + 1)
        return
    ago = test.value["ago"]
    for then in (point, point + 1):
        day = datetime.date.fromordinal(int(then) + ago.get("days", 0))
        yield months_after(day, ago.get("years", 0) * 12 + ago.get("months", 0))


def _state_later(rule: Rule, look: _Look, rules: Ruleset, day: datetime.date) -> State:
    """The state on a later day; within the same period only the tests of the rule that time moves are made anew."""
    if rules is not look.rules:
        if day not in look.later:
            look.later[day] = rules.state(look.home, day)
        return look.later[day]
    state = State([list(truths) for truths in look.state.truths[: look.state.people]], look.state.alone)
    for index in rule.moving:
        test = rules.tests[index]
        for person, truths in enumerate(state.truths):
            truths[index] = test.truth(look.home.value((test.fact.key, person)), day)
    return state


# What would change it


def _one_step(rule: Rule, look: _Look) -> tuple[Leaf, ...]:
    """The failing leaves about one fact that a person can change, if another answer to it would make it likely."""
    for key in sorted(rule.root.facts):
        fact, where = look.rules.facts.get(key), (key, APPLICANT)
        if fact is None or not fact.changeable or look.home.value(where) is None:
            continue
        truths = look.state.truths[APPLICANT]
        failing = {index for index in look.rules.tests_of.get(key, ()) if truths[index] == FALSE}
        with look.rules.supposing(where, look.home, look.on, look.state) as supposed:
            would = rule.root.value(look.state)[0] & supposed.whole
        helped = {index for index, (true, _) in supposed.truths.items() if true & would} & failing
        leaves = {leaf.index: leaf for leaf in _leaves(rule.root) if leaf.index in helped and leaf.record}
        if leaves:
            return tuple(leaves.values())
    return ()


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    for part in node.parts:
        yield from _leaves(part)


# Why


def explain(
    book: Rulebook, home: Household, on: datetime.date, service: str, state: State | None = None
) -> Explanation:
    """The rule of a service with what the answers make of each part. Its value is that of the whole.

    ``state`` is what the rules of the day make of the home, for those who explain many. Raises KeyError for a service
    without a rule.
    """
    rules = book.on(on)
    return _explained(rules.rules[service].root, state or rules.state(home, on))


def explain_all(
    book: Rulebook, home: Household, on: datetime.date, services: Collection[str]
) -> dict[str, Explanation]:
    """What ``explain`` says of each of several services. Raises KeyError for one without a rule."""
    state = book.on(on).state(home, on)
    return {service: explain(book, home, on, service, state) for service in services}


def _explained(node: Node, state: State) -> Explanation:
    if isinstance(node, Leaf):
        person = APPLICANT if node.shared else state.person
        return Explanation("condition", _word(node.value(state)), leaf=node, person=person)
    if isinstance(node, Ask | OpenTo):
        return Explanation("ask" if isinstance(node, Ask) else "open_to", _word(node.value(state)), leaf=node)
    kind, wanted, is_open = "not", 0, False
    if isinstance(node, SomePerson):
        parts = tuple(_explained(node.part, state) for _ in state.everybody())
        kind, is_open = "some_person", node.nobody_else(state) != -1
    else:
        parts = tuple(_explained(part, state) for part in node.parts)
    if isinstance(node, Group):
        kind, wanted = node.kind, node.wanted
    value = _combined(kind, [part.value for part in parts], wanted, is_open=is_open)
    return Explanation(kind, value, parts, wanted=wanted, open=is_open)


def recomputed(explanation: Explanation) -> str:
    """The value of the whole from the values of its conditions alone, as a reader of the explanation would find it."""
    if not explanation.parts:
        return explanation.value
    values = [recomputed(part) for part in explanation.parts]
    return _combined(explanation.kind, values, explanation.wanted, is_open=explanation.open)


def _combined(kind: str, values: list[str], wanted: int, *, is_open: bool) -> str:
    met, failed = values.count("met"), values.count("not_met")
    match kind:
        case "not":
            return {"met": "not_met", "not_met": "met"}.get(values[0], "not_known")
        case "all":
            return "not_met" if failed else "met" if met == len(values) else "not_known"
        case "any":
            return "met" if met else "not_met" if failed == len(values) else "not_known"
        case "at_least":
            return "met" if met >= wanted else "not_met" if len(values) - failed < wanted else "not_known"
    return "met" if met else "not_met" if failed == len(values) and not is_open else "not_known"


def _word(truth: Truth) -> str:
    return "met" if truth == TRUE else "not_met" if truth == FALSE else "not_known"


def answer_of(home: Household, leaf: Leaf, person: int) -> Any:
    """The answer that a leaf was compared with, as it was given; None where there is none."""
    return home.raw.get((leaf.test.fact.key, person))


def source_of(rule: Rule, leaf: Record | None) -> Record | None:
    """The source that a leaf names, from the service's own list."""
    return rule.source.sources.get(leaf["source"]) if leaf and leaf.get("source") else None

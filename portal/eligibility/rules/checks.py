"""Faults of facts, parameters and rules that a policy person can mend."""

import datetime
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .conditions import COMPARISONS, FALSE, MEASURED, OPERATORS, TRUE, UNKNOWN, Truth
from .facts import NON_ANSWERS, Fact, InvalidAnswer, Record, is_area, read_answer
from .households import SIZE, Household, InvalidFacts, Where, read_household
from .nodes import Ask, Node, OpenTo, State
from .ruleset import LEAF_KINDS, LIVES_IN, OTHERWISE_TYPES, Rulebook, Ruleset, ServiceRule, leaves_in
from .screening import ResultState, screen

_OF_SEVERAL = ("one_of", "none_of", "in_area", "not_in_area")
# What the portal itself needs, whether or not a rule names it.
_OWN_FACTS = frozenset({SIZE, LIVES_IN})
_WANTED = (
    ("likely", (ResultState.LIKELY,)),
    ("not likely", (ResultState.NOT_FROM_ANSWERS, ResultState.ONE_STEP_SHORT, ResultState.LIKELY_FROM)),
    ("not known", (ResultState.NEEDS_ANSWER,)),
)


class Fault(NamedTuple):
    """What is wrong: the kind of record (fact, parameter or service), its key, where in it, and why."""

    kind: str
    key: str
    path: str
    reason: str


def leaf_name(leaf: Record) -> str:
    """What a leaf is called in a list of faults: its fact, or its kind."""
    return str(leaf.get("fact") or next(kind for kind in sorted(LEAF_KINDS) if kind in leaf))


def leaf_faults(leaf: Record, facts: Mapping[str, Fact], parameters: Collection[str]) -> Iterator[str]:
    """Why a comparison makes no sense: unknown names, or a value that does not go with the fact."""
    fact = facts.get(leaf["fact"])
    if fact is None:
        yield f"unknown fact {leaf['fact']}"
        return
    value, operator = leaf["value"], leaf["is"]
    several, areas = operator in _OF_SEVERAL, operator in ("in_area", "not_in_area")
    if operator not in OPERATORS:
        yield f"unknown comparison {operator}"
    elif several != isinstance(value, list):
        yield f"{operator} does not go with {value!r}"
    elif areas != (fact.type == "area") or not _goes_with(operator, fact):
        yield f"{operator} does not go with a fact of type {fact.type}"
    elif isinstance(value, dict):
        yield from _reference_faults(fact, value, facts, parameters)
    elif areas:
        yield from (f"{one!r} is no area" for one in value if not is_area(one))
    else:
        for one in value if several else [value]:
            if not _is_comparable(fact, one):
                allowed = f": one of {', '.join(fact.values)}" if fact.values else ""
                yield f"{one!r} is no value of a fact of type {fact.type}{allowed}"


def _goes_with(operator: str, fact: Fact) -> bool:
    if fact.type in MEASURED:
        return operator not in _OF_SEVERAL
    return operator not in COMPARISONS


def _is_comparable(fact: Fact, value: Any) -> bool:
    """Whether a fact can be compared with a plain value."""
    if fact.type in ("number", "money", "age"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return value not in NON_ANSWERS and _is_answer(fact, value) if isinstance(value, str | bool) else False


def _reference_faults(
    fact: Fact, value: Mapping[str, Any], facts: Mapping[str, Fact], parameters: Collection[str]
) -> Iterator[str]:
    if "ago" in value:
        if fact.type != "date":
            yield f"a time ago does not go with a fact of type {fact.type}"
        return
    if fact.type not in ("number", "money"):
        yield f"a parameter does not go with a fact of type {fact.type}"
    if value["parameter"] not in parameters:
        yield f"unknown parameter {value['parameter']}"
    elif isinstance(parameters, Mapping) and fact.type == "money":
        unit = parameters[value["parameter"]]["unit"]
        if unit != "dollars" if fact.unit is None else not unit.startswith("dollars_per_"):
            paid = "that comes once" if fact.unit is None else "that comes regularly"
            yield f"the unit of {value['parameter']}, {unit}, does not go with money {paid}"
    if value.get("size", SIZE) != SIZE or ("size" in value and SIZE not in facts):
        yield f"an amount can be for the {SIZE} alone, not for {value['size']}"


def fact_faults(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[str]:
    """What is wrong with a fact: its preconditions, its values, its shares."""
    if reserved := sorted(set(fact.values) & set(NON_ANSWERS)):
        yield f"{reserved[0]} cannot be a value"
    yield from _precondition_faults(fact, facts)
    if _in_circle(fact.key, facts):
        yield "is its own precondition"
    if fact.otherwise is not None:
        if fact.type not in OTHERWISE_TYPES:
            yield f"otherwise: does not go with a fact of type {fact.type}"
        elif fact.otherwise in NON_ANSWERS or not _is_answer(fact, fact.otherwise):
            yield f"otherwise: {fact.otherwise!r} is no answer"
    allowed = {"true", "false"} if fact.type == "boolean" else set(fact.values)
    if unknown := sorted(set(fact.shares) - allowed):
        yield f"shares: {unknown[0]!r} is no answer"
    if list(fact.bands) != sorted(set(fact.bands)):
        yield "bands must rise"


def _precondition_faults(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[str]:
    for name in ("only_if", "ask_if"):
        condition = getattr(fact, name)
        if condition:
            for leaf in leaves_in(condition):
                if "fact" not in leaf:
                    yield f"{name}: {leaf_name(leaf)} is no condition on a fact"
                    continue
                yield from (f"{name}: {reason}" for reason in leaf_faults(leaf, facts, ()))
                other = facts.get(leaf["fact"])
                if other and other.of_each_person and not fact.of_each_person and name == "only_if":
                    yield f"{name}: {other.key} is of each person, this is not: it means the one who answers"


def parameter_faults(parameter: Record, on: datetime.date) -> Iterator[str]:
    """Overlaps and gaps of the dated values of a parameter, and that none holds on a day."""
    periods = periods_of(parameter)
    yield from _period_faults(periods, "value")
    day = on.isoformat()
    if not any(start <= day < until for start, until in periods):
        yield f"no value holds on {day}"


def rule_faults(book: Rulebook, rule: ServiceRule, on: datetime.date) -> Iterator[tuple[str, str]]:
    """(path, reason) of what is wrong with the rule of a service."""
    sound = True
    for leaf in leaves_in(rule.criterion):
        name = leaf_name(leaf)
        if "fact" in leaf:
            for reason in leaf_faults(leaf, book.facts, book.parameters):
                sound = False
                yield name, reason
        if leaf.get("source") not in rule.sources:
            yield name, f"names the source {leaf.get('source')!r}, which is not listed"
    for leaf in leaves_in(rule.already) if rule.already else ():
        known = "fact" in leaf
        reasons = leaf_faults(leaf, book.facts, book.parameters) if known else [f"{leaf_name(leaf)} is no fact"]
        for reason in reasons:
            sound = False
            yield "already", reason
    yield from _date_faults(rule.criterion)
    yield from _count_faults(rule.criterion)
    if not sound:
        return
    for day in [on, *(change for change in book.changes_of(rule.service) if change > on)]:
        rules = book.on(day)
        made = rules.rules[rule.service]
        if made.authored is None:
            yield "", f"no condition holds on {day.isoformat()}"
        else:
            yield from _constant_parts(made.authored, rules, day, whole=True)


def text_faults(book: Rulebook, rule: ServiceRule, languages: Collection[str]) -> Iterator[tuple[str, str]]:
    """(path, reason) of conditions without a text for met, not met or not known in one of the languages."""
    for leaf in leaves_in(rule.criterion):
        fact = book.facts.get(leaf.get("fact", ""))
        not_known = leaf.get("not_known") or (fact.not_known if fact else {})
        texts = {"text": leaf.get("text", {})}
        if "fact" in leaf:
            texts |= {"not_met": leaf.get("not_met", {}), "not_known": not_known}
        for name, known in texts.items():
            for lang in languages:
                if not known.get(lang):
                    yield f"{leaf_name(leaf)}.{name}", f"no text in {lang}"


def unused_facts(book: Rulebook) -> list[str]:
    """Facts that no rule needs, neither in a condition nor as what another fact presupposes."""
    used = set(_OWN_FACTS) | {fact.key for fact in book.facts.values() if fact.used_by}
    waiting = [
        key for rule in book.rules for criterion in (rule.criterion, rule.already or {}) for key in _facts_in(criterion)
    ]
    while waiting:
        key = waiting.pop()
        if key in used or key not in book.facts:
            continue
        used.add(key)
        for condition in (book.facts[key].only_if, book.facts[key].ask_if):
            waiting += _facts_in(condition or {})
    return sorted(set(book.facts) - used)


def household_faults(
    book: Rulebook, rule: ServiceRule, households: Iterable[Record], on: datetime.date, *, complete: bool = True
) -> Iterator[tuple[str, str]]:
    """(name, reason) of each sample household whose result is not the expected one.

    With ``complete`` also what has no sample: likely, not likely, and not known.
    """
    seen = set()
    for sample in households:
        day = datetime.date.fromisoformat(sample["on"]) if "on" in sample else on
        seen.add(sample["state"])
        try:
            home = read_household(household_answers(sample), book.facts, day)
        except InvalidFacts as error:
            yield sample["name"], str(error)
            continue
        if "on" not in sample and any(
            isinstance(raw, str) and _counts_days(book, key) for (key, _), raw in home.raw.items()
        ):
            yield sample["name"], "has a date but no day (on), so that its result would change with time"
        result = screen(book, home, day, [rule.service])[0]
        if result.state != sample["state"]:
            missing = ", ".join(key for key, _ in result.missing)
            yield sample["name"], f"is {result.state}, not {sample['state']}{f' ({missing})' if missing else ''}"
    asks = any("ask" in leaf for leaf in leaves_in(rule.criterion))
    wanted_states = _WANTED[:1] if "open_to" in rule.criterion else _WANTED
    for name, states in wanted_states if complete else ():
        wanted = (ResultState.ASK_A_PERSON,) if asks and name == "likely" else states
        if not seen & set(wanted):
            yield "", f"no sample household that is {name} ({' or '.join(wanted)})"


def _counts_days(book: Rulebook, key: str) -> bool:
    return book.facts[key].type in ("age", "date")


def household_answers(sample: Record) -> dict[str, Any]:
    """The answers of a sample household, as ``read_household`` takes them."""
    return {**sample.get("facts", {}), **({"people": sample["people"]} if "people" in sample else {})}


def _facts_in(criterion: Record) -> Iterator[str]:
    return (leaf["fact"] for leaf in leaves_in(criterion) if "fact" in leaf)


def _is_answer(fact: Fact, value: Any) -> bool:
    try:
        read_answer(fact, value, datetime.date.today())  # noqa: DTZ011 - any day will do
    except InvalidAnswer:
        return False
    return True


def _in_circle(key: str, facts: Mapping[str, Fact]) -> bool:
    waiting, seen = [key], set()
    while waiting:
        fact = facts.get(waiting.pop())
        for condition in (fact.only_if, fact.ask_if) if fact else ():
            for other in _facts_in(condition or {}):
                if other == key:
                    return True
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return False


def _date_faults(criterion: Record) -> Iterator[tuple[str, str]]:
    """Conditions on one fact that follow each other in time must neither overlap nor leave a gap."""
    for kind in ("all", "any", "of"):
        dated: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for part in criterion.get(kind, ()):
            yield from _date_faults(part)
            if "fact" in part and (part.get("from") or part.get("until")):
                period = (part.get("from") or "", part.get("until") or "9999-12-31")
                dated.setdefault((part["fact"], part["is"]), []).append(period)
        for (fact, _), periods in dated.items():
            yield from ((fact, reason) for reason in _period_faults(periods, "condition"))
    for kind in ("not", "some_person"):
        if kind in criterion:
            yield from _date_faults(criterion[kind])


def _count_faults(criterion: Record) -> Iterator[tuple[str, str]]:
    """A part that needs more of its conditions to hold than it has could never hold."""
    for kind in ("all", "any", "of"):
        for part in criterion.get(kind, ()):
            yield from _count_faults(part)
    for kind in ("not", "some_person"):
        if kind in criterion:
            yield from _count_faults(criterion[kind])
    if "of" in criterion and criterion["at_least"] > len(criterion["of"]):
        yield "at_least", f"needs {criterion['at_least']} of {len(criterion['of'])} conditions"


def overlap_faults(periods: Iterable[tuple[str, str]], what: str) -> Iterator[str]:
    """Periods, each from its first day until the day after its last, that end before they begin, or overlap."""
    ordered = sorted(periods)
    for start, until in ordered:
        if start >= until:
            yield f"{start} is not before {until}"
    for (_, until), (start, _) in itertools.pairwise(ordered):
        if start < until:
            yield f"two {what}s hold on {start}"


def _period_faults(periods: Iterable[tuple[str, str]], what: str) -> Iterator[str]:
    """What is wrong with periods that should follow each other without a gap."""
    ordered = sorted(periods)
    yield from overlap_faults(ordered, what)
    for (_, until), (start, _) in itertools.pairwise(ordered):
        if until < start:
            yield f"no {what} holds from {until} until {start}"


def periods_of(parameter: Record) -> list[tuple[str, str]]:
    """The periods of the values of a parameter; one without an end goes on."""
    return sorted((value["from"], value.get("until") or "9999-12-31") for value in parameter["values"])


def _constant_parts(
    node: Node, rules: Ruleset, day: datetime.date, *, whole: bool = False
) -> Iterator[tuple[str, str]]:
    """Parts that hold whatever is answered, or that nothing can make hold."""
    if isinstance(node, OpenTo):
        return
    if isinstance(node, Ask) or _asks(node):
        for part in node.parts:
            yield from _constant_parts(part, rules, day)
        return
    state = rules.state(_NOBODY, day)
    name = "the rule" if whole else " and ".join(sorted(node.facts))
    if not _can_be(node, TRUE, rules, day, state):
        yield name, f"can never hold on {day.isoformat()}"
    elif not _can_be(node, FALSE, rules, day, state):
        yield name, f"always holds on {day.isoformat()}: write open_to: everyone where that is meant"
    else:
        for part in node.parts:
            yield from _constant_parts(part, rules, day)


def _asks(node: Node) -> bool:
    return any(isinstance(part, Ask) or _asks(part) for part in node.parts)


def _can_be(node: Node, wanted: Truth, rules: Ruleset, day: datetime.date, state: State) -> bool:
    """Whether some answers give a node a value; each fact is tried with every answer that matters."""
    open_facts: list[Where] = []
    truth = node.survey(state, open_facts)
    if truth != UNKNOWN:
        return truth == wanted
    if not open_facts:
        # An amount without a value today is reported with its parameter.
        return True
    where = open_facts[0]
    supposed = rules.suppose(rules.facts[where[0]], _NOBODY, day)
    truths = state.truths[where[1]]
    before = {index: truths[index] for index in supposed.truths}
    found = False
    for bit in range(len(supposed.samples)):
        for index, (true, false) in supposed.truths.items():
            truths[index] = TRUE if true >> bit & 1 else FALSE if false >> bit & 1 else UNKNOWN
        still_open: list[Where] = []
        if node.survey(state, still_open) == UNKNOWN and still_open[:1] == [where]:
            # A comparison of two facts that one of them does not decide alone.
            found = True
        else:
            found = _can_be(node, wanted, rules, day, state)
        if found:
            break
    for index, truth in before.items():
        truths[index] = truth
    return found


# Two people of whom nothing is known, so that one of them can be a child of the other.
_NOBODY = Household(people=2, complete=True)

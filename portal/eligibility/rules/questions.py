"""What to ask next: the fact that is expected to decide most services for the least effort of answering."""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from .conditions import FALSE, TRUE, UNKNOWN
from .facts import Fact
from .households import APPLICANT, SIZE, Household, Where
from .nodes import Ask, Group, Leaf, Node, Not, SomePerson, State
from .ruleset import Rule, Rulebook, Ruleset, Supposed

# A fact that brings a decision closer without bringing one counts for this much of a decision.
PROGRESS = 1.0
# What a question about another person of the home costs more.
OTHER_PERSON = 1
_NOT_PINNED = 1_000
_SENSITIVITY_COST = {"ordinary": 0.0, "personal": 0.5, "sensitive": 1.0}


# The tier, the gain for the cost with a minus, and what makes the order the same every time.
_Rank = tuple[tuple[bool, int, bool], float, Where]


@dataclass(frozen=True)
class NextQuestion:
    """A question: its fact and person, and how many services that are still open it touches."""

    where: Where
    services: tuple[str, ...]


@dataclass(frozen=True)
class Remaining:
    """How many more questions until everything is decided: at least, and at most unless new people come up."""

    least: int
    most: int


def next_question(
    book: Rulebook, home: Household, on: datetime.date, services: Collection[str] | None = None
) -> NextQuestion | None:
    """The best question, or None where no answer can change anything or all that could help was declined.

    What an author pinned comes first, what is sensitive last; between, by the decisions that can be expected from an
    answer for its cost. What somebody said that they do not know is not asked again by itself.
    """
    inquiry = _Inquiry(book.on(on), home, on, services)
    candidates = inquiry.candidates.values()
    if not candidates:
        return None
    first = min(candidate.tier for candidate in candidates)
    best: tuple[_Rank, _Candidate] | None = None
    # The most promising first, so that those that cannot be better need not be looked at.
    for candidate in sorted((one for one in candidates if one.tier == first), key=lambda one: -one.promise):
        if best is not None and -candidate.promise > best[0][1]:
            break
        rank = inquiry.rank(candidate)
        if best is None or rank < best[0]:
            best = rank, candidate
    return best[1].question if best else None


def ranked_questions(
    book: Rulebook, home: Household, on: datetime.date, services: Collection[str] | None = None
) -> list[NextQuestion]:
    """All questions that can still change a service, the best first; that is the next one."""
    inquiry = _Inquiry(book.on(on), home, on, services)
    return [candidate.question for candidate in sorted(inquiry.candidates.values(), key=inquiry.rank)]


def remaining(
    book: Rulebook,
    home: Household,
    on: datetime.date,
    services: Collection[str] | None = None,
    state: State | None = None,
) -> Remaining:
    """An honest range of the questions that are left. ``state`` is that of the household, where it is at hand."""
    rules = book.on(on)
    inquiry = _Inquiry(rules, home, on, services, state)
    if not inquiry.candidates:
        return Remaining(0, 0)
    state = inquiry.state
    fewest = [min(_least(rule.root, state)) for rule in inquiry.open_rules]
    least = max((one for one in fewest if one < _NEVER), default=1)
    later = {where for rule in inquiry.open_rules for where in _all_open(rule.root, rules, state)}
    later = {where for where in later if inquiry.is_unanswered(where)}
    return Remaining(max(least, 1), len(later | set(inquiry.candidates)))


@dataclass
class _Candidate:
    """A question that may be asked now, with the open rules that it can change."""

    fact: Fact
    person: int
    rules: list[Rule] = field(default_factory=list)
    # For each of them 1 by the number of facts that can still change it.
    closeness: float = 0.0
    # It makes no sense by other answers, though a rule needs it that does not presuppose them.
    is_odd: bool = False

    @property
    def question(self) -> NextQuestion:
        return NextQuestion((self.fact.key, self.person), tuple(rule.source.service for rule in self.rules))

    @property
    def tier(self) -> tuple[bool, int, bool]:
        """What an author pinned comes first, what is sensitive late, what makes no sense last."""
        pinned = self.fact.pin is not None and self.person == APPLICANT
        return self.is_odd, (self.fact.pin or 0) if pinned else _NOT_PINNED, self.fact.sensitivity == "sensitive"

    @property
    def cost(self) -> float:
        return self.fact.cost + _SENSITIVITY_COST[self.fact.sensitivity] + (OTHER_PERSON if self.person else 0)

    @property
    def promise(self) -> float:
        """The gain for its cost if every answer decided every rule."""
        return (len(self.rules) + PROGRESS * self.closeness) / self.cost


class _Inquiry:
    """What can be asked of a household about the services in scope."""

    def __init__(
        self,
        rules: Ruleset,
        home: Household,
        on: datetime.date,
        services: Collection[str] | None = None,
        state: State | None = None,
    ) -> None:
        self.rules = rules
        self.home = home
        self.on = on
        self.state = state or rules.state(home, on)
        self.open_rules: list[Rule] = []
        self.candidates: dict[Where, _Candidate] = {}
        wanted = rules.rules if services is None else [one for one in services if one in rules.rules]
        for rule in map(rules.rules.__getitem__, wanted):
            found: list[Where] = []
            if rule.source.is_closed(on) or (rule.already is not None and rule.already.value(self.state) == TRUE):
                continue
            if rule.root.survey(self.state, found) != UNKNOWN:
                continue
            self.open_rules.append(rule)
            open_facts = dict.fromkeys(found)
            for one in dict.fromkeys(one for where in open_facts for one in self._askable(where)):
                candidate = self.candidates.get(one)
                if candidate is None:
                    candidate = _Candidate(rules.facts[one[0]], one[1], is_odd=self._is_odd(one))
                    self.candidates[one] = candidate
                candidate.rules.append(rule)
                candidate.closeness += 1 / len(open_facts)

    def is_unanswered(self, where: Where) -> bool:
        return where[0] in self.rules.facts and where not in self.home.values

    def rank(self, candidate: _Candidate) -> _Rank:
        """What orders the questions, the best first."""
        gain = self._decided(candidate) + PROGRESS * candidate.closeness
        return candidate.tier, -gain / candidate.cost, (candidate.fact.key, candidate.person)

    def _is_odd(self, where: Where) -> bool:
        first = self.rules.asked_if.get(where[0])
        if first is None:
            return False
        before = self.state.person
        self.state.person = where[1]
        truth = first.value(self.state)
        self.state.person = before
        # Where nobody knows, or will say, whether it makes sense, it is odd as well.
        return truth != TRUE

    def _askable(self, where: Where) -> list[Where]:
        """The question itself; or where it is not known yet whether it makes sense, those that tell."""
        if not self.is_unanswered(where):
            return []
        first = self.rules.asked_if.get(where[0])
        if first is not None:
            found: list[Where] = []
            before = self.state.person
            self.state.person = where[1]
            first.survey(self.state, found)
            self.state.person = before
            wanted = [one for one in found if self.is_unanswered(one)]
            if wanted:
                return wanted
        return [where]

    def _decided(self, candidate: _Candidate) -> float:
        """How many services an answer can be expected to decide."""
        expected = 0.0
        shares: dict[int, float] = {0: 0.0}
        where = candidate.fact.key, candidate.person
        with self.rules.supposing(where, self.home, self.on, self.state) as supposed:
            for rule in candidate.rules:
                true, false = rule.root.value(self.state)
                mask = (true | false) & supposed.whole
                if mask not in shares:
                    shares[mask] = _share(supposed, mask)
                expected += shares[mask]
        return expected


def _share(supposed: Supposed, mask: int) -> float:
    return sum(share for bit, share in enumerate(supposed.shares) if mask >> bit & 1)


def _least(node: Node, state: State) -> tuple[int, int]:
    """Bounds of the fewest answers that could make a node true, and false: it may take more, but never fewer.

    What is true already is 0 answers from it, and ``_NEVER`` from the contrary.
    """
    if isinstance(node, Leaf):
        return _least_of_leaf(node, state)
    if isinstance(node, Not):
        true, false = _least(node.part, state)
        return false, true
    if isinstance(node, SomePerson):
        return _least_of_persons(node, state)
    if not isinstance(node, Group):
        return (_NEVER, _NEVER) if isinstance(node, Ask) else (0, _NEVER)
    costs = [_least(part, state) for part in node.parts]
    # One answer may serve several parts, so the costs do not add up.
    to_hold = sorted(cost[0] for cost in costs)[: node.wanted]
    to_fail = sorted(cost[1] for cost in costs)[: len(costs) - node.wanted + 1]
    return to_hold[-1], to_fail[-1]


_NEVER = 1_000


def _least_of_leaf(leaf: Leaf, state: State) -> tuple[int, int]:
    truth = leaf.value(state)
    if truth != UNKNOWN:
        return (0, _NEVER) if truth == TRUE else (_NEVER, 0)
    if leaf.gate is not None and leaf.gate.value(state) != TRUE:
        # Whether the question arises must become known, and that may be enough.
        fewest = min(_least(leaf.gate, state))
        return fewest, fewest
    return (_NEVER, _NEVER) if leaf.test.lacks_amount else (1, 1)


def _least_of_persons(node: SomePerson, state: State) -> tuple[int, int]:
    costs = [_least(node.part, state) for _ in state.everybody()]
    # Who is not known yet takes at least the question about the size of the home.
    costs.append((_NEVER, 0) if node.nobody_else(state) == -1 else (1, 1))
    return min(true for true, _ in costs), max(false for _, false in costs)


def _all_open(node: Node, rules: Ruleset, state: State) -> Iterator[Where]:
    """Every fact below an undecided node that may come up, those of later follow-ups included."""
    if node.value(state) in (TRUE, FALSE):
        return
    if isinstance(node, Leaf):
        yield from _all_open_of_leaf(node, rules, state)
    elif isinstance(node, SomePerson):
        # Taken together, because who asks may not wait for the last of them.
        yield from [where for _ in state.everybody() for where in _all_open(node.part, rules, state)]
        if node.nobody_else(state) != -1:
            yield SIZE, APPLICANT
    else:
        for part in node.parts:
            yield from _all_open(part, rules, state)


def _all_open_of_leaf(leaf: Leaf, rules: Ruleset, state: State) -> Iterator[Where]:
    if leaf.gate is not None:
        yield from _all_open(leaf.gate, rules, state)
    first = rules.asked_if.get(leaf.test.fact.key)
    if first is not None:
        yield from _all_open(first, rules, state)
    yield leaf.test.fact.key, APPLICANT if leaf.shared else state.person
    if leaf.test.by_size:
        yield SIZE, APPLICANT

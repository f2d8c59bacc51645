"""The parts of a rule as a tree, and what a household's answers make of each.

A truth is a pair of masks, so that one pass tells what each of many supposed answers would make of it (``conditions``).
"""

from collections.abc import Iterator, Sequence

from .conditions import FALSE, TRUE, UNKNOWN, Test, Truth, at_least, invert
from .facts import Record
from .households import APPLICANT, SIZE, Where


class State:
    """What each test says of each person, while one household is looked at.

    ``people`` are known to live in the home; after their lists, ``truths`` has one of somebody of whom nothing is
    known. ``alone``: the supposed answers, as a mask, under which nobody else lives there. ``person`` is who is spoken
    of.
    """

    __slots__ = ("alone", "people", "person", "truths")

    def __init__(self, truths: list[list[Truth]], alone: int) -> None:
        self.people = len(truths)
        self.truths = [*truths, [UNKNOWN] * len(truths[APPLICANT])]
        self.alone = alone
        self.person = APPLICANT

    def everybody(self) -> Iterator[int]:
        """Make each person of the home in turn the one who is spoken of."""
        before = self.person
        for person in range(self.people):
            self.person = person
            yield person
        self.person = before


class Node:
    """A part of a rule. ``facts`` are the keys of all facts below it, ``record`` what it was made of."""

    __slots__ = ("facts", "record")

    def __init__(self, record: Record | None, facts: frozenset[str]) -> None:
        self.record = record
        self.facts = facts

    def value(self, state: State) -> Truth:
        raise NotImplementedError

    def survey(self, state: State, found: list[Where]) -> Truth:
        """Its value where nothing is supposed; adds to ``found`` the facts that can still change it."""
        raise NotImplementedError

    @property
    def parts(self) -> Sequence["Node"]:
        return ()


class Group(Node):
    """All, any, or at least so many of its parts."""

    __slots__ = ("_parts", "wanted")

    def __init__(self, record: Record | None, parts: Sequence[Node], wanted: int) -> None:
        super().__init__(record, frozenset().union(*(part.facts for part in parts)))
        self._parts = tuple(parts)
        self.wanted = wanted

    @property
    def parts(self) -> Sequence[Node]:
        return self._parts

    @property
    def kind(self) -> str:
        return "all" if self.wanted == len(self._parts) else "any" if self.wanted == 1 else "at_least"

    def value(self, state: State) -> Truth:
        if self.wanted == len(self._parts):
            true, false = -1, 0
            for part in self._parts:
                met, failed = part.value(state)
                true &= met
                false |= failed
                if false == -1:
                    break
            return true, false
        if self.wanted == 1:
            true, false = 0, -1
            for part in self._parts:
                met, failed = part.value(state)
                true |= met
                false &= failed
                if true == -1:
                    break
            return true, false
        return at_least(self.wanted, [part.value(state) for part in self._parts])

    def survey(self, state: State, found: list[Where]) -> Truth:
        before, met, failed = len(found), 0, 0
        for part in self._parts:
            truth = part.survey(state, found)
            met += truth == TRUE
            failed += truth == FALSE
            if met == self.wanted or failed > len(self._parts) - self.wanted:
                # What its parts leave open matters no more.
                del found[before:]
                return TRUE if met == self.wanted else FALSE
        return UNKNOWN


class Not(Node):
    """The opposite of its part."""

    __slots__ = ("part",)

    def __init__(self, record: Record | None, part: Node) -> None:
        super().__init__(record, part.facts)
        self.part = part

    @property
    def parts(self) -> Sequence[Node]:
        return (self.part,)

    def value(self, state: State) -> Truth:
        return invert(self.part.value(state))

    def survey(self, state: State, found: list[Where]) -> Truth:
        return invert(self.part.survey(state, found))


class SomePerson(Node):
    """Its part holds for somebody who lives in the home."""

    __slots__ = ("part",)

    def __init__(self, record: Record | None, part: Node) -> None:
        super().__init__(record, part.facts | {SIZE})
        self.part = part

    @property
    def parts(self) -> Sequence[Node]:
        return (self.part,)

    def value(self, state: State) -> Truth:
        before = state.person
        true, false = 0, self.nobody_else(state)
        for person in range(state.people):
            state.person = person
            met, failed = self.part.value(state)
            true |= met
            false &= failed
        state.person = before
        return true, false

    def nobody_else(self, state: State) -> int:
        """The supposed answers, as a mask, under which it holds for nobody else than the people who are known."""
        if state.alone == -1:
            return -1
        before = state.person
        state.person = state.people
        failed = self.part.value(state)[1]
        state.person = before
        return failed | state.alone

    def survey(self, state: State, found: list[Where]) -> Truth:
        before = len(found)
        truths = {self.part.survey(state, found) for _ in state.everybody()}
        if TRUE in truths:
            del found[before:]
            return TRUE
        if self.nobody_else(state) != -1:
            found.append((SIZE, APPLICANT))
            return UNKNOWN
        return UNKNOWN if UNKNOWN in truths else FALSE


class Leaf(Node):
    """A test of a fact, with what the fact presupposes.

    Where its question does not arise it is not met, unless the fact has a value for that: ``otherwise`` is then the
    number of the test of that value.
    """

    __slots__ = ("gate", "index", "otherwise", "shared", "test")

    def __init__(
        self, record: Record | None, test: Test, index: int, gate: Node | None, otherwise: int | None = None
    ) -> None:
        facts = {test.fact.key, SIZE} if test.by_size else {test.fact.key}
        super().__init__(record, frozenset(facts) | (gate.facts if gate else frozenset()))
        self.test = test
        self.index = index
        self.gate = gate
        self.otherwise = otherwise
        self.shared = not test.fact.of_each_person

    def value(self, state: State) -> Truth:
        true, false = state.truths[APPLICANT if self.shared else state.person][self.index]
        if self.gate is None:
            return true, false
        arises, not_arises = self.gate.value(state)
        if self.otherwise is None:
            return true & arises, false | not_arises
        # Either way known where both ways agree, although it is not known whether the question arises.
        met, failed = state.truths[APPLICANT][self.otherwise]
        return true & arises | met & not_arises | true & met, false & arises | failed & not_arises | false & failed

    def survey(self, state: State, found: list[Where]) -> Truth:
        truth = self.value(state)
        if truth != UNKNOWN:
            return truth
        if self.gate is not None:
            arises = self.gate.survey(state, found)
            if arises == FALSE and self.test.by_size and state.alone == 0:
                found.append((SIZE, APPLICANT))
            if arises != TRUE:
                return UNKNOWN
        if not self.test.lacks_amount:
            if self.test.by_size and state.alone == 0:
                found.append((SIZE, APPLICANT))
            found.append((self.test.fact.key, APPLICANT if self.shared else state.person))
        return UNKNOWN


class Ask(Node):
    """What only the agency can tell."""

    __slots__ = ()

    def value(self, _state: State) -> Truth:
        return UNKNOWN

    def survey(self, _state: State, _found: list[Where]) -> Truth:
        return UNKNOWN


class OpenTo(Node):
    """Everybody can have it; an editor says so in as many words."""

    __slots__ = ()

    def value(self, _state: State) -> Truth:
        return TRUE

    def survey(self, _state: State, _found: list[Where]) -> Truth:
        return TRUE


def tests_in(node: Node) -> Iterator[int]:
    """The numbers of all tests below a node, those of what facts presuppose included."""
    if isinstance(node, Leaf):
        yield node.index
        if node.gate is not None:
            yield from tests_in(node.gate)
    for part in node.parts:
        yield from tests_in(part)

"""How well words are understood, over the judged sets of ``content/judgements``."""

import statistics
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ...judgements import JudgedPhrase, JudgedQuery
from .rules import Finding


@dataclass
class Counts:
    """What was found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: Collection[str], expected: Collection[str]) -> None:
        right = len(set(found) & set(expected))
        self.right += right
        self.wrong += len(set(found)) - right
        self.missed += len(set(expected)) - right

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Micro-F1, in per cent."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True)
class Fault:
    """A text that was not understood as judged: what was missed, and what was found besides."""

    id: str
    text: str
    missed: tuple[str, ...]
    besides: tuple[str, ...]


@dataclass
class Understood:
    """Figures over situations."""

    situations: int = 0
    intents: Counts = field(default_factory=Counts)
    profiles: Counts = field(default_factory=Counts)
    milliseconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Alarms:
    """Figures over words of danger and harmless look-alikes."""

    dangers: int = 0
    missed: list[Fault] = field(default_factory=list)
    harmless: int = 0
    flagged: list[Fault] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return _share(self.dangers - len(self.missed), self.dangers)

    @property
    def false_alarms(self) -> float:
        return _share(len(self.flagged), self.harmless)


def judge_situations(situations: Iterable[JudgedQuery], understand: Callable[[str], Iterable[Finding]]) -> Understood:
    """Score the intents and profiles that are found in situations. The time is the median of one text, read again."""
    figures, times = Understood(), []
    for one in situations:
        list(understand(one.text))
        begun = time.perf_counter()
        findings = list(understand(one.text))
        times.append(time.perf_counter() - begun)
        found = {kind: {each.key for each in findings if each.kind == kind} for kind in ("intent", "profile")}
        expected = {"intent": set(one.intents), "profile": set(one.profiles)}
        figures.situations += 1
        figures.intents.add(found["intent"], expected["intent"])
        figures.profiles.add(found["profile"], expected["profile"])
        if found != expected:
            figures.faults.append(Fault(one.id, one.text, _less(expected, found), _less(found, expected)))
    figures.milliseconds = 1000 * statistics.median(times) if times else 0.0
    return figures


def judge_crisis(
    dangers: Iterable[JudgedPhrase], harmless: Iterable[JudgedPhrase], emergencies_in: Callable[[str], Iterable[str]]
) -> Alarms:
    """Score the emergencies that are seen in words of danger and in words like them."""
    figures = Alarms()
    for one in dangers:
        figures.dangers += 1
        found = set(emergencies_in(one.text))
        if missed := set(one.emergencies) - found:
            figures.missed.append(Fault(one.id, one.text, tuple(sorted(missed)), ()))
    for one in harmless:
        figures.harmless += 1
        if found := set(emergencies_in(one.text)):
            figures.flagged.append(Fault(one.id, one.text, (), tuple(sorted(found))))
    return figures


def _less(these: Mapping[str, Collection[str]], those: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    return tuple(f"{kind}:{slug}" for kind, slugs in these.items() for slug in sorted(set(slugs) - set(those[kind])))


def _share(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 100.0

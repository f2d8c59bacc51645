"""What single words are worth for each intent and profile, learned from examples: for texts that no cue knows.

Cues come first. The words of a text, and what its cues found, speak for or against each intent and profile by weights;
their sum is how likely it is. What is likely enough is found too, and what is next to impossible is not. ``learning``
finds the weights; their file is readable, and a changed example changes them.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from .readings import END, PAUSE, Reading, Span

SHIPPED = Path(__file__).parent / "weights.json"
SHIPPED_DANGER = Path(__file__).parent / "danger_weights.json"
Key = tuple[str, str]
# How likely something must be to be found without a cue; and below which not even a cue is believed.
ENOUGH, DOUBTFUL = 0.45, 0.05
# What a cue has found speaks louder than a word.
LOUDNESS = 2.0
# What each intent and profile begins with, in the place of a word.
BASE = ""
# The words shown as evidence: the weightiest, and only those that clearly speak for it.
SHOWN, TELLING = 4, 0.3
_STEM = 6
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GROUPS = ((18, "#few"), (60, "#some"), (65, "#60"), (66, "#65"), (100, "#old"), (1000, "#hundreds"), (1940, "#many"))


@dataclass(frozen=True)
class Likely:
    """How likely an intent or profile is by its words, and where the words stand that say so."""

    probability: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Weights:
    """For each intent and profile what it begins with, and what each word or finding adds."""

    table: Mapping[Key, Mapping[str, float]]

    @cached_property
    def _by_feature(self) -> Mapping[str, Sequence[tuple[Key, float]]]:
        turned: dict[str, list[tuple[Key, float]]] = defaultdict(list)
        for key, weights in self.table.items():
            for feature, weight in weights.items():
                turned[feature].append((key, weight))
        return turned

    def judge(self, reading: Reading, found: Collection[Key]) -> dict[Key, Likely]:
        """How likely each intent and profile is. ``found`` are those that cues have found."""
        sums: dict[Key, float] = defaultdict(float)
        telling: dict[Key, list[tuple[float, Span]]] = defaultdict(list)
        for feature, strength in features_of((), found).items():
            for key, weight in self._by_feature.get(feature, ()):
                sums[key] += strength * weight
        seen = {BASE}
        for word, span in zip(reading.words, reading.spans, strict=True):
            stem = stem_of(word)
            if stem in seen:
                continue
            seen.add(stem)
            for key, weight in self._by_feature.get(stem, ()):
                sums[key] += weight
                if weight >= TELLING:
                    telling[key].append((weight, span))
        return {
            key: Likely(
                _probability(value + self.table[key][BASE]),
                tuple(span for _, span in sorted(telling[key], key=lambda one: (-one[0], one[1]))[:SHOWN]),
            )
            for key, value in sums.items()
        }

    def sums(self, features: Iterable[str]) -> dict[Key, float]:
        """What features that a text has, or has not, add up to for each key."""
        sums = {key: weights[BASE] for key, weights in self.table.items()}
        for feature in features:
            for key, weight in self._by_feature.get(feature, ()):
                sums[key] += weight
        return sums

    def dump(self) -> str:
        """The file: one line for each intent and profile, the weightiest words first."""
        tree = {
            f"{kind}:{name}": dict(sorted(weights.items(), key=lambda one: (one[0] != BASE, -abs(one[1]), one[0])))
            for (kind, name), weights in sorted(self.table.items())
        }
        return (
            "{\n"
            + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in tree.items())
            + "\n}\n"
        )

    @classmethod
    def parse(cls, text: str) -> "Weights":
        """The weights of a file."""
        table: dict[Key, dict[str, float]] = {}
        for name, weights in json.loads(text).items():
            kind, _, slug = name.partition(":")
            table[kind, slug] = {feature: float(weight) for feature, weight in weights.items()}
        return cls(table)


@cache
def shipped_weights() -> Weights:
    """The weights that come with Portico."""
    return read_weights(SHIPPED)


def read_weights(path: Path) -> Weights:
    """The weights of a file."""
    return Weights.parse(path.read_text(encoding="utf-8"))


def features_of(words: Iterable[str], found: Iterable[Key]) -> dict[str, float]:
    """What speaks in a text, and how loud: its words, each once, and what cues have found."""
    features = {stem: 1.0 for word in words if (stem := stem_of(word))}
    features |= {f"found {kind} {name}": LOUDNESS for kind, name in found}
    return features


def stem_of(word: str) -> str:
    """The beginning of a word, or how large a number is. Nothing for a full stop or a comma."""
    if word in (END, PAUSE):
        return BASE
    if _NUMBER.fullmatch(word):
        number = float(word)
        return next((name for least, name in _GROUPS if number < least), "#year" if number <= _LAST_YEAR else "#many")
    if len(word) > _STEM:
        return word[:_STEM]
    return word.rstrip("s") if len(word) > _SHORT else word


_LAST_YEAR = 2030
_SHORT = 3


def likely_beyond(judged: Mapping[Key, Likely], found: Collection[Key]) -> Iterator[tuple[Key, Likely]]:
    """What words say beyond what cues have found, with words to show for it."""
    for key, one in judged.items():
        if key not in found and one.probability >= ENOUGH and one.spans:
            yield key, one


def _probability(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))

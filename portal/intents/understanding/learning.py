"""Finding the weights of words: for each intent and profile by itself, regularised, the same for the same examples."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...plain_yaml import parse
from .files import DANGER, FOLDER
from .signs import ANY, KIND
from .weights import BASE, Key, Weights

ROUNDS = 20
RATE = 0.3
# Pull of every weight towards nothing, in examples.
PULL = 1.0
# A weight that is smaller says nothing.
LEAST = 0.1


@dataclass(frozen=True)
class Example:
    """A text that somebody could type, and what it speaks of. A saying of an intent tells nothing of profiles."""

    text: str
    keys: frozenset[Key]
    kinds: tuple[str, ...] = ("intent", "profile")


@dataclass(frozen=True)
class _Sample:
    features: tuple[tuple[int, float], ...]
    example: Example


def read_examples(folder: Path = FOLDER / "examples", pattern: str = "*.yaml") -> list[Example]:
    """The examples that ship: of all files, or of those whose names fit the pattern."""
    entries = [
        entry for path in sorted(folder.glob(pattern)) for entry in parse(path.read_text(encoding="utf-8"))["examples"]
    ]
    return [Example(one["text"], keys_of(one["intents"], one["profiles"])) for one in entries]


def keys_of(intents: Iterable[str], profiles: Iterable[str]) -> frozenset[Key]:
    """What a text speaks of, as examples say it."""
    return frozenset([*(("intent", one) for one in intents), *(("profile", one) for one in profiles)])


def read_dangers() -> list[tuple[str, str]]:
    """(slug of the emergency, text) of what people could type in danger: the lines that ship."""
    record = parse((DANGER / "dangers.yaml").read_text(encoding="utf-8"))["dangers"]
    return [(slug, text) for slug, texts in record.items() for text in texts]


def read_harmless() -> list[str]:
    """What sounds like danger and is none: the lines that ship."""
    return list(parse((DANGER / "harmless.yaml").read_text(encoding="utf-8"))["harmless"])


def danger_examples(dangers: Iterable[tuple[str, frozenset[str]]], harmless: Iterable[str]) -> list[Example]:
    """Examples of danger, (text, emergencies), and of none.

    Each danger comes a second time, among harmless words: those must not outweigh it.
    """
    dangers = list(dangers)
    around = list(harmless)
    picked = random.Random(1).choices(around, k=len(dangers))  # noqa: S311 - the same every time is what is wanted
    return [
        *(Example(text, _danger_keys(slugs), (KIND,)) for text, slugs in dangers),
        *(Example(text, frozenset(), (KIND,)) for text in around),
        *(
            Example(f"{text}, {other}", _danger_keys(slugs), (KIND,))
            for (text, slugs), other in zip(dangers, picked, strict=True)
        ),
    ]


def _danger_keys(slugs: Iterable[str]) -> frozenset[Key]:
    return frozenset((KIND, slug) for slug in (ANY, *slugs))


def learn(
    examples: Sequence[Example],
    features_of: Callable[[Example], Mapping[str, float]],
    *,
    often: int = 1,
) -> Weights:
    """The weights that fit examples; ``features_of`` gives what speaks in one, and how loud. Deterministic.

    What fewer than ``often`` examples have is left out.
    """
    names: dict[str, int] = {}
    samples = []
    told = [features_of(example) for example in examples]
    times = Counter(name for one in told for name in one)
    for example, all_features in zip(examples, told, strict=True):
        features = {name: value for name, value in all_features.items() if times[name] >= often}
        samples.append(_Sample(tuple((names.setdefault(n, len(names)), v) for n, v in features.items()), example))
    written = list(names)
    table = {}
    for key in sorted({key for example in examples for key in example.keys}):
        own = [one for one in samples if key[0] in one.example.kinds]
        base, weights = _fit(own, key, len(names))
        kept = {written[at]: round(weight, 2) for at, weight in enumerate(weights) if abs(weight) >= LEAST}
        table[key] = {BASE: round(base, 2), **kept}
    return Weights(table)


def _fit(samples: Sequence[_Sample], key: Key, size: int) -> tuple[float, list[float]]:
    """Logistic regression by gradient descent with a step of its own for each weight (Adagrad)."""
    often = Counter(at for one in samples for at, _ in one.features)
    pulls = [PULL / often[at] if often[at] else 0.0 for at in range(size)]
    weights, squares = [0.0] * size, [1e-6] * size
    base, base_squares = 0.0, 1e-6
    for sample in _turns(samples):
        value = base + sum(weights[at] * strength for at, strength in sample.features)
        slope = 1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) - (key in sample.example.keys)
        step = slope + PULL / len(samples) * base
        base_squares += step * step
        base -= RATE * step / math.sqrt(base_squares)
        for at, strength in sample.features:
            step = slope * strength + pulls[at] * weights[at]
            squares[at] += step * step
            weights[at] -= RATE * step / math.sqrt(squares[at])
    return base, weights


def _turns(samples: Sequence[_Sample]) -> Iterator[_Sample]:
    order = list(samples)
    shuffle = random.Random(1).shuffle  # noqa: S311 - the same order every time is what is wanted
    for _ in range(ROUNDS):
        shuffle(order)
        yield from order

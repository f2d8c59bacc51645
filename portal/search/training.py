"""Finding the weights of the ranking: listwise, regularised, never negative, the same for the same folders.

For each query, what is relevant should win over the other candidates. The weights of each shape of query begin with
those of all queries together and leave them only as far as its queries give reason. Every folder counts alike.
"""

import hashlib
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from .analysis import analyzer_for
from .engine import View
from .features import NAMES, Features, Query
from .model import SHAPES, Model
from .ranking import LIMITS, Scorer, glance

# The likeliest losers teach most.
DEPTH = 40
ROUNDS = 16
RATE = 0.1
# Pull towards nothing for all queries together, and towards these for each shape, in queries.
PULL = 2.0
PULL_OF_SHAPE = 6.0
# What public collections of questions cannot teach, because nobody asks there with a title or a few words.
FLOORS = {"same_title": 0.5}

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One query with its candidates. `group` is what it must not be parted from in cross-validation."""

    shape: str
    group: str
    rows: tuple[Features, ...]
    relevant: frozenset[int]
    weight: float = 1.0


def sample_of(text: str, relevant: Iterable[int], group: str, view: View, lang: str) -> Sample | None:
    """What can be learned from a query whose relevant documents are known; None where nothing can."""
    query = Query.of(analyzer_for(lang).sentences(text), lang)
    wanted = frozenset(relevant)
    closer = glance(view.candidates(query.terms, least=0.0, least_of_best=0.0))[: LIMITS.reranked]
    listed = [*closer[:DEPTH], *(match for match in closer[DEPTH:] if match.number in wanted)]
    places = frozenset(place for place, match in enumerate(listed) if match.number in wanted)
    if not places or len(places) == len(listed):
        return None
    scorer = Scorer(query, view)
    return Sample(query.shape, group, tuple(map(scorer.features, listed)), places)


def train(samples: Sequence[Sample]) -> Model:
    """The weights that fit the samples. Deterministic."""
    scales = _scales(samples)
    scaled = [_Scaled.of(sample, scales) for sample in samples]
    floors = tuple(FLOORS.get(name, 0.0) * scale for name, scale in zip(NAMES, scales, strict=True))
    nothing = (0.0,) * len(NAMES)
    shared = _fit(scaled, nothing, floors, PULL)
    weights: dict[str, Vector] = {}
    for shape in SHAPES:
        of_shape = [one for one in scaled if one.shape == shape]
        fitted = _fit(of_shape, shared, floors, PULL_OF_SHAPE) if of_shape else shared
        weights[shape] = tuple(round(weight / scale, 4) for weight, scale in zip(fitted, scales, strict=True))
    return Model(weights)


def _scales(samples: Sequence[Sample]) -> Vector:
    """How far each feature is spread, so that a pull is the same for all of them."""
    scales = []
    for place in range(len(NAMES)):
        values = [row[place] for sample in samples for row in sample.rows]
        mean = sum(values) / (len(values) or 1)
        spread = math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) or 1))
        scales.append(spread or 1.0)
    return tuple(scales)


@dataclass(frozen=True, slots=True)
class _Scaled:
    shape: str
    weight: float
    relevant: frozenset[int]
    rows: tuple[Vector, ...]
    columns: tuple[Vector, ...]

    @classmethod
    def of(cls, sample: Sample, scales: Vector) -> "_Scaled":
        rows = tuple(tuple(value / scale for value, scale in zip(row, scales, strict=True)) for row in sample.rows)
        return cls(sample.shape, sample.weight, sample.relevant, rows, tuple(zip(*rows, strict=True)))


def _fit(samples: Sequence[_Scaled], start: Vector, floors: Vector, pull: float) -> Vector:
    """Gradient descent with a step of its own for each weight (Adagrad), averaged over the second half."""
    weights = [max(value, floor) for value, floor in zip(start, floors, strict=True)]
    squares = [1e-6] * len(weights)
    order = list(range(len(samples)))
    shuffle = random.Random(1).shuffle  # noqa: S311 - the same order every time is what is wanted
    total = sum(sample.weight for sample in samples)
    sums, count = [0.0] * len(weights), 0
    for turn in range(ROUNDS):
        shuffle(order)
        for place in order:
            sample = samples[place]
            gradient = _gradient(sample, weights)
            share = pull * sample.weight / total
            for at, slope in enumerate(gradient):
                step = slope * sample.weight + share * (weights[at] - start[at])
                squares[at] += step * step
                weights[at] = max(floors[at], weights[at] - RATE * step / math.sqrt(squares[at]))
        if turn >= ROUNDS // 2:
            sums = [a + b for a, b in zip(sums, weights, strict=True)]
            count += 1
    return tuple(value / count for value in sums)


def _gradient(sample: _Scaled, weights: Sequence[float]) -> list[float]:
    scores = [sum(map(mul, row, weights)) for row in sample.rows]
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    whole = sum(powers)
    wanted = sum(powers[place] for place in sample.relevant) or 1e-300
    blame = [
        power / whole - (power / wanted if place in sample.relevant else 0.0) for place, power in enumerate(powers)
    ]
    return [sum(map(mul, blame, column)) for column in sample.columns]


def balanced(folders: Mapping[str, Sequence[Sample]]) -> list[Sample]:
    """The samples of several folders, weighed so that every folder counts alike."""
    mean = sum(map(len, folders.values())) / (len(folders) or 1)
    return [
        Sample(one.shape, f"{name}:{one.group}", one.rows, one.relevant, mean / len(samples))
        for name, samples in folders.items()
        for one in samples
    ]


def cross_trained(samples: Sequence[Sample], folds: int) -> dict[int, Model]:
    """For each fold the weights that were trained on the others."""
    return {
        fold: train([sample for sample in samples if fold_of(sample.group, folds) != fold]) for fold in range(folds)
    }


def fold_of(group: str, folds: int) -> int:
    """Where a group belongs, always the same."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:4]) % folds

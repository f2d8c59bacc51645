"""Portico's own order of the candidates that an engine proposes. No files, no state.

`features.py` takes the evidence, `model.py` says what it is worth; here the best candidates are scored, and what does
not belong in the answer is left out.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple, Protocol

from .engine import EVERYTHING, Choice, Match, Terms, View
from .features import FEW_TERMS, K1, NAMES, B, Extractor, Features, Query
from .model import Model, shipped_model

__all__ = [
    "K1",
    "LENIENT",
    "LIMITS",
    "B",
    "Likeness",
    "Limits",
    "Part",
    "Query",
    "Ranked",
    "Scorer",
    "find",
    "glance",
    "rank",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is looked at, and what belongs in an answer; docs/decisions/0009-ranking.md says how each was found.

    Of a few words nearly all must be there, unless they are a sentence. For longer queries the first ten stay, if they
    have anything that is telling; the others need a share of what the best ones have.
    """

    reranked: int = 80  # candidates that get the whole treatment; the others follow in the engine's order
    least_coverage: float = 0.02
    least_of_best_coverage_few: float = 0.55
    kept: int = 10
    least_of_best_coverage: float = 0.25
    least_of_best_score: float = 0.35
    # What may join the answer to a longer query for its meaning alone, and how like the query it must be.
    near: int = 10
    least_likeness: float = 0.1
    meaning: float = 0.66  # what meaning counts where words count 1


LIMITS = Limits()
# For "nearest", where anything is better than nothing.
LENIENT = Limits(
    least_coverage=0.0, least_of_best_coverage_few=0.0, least_of_best_coverage=0.0, least_of_best_score=0.0
)


class Part(NamedTuple):
    """One thing that speaks for a document: `score` is `value` times `weight`."""

    name: str
    value: float
    weight: float
    score: float


class Ranked(NamedTuple):
    """`match` is what the engine found, None where there was nothing to find; `meaning` is what likeness added."""

    number: int
    score: float
    match: Match | None = None
    meaning: Part | None = None


class Likeness(NamedTuple):
    """How like the query documents are in meaning, from 0 to 1, and those that are most like it, best first."""

    of: Mapping[int, float]
    nearest: Sequence[int]


class Evidence(Protocol):
    """What the ranking asks of an engine's view."""

    def idf(self, term: str) -> float: ...

    def terms(self, number: int) -> Terms: ...

    def text_length(self, number: int) -> float: ...


def find(
    query: Query,
    view: View,
    choice: Choice = EVERYTHING,
    model: Model | None = None,
    likeness: Callable[[], Likeness | None] | None = None,
) -> list[Ranked]:
    """The documents that belong in the answer to a query, best first. Equal scores keep the order of the index.

    Documents that do not fit the choice may be among them. With `likeness`, which is asked for last, meaning counts as
    well as words.
    """
    matches = view.candidates(
        query.terms,
        least=LIMITS.least_coverage,
        least_of_best=LIMITS.least_of_best_coverage_few if _is_few(query) else 0.0,
        choice=choice,
    )
    return rank(query, matches, view, model=model, likeness=likeness)


def join(answer: Sequence[Ranked], closely: Sequence[Ranked], likeness: Likeness, *, joining: int) -> list[Ranked]:
    """An answer in the order of the weighed sum of two z-scores, that of the words and that of the meaning.

    Both are taken over what was looked at `closely` and what is nearest, of which the best `joining` come into the
    answer. The sum is told in units of the words' scores: likeness times the ratio of the deviations, which orders in
    the same way and is never negative.
    """
    looked = {one.number: one for one in closely}
    candidates = [*closely, *(Ranked(number, 0.0) for number in likeness.nearest if number not in looked)]
    deviation = _deviation([likeness.of.get(one.number, 0.0) for one in candidates])
    # Without a difference in meaning nothing is added, without one in words meaning decides.
    spread = _deviation([one.score for one in candidates]) or 1.0
    weight = LIMITS.meaning * spread / deviation if deviation else 0.0
    joined = [_with_meaning(one, likeness.of.get(one.number, 0.0), weight) for one in candidates]
    joined.sort(key=lambda one: (-one.score, one.number))
    belonging = {one.number for one in answer}.intersection(looked)
    near = [
        one.number
        for one in joined
        if one.number not in belonging and likeness.of.get(one.number, 0.0) >= LIMITS.least_likeness
    ]
    belonging.update(near[:joining])
    first = [one for one in joined if one.number in belonging]
    return [*first, *(one for one in answer if one.number not in belonging)]


def _deviation(values: Sequence[float]) -> float:
    mean = fmean(values) if values else 0.0
    return math.sqrt(fmean((value - mean) ** 2 for value in values)) if values else 0.0


def _with_meaning(one: Ranked, value: float, weight: float) -> Ranked:
    part = Part("meaning", value, weight, value * weight)
    return one._replace(score=round(one.score + part.score, 9), meaning=part if part.score else None)


def glance(matches: Iterable[Match]) -> list[Match]:
    """The candidates in the order in which they deserve a closer look."""
    return sorted(matches, key=lambda one: (-one.text - one.title - one.asked, one.number))


def rank(
    query: Query,
    matches: Iterable[Match],
    evidence: Evidence,
    limits: Limits = LIMITS,
    model: Model | None = None,
    likeness: Callable[[], Likeness | None] | None = None,
) -> list[Ranked]:
    """The matches that belong in the answer, best first; with `likeness` also what is near in meaning."""
    glanced = glance(matches)
    scorer = Scorer(query, evidence, model)
    ranked = [Ranked(match.number, scorer.score(match), match) for match in glanced[: limits.reranked]]
    ranked.sort(key=lambda one: (-one.score, one.number))
    answer = _belonging(ranked, glanced, limits) if ranked else []
    like = likeness() if likeness else None
    if like is None:
        return answer
    # Of a few words nearly all must be there, so that counts mean something: meaning only orders those.
    return join(answer, ranked, like, joining=0 if _is_few(query) else limits.near)


def _is_few(query: Query) -> bool:
    return len(query.terms) <= FEW_TERMS and not query.is_told


def _belonging(closely: Sequence[Ranked], glanced: Sequence[Match], limits: Limits) -> list[Ranked]:
    # The rest was not looked at closely: it never comes before what was.
    last, bar = closely[-1].score, _glanced(glanced[len(closely) - 1])
    share = last / bar if bar else 0.0
    covered = limits.least_of_best_coverage * max(match.coverage for match in glanced)
    least = limits.least_of_best_score * closely[0].score
    return [
        *closely[: limits.kept],
        *(
            one
            for one in closely[limits.kept :]
            if one.score >= least and one.match is not None and one.match.coverage >= covered
        ),
        *(
            Ranked(match.number, score, match)
            for match in glanced[len(closely) :]
            if match.coverage >= covered and (score := share * _glanced(match)) >= least
        ),
    ]


def _glanced(match: Match) -> float:
    return match.text + match.title + match.asked


class Scorer:
    """What speaks for a document, and how much, for one query."""

    def __init__(self, query: Query, evidence: Evidence, model: Model | None = None) -> None:
        self._shape = query.shape
        self._evidence = evidence
        self._model = model or shipped_model()
        self._extractor = Extractor(query, evidence.idf)

    def score(self, match: Match) -> float:
        # Sums over sets differ in their last digits from process to process; the order of equals must not.
        return round(self._model.score(self._shape, self.features(match)), 9)

    def features(self, match: Match) -> Features:
        number = match.number
        return self._extractor.of(match, self._evidence.terms(number), self._evidence.text_length(number))

    def parts(self, match: Match) -> tuple[Part, ...]:
        """What the score of a document consists of; what adds nothing is left out."""
        rows = zip(NAMES, self.features(match), self._model.weights[self._shape], strict=True)
        return tuple(Part(name, value, weight, value * weight) for name, value, weight in rows if value * weight)

    def best_saying(self, terms: Terms) -> int | None:
        """Which phrase or situation is most like the query; None where none has a word of it."""
        scores = [self._extractor.saying_score(saying) for saying in terms.sayings]
        best = max(scores, default=0.0)
        return scores.index(best) if best else None

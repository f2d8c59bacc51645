"""Portico's own order of the candidates that an engine proposes. No files, no state.

`features.py` takes the evidence, `model.py` says what it is worth; here the best candidates are scored, and what does
not belong in the answer is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .engine import EVERYTHING, Choice, Match, Terms, View
from .features import FEW_TERMS, K1, NAMES, B, Extractor, Features, Query
from .model import Model, shipped_model

__all__ = ["K1", "LENIENT", "LIMITS", "B", "Limits", "Part", "Query", "Ranked", "Scorer", "find", "glance", "rank"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is looked at, and what belongs in an answer; docs/decisions/0009-ranking.md says how each was found.

    Of a few words nearly all must be there, unless they are a sentence with a full stop. For longer queries the first
    ten stay, if they have anything that is telling; the others need a share of what the best ones have.
    """

    reranked: int = 120  # candidates that get the whole treatment; the others follow in the engine's order
    least_coverage: float = 0.02
    least_of_best_coverage_few: float = 0.55
    kept: int = 10
    least_of_best_coverage: float = 0.25
    least_of_best_score: float = 0.35


LIMITS = Limits()
# For "nearest", where anything is better than nothing.
LENIENT = Limits(
    least_coverage=0.0, least_of_best_coverage_few=0.0, least_of_best_coverage=0.0, least_of_best_score=0.0
)


class Ranked(NamedTuple):
    """`match` is what the engine found; None where there was nothing to find."""

    number: int
    score: float
    match: Match | None = None


class Part(NamedTuple):
    """One thing that speaks for a document: `score` is `value` times `weight`."""

    name: str
    value: float
    weight: float
    score: float


class Evidence(Protocol):
    """What the ranking asks of an engine's view."""

    def idf(self, term: str) -> float: ...

    def terms(self, number: int) -> Terms: ...

    def text_length(self, number: int) -> float: ...


def find(query: Query, view: View, choice: Choice = EVERYTHING, model: Model | None = None) -> list[Ranked]:
    """The documents that belong in the answer to a query, best first. Equal scores keep the order of the index.

    Documents that do not fit the choice may be among them.
    """
    few = len(query.terms) <= FEW_TERMS and not query.is_told
    matches = view.candidates(
        query.terms,
        least=LIMITS.least_coverage,
        least_of_best=LIMITS.least_of_best_coverage_few if few else 0.0,
        choice=choice,
    )
    return rank(query, matches, view, model=model)


def glance(matches: Iterable[Match]) -> list[Match]:
    """The candidates in the order in which they deserve a closer look."""
    return sorted(matches, key=lambda one: (-one.text - one.title - one.asked, one.number))


def rank(
    query: Query, matches: Iterable[Match], evidence: Evidence, limits: Limits = LIMITS, model: Model | None = None
) -> list[Ranked]:
    """The matches that belong in the answer, best first."""
    glanced = glance(matches)
    scorer = Scorer(query, evidence, model)
    ranked = [Ranked(match.number, scorer.score(match), match) for match in glanced[: limits.reranked]]
    ranked.sort(key=lambda one: (-one.score, one.number))
    if not ranked:
        return []
    # The rest was not looked at closely: it never comes before what was.
    last, bar = ranked[-1].score, _glanced(glanced[len(ranked) - 1])
    share = last / bar if bar else 0.0
    ranked += [Ranked(match.number, share * _glanced(match), match) for match in glanced[limits.reranked :]]
    covered = limits.least_of_best_coverage * max(match.coverage for match in glanced)
    least = limits.least_of_best_score * ranked[0].score
    return [
        *ranked[: limits.kept],
        *(
            one
            for one in ranked[limits.kept :]
            if one.score >= least and one.match is not None and one.match.coverage >= covered
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

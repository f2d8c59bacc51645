"""Portico's own order of the candidates that an engine proposes. No files, no state.

The score of a document is a sum of what speaks for it:

    text      BM25 of title, summary and text in one field; more where it covers more of the query
    pairs     neighbouring words of the query that are neighbours in the text
    title     BM25 of the title, by how alike title and query are; little for a story of several sentences, which
              shares words with titles by chance
    sayings   the one phrase or situation that is most like the query (also asked as): never their sum, so that a
              document does not win by having many
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol

from .analysis import Sentence
from .engine import EVERYTHING, Choice, Match, Terms, View

# Of BM25, here and in the engine.
K1 = 0.9
B = 0.75


@dataclass(frozen=True, slots=True)
class Weights:
    """Every number of the ranking; docs/decisions/0003-search.md says how each was found."""

    question: float = 1.75  # a sentence that asks, against one that tells
    coverage: float = 0.6
    pairs: float = 0.25
    title: float = 2.75
    title_of_story: float = 0.1  # share of the title's weight that is left when the query has several sentences
    same_title: float = 1.0  # the query is the title, word for word
    sayings: float = 2.5
    reranked: int = 120  # candidates that get the whole treatment; the others follow in the engine's order
    # What belongs in an answer: the share of the query that a document must have, absolutely and against the document
    # that has most of it, and its score against the best one. Of a few words nearly all must be there; of a story,
    # the telling ones.
    least_coverage: float = 0.06
    few_terms: int = 3
    least_of_best_coverage_few: float = 0.55
    least_of_best_coverage: float = 0.25
    least_of_best_score: float = 0.2


WEIGHTS = Weights()
# For "nearest", where anything is better than nothing.
LENIENT = Weights(
    least_coverage=0.0, least_of_best_coverage_few=0.0, least_of_best_coverage=0.0, least_of_best_score=0.0
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: each term with its weight, and the neighbouring pairs with theirs."""

    terms: dict[str, float]
    pairs: dict[tuple[str, str], float]
    sentences: int

    @classmethod
    def of(cls, sentences: Sequence[Sentence], weights: Weights = WEIGHTS) -> "Query":
        terms: dict[str, float] = {}
        pairs: dict[tuple[str, str], float] = {}
        for sentence in sentences:
            weight = weights.question if sentence.is_question else 1.0
            for term in sentence.terms:
                terms[term] = terms.get(term, 0.0) + weight
            for pair in zip(sentence.terms, sentence.terms[1:], strict=False):
                pairs[pair] = pairs.get(pair, 0.0) + weight
        return cls(terms, pairs, len(sentences))


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


def find(query: Query, view: View, weights: Weights = WEIGHTS, choice: Choice = EVERYTHING) -> list[Ranked]:
    """The documents that belong in the answer to a query, best first. Equal scores keep the order of the index.

    Documents that do not fit the choice may be among them.
    """
    few = len(query.terms) <= weights.few_terms
    matches = view.candidates(
        query.terms,
        least=weights.least_coverage,
        least_of_best=weights.least_of_best_coverage_few if few else weights.least_of_best_coverage,
        choice=choice,
    )
    return rank(query, matches, view, weights)


def rank(query: Query, matches: Iterable[Match], evidence: Evidence, weights: Weights = WEIGHTS) -> list[Ranked]:
    """The matches whose score is near enough to the best one, best first."""
    glanced = sorted(((one.text + one.title + one.asked, -one.number, one) for one in matches), reverse=True)
    scorer = Scorer(query, evidence, weights)
    ranked = [Ranked(match.number, scorer.score(match), match) for _, _, match in glanced[: weights.reranked]]
    ranked.sort(key=lambda one: (-one.score, one.number))
    if not ranked:
        return []
    # The rest was not looked at closely: it never comes before what was.
    least, last = ranked[0].score * weights.least_of_best_score, ranked[-1].score
    kept = [one for one in ranked if one.score >= least]
    for score, _, match in glanced[weights.reranked :]:
        if min(score, last) < least:
            break
        kept.append(Ranked(match.number, min(score, last), match))
    return kept


class Scorer:
    """What speaks for a document, and how much, for one query."""

    def __init__(self, query: Query, evidence: Evidence, weights: Weights = WEIGHTS) -> None:
        self._query = query
        self._evidence = evidence
        self._weights = weights
        self._idf = cache(evidence.idf)
        self._whole = sum(map(self._idf, query.terms))
        self._wanted = frozenset(query.terms)
        self._worth = {term: self._idf(term) * weight for term, weight in query.terms.items()}
        self._pairs = [
            (f" {first} {second} ", weight * max(self._idf(first), self._idf(second)))
            for (first, second), weight in query.pairs.items()
        ]
        self._title = weights.title * (1.0 if query.sentences == 1 else weights.title_of_story)

    def score(self, match: Match) -> float:
        return sum(part.score for part in self.parts(match))

    def parts(self, match: Match) -> tuple[Part, ...]:
        """What the score of a document consists of; what is nothing is left out."""
        weights = self._weights
        terms = self._evidence.terms(match.number)
        same_title = sum(self._worth.values()) if terms.title == self._query.terms.keys() else 0.0
        saying = self.best_saying(terms)
        values = (
            ("text", match.text * (1 + weights.coverage * match.coverage), 1.0),
            ("pairs", self._pair_score(terms.text, match.number), weights.pairs),
            ("title", match.title * self._likeness(terms.title), self._title),
            ("same_title", same_title, weights.same_title),
            ("saying", 0.0 if saying is None else self._saying_score(terms.sayings[saying]), weights.sayings),
        )
        return tuple(Part(name, value, weight, value * weight) for name, value, weight in values if value)

    def best_saying(self, terms: Terms) -> int | None:
        """Which phrase or situation is most like the query; None where none has a word of it."""
        scores = [self._saying_score(saying) for saying in terms.sayings]
        best = max(scores, default=0.0)
        return scores.index(best) if best else None

    def _pair_score(self, text: str, number: int) -> float:
        text = f" {text} "
        found = sum(worth for pair, worth in self._pairs if pair in text)
        # BM25 of a pair that occurs once.
        length = 1 - B + B * self._evidence.text_length(number)
        return found * (K1 + 1) / (1 + K1 * length)

    def _saying_score(self, saying: frozenset[str]) -> float:
        # Most have nothing of the query.
        shared = saying & self._wanted
        return sum(self._worth[term] for term in shared) * self._likeness(saying) if shared else 0.0

    def _likeness(self, terms: frozenset[str]) -> float:
        shared = terms & self._wanted
        return 2 * sum(map(self._idf, shared)) / (self._whole + sum(map(self._idf, terms))) if shared else 0.0

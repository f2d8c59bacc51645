"""Which articles say the same: proposed from their words, decided by editors. Without I/O, and the same every time.

Articles are compared in each language that both have. A question counts as much as the whole rest, because two answers
to one question are duplicates however differently they are written, and answers to two questions are not, however many
words they share. Words that many articles use say little.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..search.analysis import analyzer_for, fold

# How alike two articles are at least, from 0 to 1, to be proposed. Found on the starter content: above it stand pairs
# that an editor would want to see, below it articles about one programme that answer different questions.
LIKENESS = 0.45
QUESTION_SHARE = 0.5
# How alike their questions are at least, whatever the answers are.
QUESTION_LIKENESS = 0.2
# Pairs are looked for among those that share one of so many weightiest words of their questions.
TELLING_TERMS = 8
# A word that more articles use than this share is in every second question of its field; it makes no pair by itself.
COMMON_SHARE = 0.1
COMMON_AT_LEAST = 20
MOST = 200
REASONS = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as far as the comparison needs it; texts by language."""

    id: int
    audience: str
    title: Mapping[str, str]
    phrases: Mapping[str, Sequence[str]]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that may say the same, the lower id first.

    ``phrases`` are those that both are asked by, ``terms`` the words that make them alike, the weightiest first.
    """

    first: int
    second: int
    likeness: float
    lang: str
    phrases: tuple[str, ...]
    terms: tuple[str, ...]


Vector = dict[str, float]


def likely_duplicates(
    candidates: Iterable[Candidate], languages: Collection[str], *, apart: Collection[tuple[int, int]] = ()
) -> list[Pair]:
    """Pairs of articles for the same readers, the most alike first; ``apart`` are pairs that are not to be proposed."""
    best: dict[tuple[int, int], Pair] = {}
    articles = sorted(candidates, key=lambda one: one.id)
    for lang in languages:
        for pair in _alike_in(lang, [one for one in articles if lang in one.title]):
            known = best.get((pair.first, pair.second))
            if known is None or pair.likeness > known.likeness:
                best[pair.first, pair.second] = pair
    found = [pair for key, pair in best.items() if key not in apart]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))[:MOST]


def _alike_in(lang: str, articles: list[Candidate]) -> Iterable[Pair]:
    analyzer = analyzer_for(lang)
    questions, wholes = [], []
    for one in articles:
        asked = Counter(analyzer.terms(one.title[lang]) * 2)
        for phrase in one.phrases.get(lang, ()):
            asked.update(analyzer.terms(phrase))
        questions.append(asked)
        wholes.append(asked + Counter(analyzer.terms(one.text.get(lang, ""))))
    question_vectors, whole_vectors = _weighed(questions), _weighed(wholes)
    asked_by = [{fold(phrase): phrase for phrase in (one.title[lang], *one.phrases.get(lang, ()))} for one in articles]
    for i, j in _pairs(question_vectors):
        question = _product(question_vectors[i], question_vectors[j])
        if question < QUESTION_LIKENESS or articles[i].audience != articles[j].audience:
            continue
        whole = _product(whole_vectors[i], whole_vectors[j])
        likeness = round(QUESTION_SHARE * question + (1 - QUESTION_SHARE) * whole, 4)
        if fold(articles[i].title[lang]) == fold(articles[j].title[lang]):
            likeness = 1.0
        if likeness >= LIKENESS:
            shared = sorted(asked_by[i].keys() & asked_by[j].keys())
            yield Pair(
                articles[i].id,
                articles[j].id,
                likeness,
                lang,
                tuple(asked_by[i][phrase] for phrase in shared)[:REASONS],
                _telling(question_vectors[i], question_vectors[j]),
            )


def _weighed(counts: list[Counter[str]]) -> list[Vector]:
    """Each count of terms as a vector of length 1, in which rare terms weigh more."""
    articles_with = Counter(term for count in counts for term in count)
    vectors = []
    for count in counts:
        weights = {
            term: (1 + math.log(number)) * math.log(1 + len(counts) / articles_with[term])
            for term, number in sorted(count.items())
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({term: weight / length for term, weight in weights.items()})
    return vectors


def _pairs(vectors: list[Vector]) -> set[tuple[int, int]]:
    """The pairs that share a telling term which is not common."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for term in sorted(vector, key=lambda term: (-vector[term], term))[:TELLING_TERMS]:
            places[term].append(number)
    limit = max(COMMON_AT_LEAST, COMMON_SHARE * len(vectors))
    return {
        (i, j)
        for listed in places.values()
        if len(listed) <= limit
        for at, i in enumerate(listed)
        for j in listed[at + 1 :]
    }


def _product(first: Vector, second: Vector) -> float:
    return sum(weight * second[term] for term, weight in first.items() if term in second)


def _telling(first: Vector, second: Vector) -> tuple[str, ...]:
    shared = {term: weight * second[term] for term, weight in first.items() if term in second}
    return tuple(sorted(shared, key=lambda term: (-shared[term], term))[:REASONS])

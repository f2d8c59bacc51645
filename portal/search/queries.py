"""Answers to what people type. What they type is never logged; only single words of it stay in memory for a while."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from .adjustments import Adjustments
from .analysis import Analyzer, Excerpt, Segment, analyzer_for, words
from .engine import Choice, View
from .everyday import everyday_terms
from .index import SearchIndex, search_index
from .model import Model
from .ranking import LENIENT, Part, Query, Ranked, Scorer, find, rank
from .spelling import Correction

# Longer texts are cut: nobody needs more to be understood, and it bounds the work.
MAX_CHARACTERS = 1_000
NEAREST = 5
# Words that share this much of their groups of three letters are taken for relatives; short words always do.
ALIKE = 0.5
ALIKE_FROM = 5

Facets = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document is where it is.

    The scores of `parts` add up to the document's score before `learned` multiplies it; a document that was pinned
    without having anything of the query has none. `found` and `missing` are the telling words of what was searched
    for, as typed, that it has and has not. `saying` is the phrase or situation of it that is most like the query.
    """

    parts: tuple[Part, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    saying: str | None
    learned: float
    pinned: bool
    buried: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """`explanation` is there only where it was asked for."""

    kind: str
    id: int
    score: float
    title: str
    summary: str
    stored: Mapping[str, str]
    title_segments: tuple[Segment, ...]
    snippet: Excerpt
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of an answer.

    `searched_for` differs from `query` where words were repaired; `corrections` says which. `facets` counts the whole
    answer, for each facet under the choices made in the other facets. `nearest` is filled only when there is no hit.
    """

    query: str
    searched_for: str
    corrections: tuple[Correction, ...]
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    nearest: tuple[Hit, ...]


def search(
    q: str,
    *,
    lang: str,
    kinds: Collection[str] = (),
    facets: Mapping[str, Collection[str]] | None = None,
    without: Mapping[str, Collection[str]] | None = None,
    limit: int = 20,
    offset: int = 0,
    correct: bool = True,
    nearest_kinds: Collection[str] = ("intent",),
    adjustments: Adjustments | None = None,
    explain: bool = False,
    model: Model | None = None,
    index: SearchIndex | None = None,
) -> SearchResults:
    """The documents of a language that answer a query, best first.

    Documents that have all words come first; without any, those that have most of what is telling. A query of which
    nothing telling is known has no hits. Within a facet any of the chosen values will do, and every facet with a
    choice must fit. `kinds` works like a facet. Documents that have one of the values in `without` are left out.
    `adjustments` change the order; what is pinned has to fit the choices too. With `explain` each hit says why it is
    where it is. `model` replaces the weights that come with Portico.
    """
    index = index or search_index()
    view = index.view(lang)
    query_text = q[:MAX_CHARACTERS]
    if view is None:
        return SearchResults(q, q, (), (), 0, {}, ())
    analyzer = analyzer_for(lang)
    searched_for, corrections = _repair(query_text, index, view, analyzer, lang) if correct else (query_text, ())
    query = Query.of(analyzer.sentences(searched_for), lang)
    adjustments = adjustments or Adjustments()
    wanted = {**(facets or {}), "kind": kinds} if kinds else facets or {}
    choice = Choice(
        {name: frozenset(values) for name, values in wanted.items() if values},
        {name: frozenset(values) for name, values in (without or {}).items() if values},
    )
    likeness = index.meaning.begin(searched_for, lang, view) if index.meaning else None
    ranked = _adjust(find(query, view, choice, model, likeness), view, adjustments)
    fitting, counts = _choose(ranked, view, choice)
    weights = {term: weight * view.idf(term) for term, weight in query.terms.items()}
    page = fitting[offset : offset + limit]
    hits = tuple(_hit(one, view, analyzer, weights) for one in page)
    if explain:
        explaining = _Explaining(searched_for, query, view, analyzer, adjustments, model)
        hits = tuple(replace(hit, explanation=explaining.of(one)) for hit, one in zip(hits, page, strict=True))
    nearest = () if fitting else _nearest(searched_for, query, view, analyzer, frozenset(nearest_kinds), weights)
    return SearchResults(
        query=q,
        searched_for=searched_for if corrections else q,
        corrections=corrections,
        hits=hits,
        total=len(fitting),
        facets=counts,
        nearest=nearest,
    )


def _repair(
    text: str, index: SearchIndex, view: View, analyzer: Analyzer, lang: str
) -> tuple[str, tuple[Correction, ...]]:
    everyday = everyday_terms(lang)

    def is_known(word: str) -> bool:
        term = analyzer.term(word)
        # "mother" is a word also where no document has it, and not "other".
        return term is None or view.knows(term) or term in everyday

    if all(is_known(text[word.start : word.end]) for word in words(text)):
        return text, ()
    return index.speller(view).repair(text, is_known)


def _adjust(ranked: list[Ranked], view: View, adjustments: Adjustments) -> list[Ranked]:
    """The ranked documents in the order that people want."""
    numbers = {key: view.number(*key) for key in (*adjustments.pinned, *adjustments.buried, *adjustments.learned)}
    factors = {numbers[key]: adjustments.factor(key) for key in adjustments.learned}
    if factors:
        ranked = [one._replace(score=one.score * factors.get(one.number, 1.0)) for one in ranked]
        ranked.sort(key=lambda one: (-one.score, one.number))
    pinned = dict.fromkeys(number for key in adjustments.pinned if (number := numbers[key]) is not None)
    buried = {numbers[key] for key in adjustments.buried}.difference(pinned)
    if not pinned and not buried:
        return ranked
    found = {one.number: one for one in ranked}
    first = [found.get(number) or Ranked(number, 0.0) for number in pinned]
    last = [one for one in ranked if one.number in buried]
    return [*first, *(one for one in ranked if one.number not in buried and one.number not in pinned), *last]


def _choose(ranked: Sequence[Ranked], view: View, choice: Choice) -> tuple[list[Ranked], dict[str, dict[str, int]]]:
    """What fits the choices, and what each further choice would leave."""
    having = [view.entry(one.number).facets for one in ranked]
    if not choice.chosen and not choice.refused:
        return list(ranked), _count(dict.fromkeys(set().union(*having), having))
    refused = [_Having(name, values) for name, values in choice.refused.items()]
    chosen = [_Having(name, values) for name, values in choice.chosen.items()]
    fitting = []
    counted: list[Facets] = []
    # Another choice in the one facet where they fail would find them.
    failing: defaultdict[str, list[Facets]] = defaultdict(list)
    for one, facets in zip(ranked, having, strict=True):
        if any(having.is_met(facets) for having in refused):
            continue
        unmet = [having.name for having in chosen if not having.is_met(facets)]
        if not unmet:
            fitting.append(one)
            counted.append(facets)
        elif len(unmet) == 1:
            failing[unmet[0]].append(facets)
    names = set().union(*counted, failing)
    return fitting, _count({name: [*counted, *failing.get(name, ())] for name in names})


class _Having:
    """Whether documents have one of some values of a facet. They share their tuples of values, some of them long."""

    def __init__(self, name: str, values: frozenset[str]) -> None:
        self.name = name
        self._values = values
        self._met: dict[int, bool] = {}

    def is_met(self, facets: Facets) -> bool:
        values = facets.get(self.name, ())
        try:
            return self._met[id(values)]
        except KeyError:
            met = self._met[id(values)] = not self._values.isdisjoint(values)
            return met


def _count(documents: Mapping[str, Sequence[Facets]]) -> dict[str, dict[str, int]]:
    """How many of the documents have each value of each facet."""
    counts = {}
    for name, listed in sorted(documents.items()):
        shared = [facets[name] for facets in listed if name in facets]
        # Counting tuples by identity first makes it cheap.
        values_of = dict(zip(map(id, shared), shared, strict=True))
        found: dict[str, int] = {}
        for which, count in Counter(map(id, shared)).items():
            for value in values_of[which]:
                found[value] = found.get(value, 0) + count
        if found:
            counts[name] = dict(sorted(sorted(found.items()), key=itemgetter(1), reverse=True))
    return counts


def _hit(one: Ranked, view: View, analyzer: Analyzer, weights: dict[str, float]) -> Hit:
    entry, body = view.entry(one.number), view.body(one.number)
    return Hit(
        kind=entry.kind,
        id=entry.id,
        score=round(one.score, 4),
        title=entry.title,
        summary=body.summary,
        stored=body.stored,
        title_segments=analyzer.mark(entry.title, weights),
        snippet=analyzer.excerpt(body.text or body.summary, weights, found=body.spots(weights) if body.text else None),
    )


class _Explaining:
    """Explains the hits of one query."""

    def __init__(
        self,
        text: str,
        query: Query,
        view: View,
        analyzer: Analyzer,
        adjustments: Adjustments,
        model: Model | None,
    ) -> None:
        self._view = view
        self._adjustments = adjustments
        self._scorer = Scorer(query, view, model)
        self._words: dict[str, str] = {}
        for word in words(text):
            typed = text[word.start : word.end]
            if term := analyzer.term(typed):
                self._words.setdefault(term, typed)

    def of(self, one: Ranked) -> Explanation:
        entry, terms = self._view.entry(one.number), self._view.terms(one.number)
        key = (entry.kind, entry.id)
        saying = self._scorer.best_saying(terms)
        having = set(terms.text.split()).union(*terms.sayings)
        pinned = key in self._adjustments.pinned
        return Explanation(
            parts=(
                *(self._scorer.parts(one.match) if one.match else ()),
                *((one.meaning,) if one.meaning else ()),
            ),
            found=tuple(word for term, word in self._words.items() if term in having),
            missing=tuple(word for term, word in self._words.items() if term not in having),
            saying=None if saying is None else self._view.body(one.number).sayings[saying],
            learned=self._adjustments.factor(key),
            pinned=pinned,
            buried=not pinned and key in self._adjustments.buried,
        )


def _nearest(
    text: str,
    query: Query,
    view: View,
    analyzer: Analyzer,
    kinds: frozenset[str],
    weights: dict[str, float],
) -> tuple[Hit, ...]:
    """The closest documents of some kinds by any evidence, for those who would otherwise stand before nothing."""
    matches = view.candidates(query.terms, least=0.0, least_of_best=0.0, choice=Choice({"kind": kinds}))
    found = [match for match in matches if view.entry(match.number).kind in kinds]
    ranked = rank(query, found, view, LENIENT) if found else _nearest_by_letters(text, view, kinds)
    return tuple(_hit(one, view, analyzer, weights) for one in ranked[:NEAREST])


def _nearest_by_letters(text: str, view: View, kinds: frozenset[str]) -> list[Ranked]:
    """Documents with a title or phrase that has a word much like one of the text: "unemployd" finds "Unemployment"."""
    wanted = [_trigrams(word.folded) for word in words(text) if len(word.folded) >= ALIKE_FROM]
    best: dict[int, float] = {}
    for base, part in view.parts() if wanted else ():
        for number, saying, _ in part.sayings():
            if view.has(base + number) and view.entry(base + number).kind in kinds:
                alike = max((_alike(word.folded, wanted) for word in words(saying)), default=0.0)
                if alike >= ALIKE:
                    best[base + number] = max(alike, best.get(base + number, 0.0))
    ranked = [Ranked(number, alike) for number, alike in best.items()]
    return sorted(ranked, key=lambda one: (-one.score, one.number))


def _alike(word: str, wanted: Sequence[set[str]]) -> float:
    if len(word) < ALIKE_FROM:
        return 0.0
    having = _trigrams(word)
    return max(2 * len(having & one) / (len(having) + len(one)) for one in wanted)


def _trigrams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}

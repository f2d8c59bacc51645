"""What speaks for a document, as numbers of which none is ever negative. No files, no state.

Each number is a piece of evidence of its own; `model.py` says what each is worth. Terms weigh their idf, those of
small talk half of it. A sentence that asks is kept apart from those that tell: what is asked is nearly always in the
text that answers, what is told may not be.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from .analysis import Sentence
from .engine import Match, Terms
from .everyday import kindred, telling

# Of BM25, here and in the engine.
K1 = 0.9
B = 0.75
# A sentence that asks, against one that tells.
QUESTION = 1.75
FEW_TERMS = 3
# In characters of a text that is reduced to its terms: some twenty terms, and some twelve.
BEGINNING = 120
NEARBY = 75
# More sayings that share something say no more.
MOST_SAYINGS = 8


class Features(NamedTuple):
    """One document's evidence, in the order that models know."""

    text: float  # BM25 of title, summary and text in one field
    told: float  # what the told sentences have in common with the text, however often
    asked_covered: float  # share of what is asked that the text has
    told_covered: float  # share of what is told that the text has
    terms: float  # share of the query's terms that the text has
    rarest: float  # the most telling term that it has
    pairs: float  # neighbouring words that are neighbours in the text
    beginning: float  # share of the query that stands at the beginning of the text
    together: float  # of what the text has, the largest share that stands close together
    kindred: float  # what the text does not have, but has kindred words of
    title: float  # BM25 of the title
    title_likeness: float  # how alike title and query are
    title_asked: float  # share of the title that is asked for
    no_title: float  # 1 without a title: it cannot have had what the title gives
    same_title: float  # the weight of the query where it is the title, word for word
    saying: float  # the phrase or situation most like the query, by what it shares
    saying_covered: float  # the largest share of the query in one saying
    saying_in_query: float  # the largest share of one saying in the query
    sayings: float  # BM25 of all phrases and situations as one field
    sayings_alike: float  # how many of them share something with the query
    anywhere: float  # share of the query that text and sayings have together


NAMES = Features._fields


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: each term with its weight, and what of it is asked and what is told."""

    lang: str
    terms: Mapping[str, float]
    asked: Mapping[str, int]
    told: Mapping[str, int]
    pairs: frozenset[tuple[str, str]]
    sentences: int
    # Somebody tells something in a whole sentence, however short: not each of its words has to be in the answer.
    is_told: bool = False

    @classmethod
    def of(cls, sentences: Sequence[Sentence], lang: str) -> "Query":
        asked: Counter[str] = Counter()
        told: Counter[str] = Counter()
        pairs: set[tuple[str, str]] = set()
        for sentence in sentences:
            (asked if sentence.is_question else told).update(sentence.terms)
            pairs.update(zip(sentence.terms, sentence.terms[1:], strict=False))
        terms = {
            term: (told[term] + QUESTION * asked[term]) * telling(term, lang) for term in dict.fromkeys([*told, *asked])
        }
        return cls(
            lang, terms, asked, told, frozenset(pairs), len(sentences), bool(sentences) and sentences[-1].is_whole
        )

    @property
    def shape(self) -> str:
        """A few words, a question, a story, or a story that ends in a question: each is weighed in its own way."""
        if self.asked:
            return "story_and_question" if self.told else "question"
        return "keywords" if len(self.terms) <= FEW_TERMS and self.sentences < 2 else "story"


class _Share(NamedTuple):
    """What a term of a query adds to the evidence of a text that has it."""

    worth: float
    told: float
    told_once: float
    asked_once: float
    spot: tuple[str, float]


class _InText(NamedTuple):
    """What follows from which terms of a query a text has, the same for all texts that have them."""

    worth: float
    told: float
    asked_covered: float
    told_covered: float
    rarest: float
    pairs: Sequence[tuple[str, str, float]]
    spots: Sequence[tuple[str, float]]
    kindred: Sequence[tuple[int, float]]


class Extractor:
    """Takes the evidence of documents for one query."""

    def __init__(self, query: Query, idf: Callable[[str], float]) -> None:
        self._query = query
        self._idf = idf
        self._known: dict[str, float] = {}
        self._worth = {term: self.worth(term) for term in query.terms}
        self._whole = sum(self._worth.values()) or 1.0
        self._asked = sum(self._worth[term] for term in query.asked) or 1.0
        self._told = sum(self._worth[term] for term in query.told) or 1.0
        self._pairs = [
            (first, second, max(self._worth[first], self._worth[second])) for first, second in sorted(query.pairs)
        ]
        self._shares = {
            term: _Share(
                worth=value,
                told=value * query.told.get(term, 0),
                told_once=value if query.told.get(term) else 0.0,
                asked_once=value if term in query.asked else 0.0,
                spot=(f" {term} ", value),
            )
            for term, value in self._worth.items()
        }
        self._terms = frozenset(query.terms)
        self._in_text: dict[tuple[str, ...], _InText] = {}
        self._kin = kindred(query.lang)
        self._kindred = [(term, groups) for term in query.terms if (groups := self._kin.get(term))]

    def worth(self, term: str) -> float:
        """The weight of a term: its idf, less for small talk."""
        if term not in self._known:
            self._known[term] = self._idf(term) * telling(term, self._query.lang)
        return self._known[term]

    def of(self, match: Match, terms: Terms, length: float) -> Features:
        """The evidence of a document; `length` is that of its text, as a multiple of the average."""
        worth = self._worth
        in_text = match.in_text
        looked = in_text is not None
        if in_text is None:
            having = set(terms.text.split())
            in_text = tuple(term for term in worth if term in having)
        found = self._in_text.get(in_text)
        if found is None:
            found = self._in_text[in_text] = self._found(in_text)
        beginning, together = _stand(f" {terms.text} ", found.spots)
        # BM25 of a term that occurs once.
        once = (K1 + 1) / (1 + K1 * (1 - B + B * length))
        masses = terms.masses
        if masses is None:
            masses = terms.masses = tuple(sum(map(self.worth, some)) for some in (terms.title, *terms.sayings))
        if terms.kindred is None:
            terms.kindred = reduce(or_, (self._kin.get(term, 0) for term in terms.text.split()), 0)
        groups = terms.kindred
        title = masses[0]
        title_shared = self._terms & terms.title if match.title or not looked else ()
        title_worth = sum([worth[term] for term in title_shared])
        saying = saying_covered = saying_in_query = 0.0
        alike = 0
        anywhere = found.worth
        if match.asked or not looked:
            said: set[str] = set()
            for one, mass in zip(terms.sayings, masses[1:], strict=True):
                if common := self._terms.intersection(one):
                    said |= common
                    alike += 1
                    shared = sum([worth[term] for term in common])
                    saying = max(saying, shared * 2 * shared / (self._whole + mass))
                    saying_covered = max(saying_covered, shared / self._whole)
                    saying_in_query = max(saying_in_query, shared / mass)
            anywhere += sum([worth[term] for term in said.difference(in_text)])
        return Features(
            text=match.text,
            told=once * found.told,
            asked_covered=found.asked_covered,
            told_covered=found.told_covered,
            terms=len(in_text) / max(1, len(worth)),
            rarest=found.rarest,
            pairs=sum([value for first, second, value in found.pairs if terms.has_pair(first, second)]),
            beginning=beginning / self._whole,
            together=together / (found.worth or 1.0),
            kindred=once * sum([value for of_term, value in found.kindred if of_term & groups]),
            title=match.title,
            title_likeness=2 * title_worth / (title + self._whole) if title_shared else 0.0,
            title_asked=sum([worth[term] for term in title_shared if term in self._query.asked]) / (title or 1.0),
            no_title=0.0 if terms.title else 1.0,
            same_title=self._whole if terms.title == self._terms else 0.0,
            saying=saying,
            saying_covered=saying_covered,
            saying_in_query=saying_in_query,
            sayings=match.asked,
            sayings_alike=math.log1p(min(alike, MOST_SAYINGS)),
            anywhere=anywhere / self._whole,
        )

    def _found(self, in_text: tuple[str, ...]) -> "_InText":
        having = frozenset(in_text)
        # Column by column: long queries find other terms in nearly every text.
        columns = tuple(zip(*[self._shares[term] for term in in_text], strict=True)) or ((),) * len(_Share._fields)
        worth, told, told_once, asked_once, spots = columns
        return _InText(
            worth=sum(worth),
            told=sum(told),
            asked_covered=sum(asked_once) / self._asked,
            told_covered=sum(told_once) / self._told,
            rarest=max(worth, default=0.0),
            pairs=[pair for pair in self._pairs if pair[0] in having and pair[1] in having],
            spots=spots,
            kindred=[(groups, self._worth[term]) for term, groups in self._kindred if term not in having],
        )

    def saying_score(self, saying: Collection[str]) -> float:
        """What a saying shares with the query, by how alike they are."""
        shared = sum(self._worth[term] for term in saying if term in self._worth)
        return shared * 2 * shared / (self._whole + sum(map(self.worth, saying))) if shared else 0.0


def _stand(text: str, spots: Sequence[tuple[str, float]]) -> tuple[float, float]:
    """What stands at the beginning of a text, and the most that stands close together, where words come first in it."""
    places = sorted([(text.find(term), value) for term, value in spots])
    together = near = 0.0
    first = 0
    for place, value in places:
        near += value
        while place - places[first][0] > NEARBY:
            near -= places[first][1]
            first += 1
        together = max(together, near)
    return sum([value for place, value in places if place < BEGINNING]), together

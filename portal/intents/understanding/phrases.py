"""What intents and profiles carry anyway: the phrases that they are also asked by. Compared by stems, in any order."""

import functools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...search.analysis import analyzer_for, words
from .readings import Span

PHRASE_CONFIDENCE = 0.7
# A shorter phrase says too little on its own; cues say what else must stand beside it.
LEAST_TERMS = 3
# How many words of another meaning may stand among those of a phrase.
BETWEEN = 1


@dataclass(frozen=True)
class Phrase:
    """One phrase of an intent or profile, in one language."""

    kind: Literal["intent", "profile"]
    key: str
    lang: str
    text: str


@dataclass(frozen=True)
class FoundPhrase:
    kind: Literal["intent", "profile"]
    key: str
    confidence: float
    span: Span


@dataclass
class PhraseIndex:
    """Phrases by their rarest term, and the words that people may spell in them."""

    by_term: Mapping[str, Mapping[str, list[tuple[Phrase, frozenset[str]]]]] = field(default_factory=dict)
    surface: frozenset[str] = frozenset()

    @classmethod
    def of(cls, phrases: Iterable[Phrase], texts: Iterable[str] = ()) -> "PhraseIndex":
        """``texts`` are more texts whose words are known to be spelt well."""
        known: list[tuple[Phrase, frozenset[str]]] = []
        surface: set[str] = set()
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for phrase in phrases:
            surface |= _surface(phrase.text)
            terms = _terms(phrase.lang, phrase.text)
            if len(terms) >= LEAST_TERMS:
                known.append((phrase, terms))
                for term in terms:
                    counts[phrase.lang, term] += 1
        for text in texts:
            surface |= _surface(text)
        by_term: dict[str, dict[str, list[tuple[Phrase, frozenset[str]]]]] = {}
        for phrase, terms in known:
            rarest = min(terms, key=lambda term: (counts[phrase.lang, term], term))
            by_term.setdefault(phrase.lang, {}).setdefault(rarest, []).append((phrase, terms))
        return cls(by_term, frozenset(surface))

    def find(self, text: str, languages: Iterable[str]) -> Iterator[FoundPhrase]:
        """The phrases of some languages that a text has, with all their terms close together."""
        for lang in languages:
            by_term = self.by_term.get(lang, {})
            analyzer = analyzer_for(lang)
            found = [
                (term, (word.start, word.end))
                for word in words(text)
                if (term := analyzer.term(text[word.start : word.end])) is not None
            ]
            for at, (term, _) in enumerate(found):
                for phrase, wanted in by_term.get(term, ()):
                    span = _closest(found, at, wanted)
                    if span is not None:
                        yield FoundPhrase(phrase.kind, phrase.key, PHRASE_CONFIDENCE, span)


# Of all texts a change of the content changes few, and only those are read anew.
@functools.lru_cache(maxsize=20_000)
def _surface(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in words(text))


@functools.lru_cache(maxsize=20_000)
def _terms(lang: str, text: str) -> frozenset[str]:
    return frozenset(analyzer_for(lang).terms(text))


def _closest(found: list[tuple[str, Span]], at: int, wanted: frozenset[str]) -> Span | None:
    """The piece of a text around one term that has all of them, with few others among them."""
    size = len(wanted) + BETWEEN
    best = math.inf
    span = None
    for first in range(max(0, at - size + 1), at + 1):
        missing = set(wanted)
        for last in range(first, min(len(found), first + size)):
            missing.discard(found[last][0])
            if not missing:
                if at <= last and last - first < best:
                    best, span = last - first, (found[first][1][0], found[last][1][1])
                break
    return span

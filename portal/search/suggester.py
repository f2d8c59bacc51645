"""Titles and phrases by the beginnings of their words."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from .analysis import words

# One letter says nothing yet, and costs most.
MIN_LETTERS = 2


class Saying(NamedTuple):
    """A title or phrase; in order, the best suggestion comes first."""

    begins_elsewhere: bool
    is_phrase: bool
    length: int
    text: str
    document: int


class Suggester:
    """Finds sayings by the beginnings of their words."""

    def __init__(self, sayings: Iterable[tuple[int, str, bool]]) -> None:
        # Titles before phrases, short before long: the lowest numbers are the best answers.
        best_first = sorted(sayings, key=lambda saying: (not saying[2], len(saying[1]), saying[1], saying[0]))
        self._texts: list[str] = []
        self._documents = array("I")
        self._titles = 0
        by_word: dict[str, array[int]] = {}
        seen = set()
        for document, text, is_title in best_first:
            folded = " ".join(word.folded for word in words(text))
            if (folded, document) in seen:
                continue
            seen.add((folded, document))
            for word in set(folded.split()):
                by_word.setdefault(word, array("I")).append(len(self._texts))
            self._texts.append(text)
            self._documents.append(document)
            self._titles += is_title
        self._words = sorted(by_word)
        self._having = [by_word[word] for word in self._words]

    def find(self, typed: str, limit: int) -> list[Saying]:
        """At most `limit` sayings that have every word typed, best first."""
        folded = [word.folded for word in words(typed)]
        if sum(map(len, folded)) < MIN_LETTERS:
            return []
        beginning = " ".join(folded)
        best = sorted(self._having_all(folded, typed[-1:].isalnum()))[: limit * 20]
        return sorted(self._saying(number, beginning) for number in best)[:limit]

    def _saying(self, number: int, beginning: str) -> Saying:
        text = self._texts[number]
        folded = " ".join(word.folded for word in words(text))
        is_phrase = number >= self._titles
        return Saying(not folded.startswith(beginning), is_phrase, len(text), text, self._documents[number])

    def _having_all(self, folded: list[str], unfinished: bool) -> set[int]:
        having: set[int] | None = None
        # Long words first: they leave least to go through.
        for word in sorted(set(folded), key=len, reverse=True):
            exact = len(word) <= MIN_LETTERS and not (unfinished and word == folded[-1])
            found = self._having_word(word, exact)
            having = found if having is None else having & found
            if not having:
                break
        return having or set()

    def _having_word(self, word: str, exact: bool) -> set[int]:
        found: set[int] = set()
        for at in range(bisect_left(self._words, word), len(self._words)):
            known = self._words[at]
            if known != word if exact else not known.startswith(word):
                break
            found.update(self._having[at])
        return found

"""Repair of words that no document has. A word that the index knows is never touched."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .analysis import words

Vocabulary = Mapping[str, tuple[str, int]]

# Shorter words have too many neighbours: "wife" must not become "life".
ONE_EDIT_FROM = 5
TWO_EDITS_FROM = 8
# Names and foreign words are unknown too; a text full of them is not misspelt.
MAX_REPAIRS = 4


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed and what was searched for instead."""

    typed: str
    used: str


class Speller:
    """Repairs queries against the words of one view of the index."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word in vocabulary:
            self._by_length.setdefault(len(word), []).append((_letters(word), word))
        self._found: dict[str, str | None] = {}

    def repair(self, text: str, is_known: Callable[[str], bool]) -> tuple[str, tuple[Correction, ...]]:
        """The text with unknown words replaced by the likeliest known ones, and what was replaced.

        `is_known` is asked with the word as typed. Everything between the words stays as it is.
        """
        pieces: list[str] = []
        corrections: list[Correction] = []
        at = 0
        for word in words(text):
            typed = text[word.start : word.end]
            if len(corrections) == MAX_REPAIRS:
                break
            if len(word.folded) < ONE_EDIT_FROM or not word.folded.isalpha():
                continue
            if word.folded in self._vocabulary or is_known(typed):
                continue
            used = self.nearest(word.folded)
            if used is None:
                continue
            pieces += [text[at : word.start], used]
            at = word.end
            corrections.append(Correction(typed, used))
        return "".join(pieces) + text[at:], tuple(corrections)

    def nearest(self, folded: str) -> str | None:
        """The known word, as it is usually spelt, that a folded word most likely stands for."""
        if folded not in self._found:
            if len(self._found) > 5_000:
                self._found.clear()
            self._found[folded] = self._search(folded)
        return self._found[folded]

    def _search(self, folded: str) -> str | None:
        allowed = 2 if len(folded) >= TWO_EDITS_FROM else 1
        letters = _letters(folded)
        found: list[tuple[float, str, str]] = []
        for length in range(len(folded) - allowed, len(folded) + allowed + 1):
            for others, word in self._by_length.get(length, ()):
                # One edit changes at most two letters of the set.
                if (letters ^ others).bit_count() > 2 * allowed:
                    continue
                edits = distance(folded, word, allowed)
                if edits is None:
                    continue
                spelling, count = self._vocabulary[word]
                if edits == 2 and (count < 2 or word[0] != folded[0]):
                    continue
                # An edit less outweighs any frequency; people seldom get the first letter wrong.
                worth = -10.0 * edits + math.log1p(count) + (1.5 if word[0] == folded[0] else 0.0)
                found.append((-worth, word, spelling))
        return min(found)[2] if found else None


def distance(one: str, other: str, allowed: int) -> int | None:
    """Letters to insert, remove, replace or swap with their neighbour; None when more than allowed."""
    if abs(len(one) - len(other)) > allowed:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > allowed:
            return None
    return row[-1] if row[-1] <= allowed else None


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 61)
    return bits

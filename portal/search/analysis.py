"""From text to terms, in one way for documents and queries.

A *word* is a piece of the text as written, with its folded form (lower case, no accents); a *term* is the stem of a
folded word that is not a stop word. Spellings that differ only in case, accents or apostrophes give the same term.
"""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import snowballstemmer

from .stopwords import STOP_WORDS, TELLING

_SNOWBALL = {"en": "english", "es": "spanish", "pt": "portuguese", "ar": "arabic"}
_CACHED_TERMS = 60_000
# It pays to look at the first letters of words only where there are many.
_LONG_TEXT = 200

_MARKS = "\u0300-\u036f\u0640\u064b-\u065f\u0670"
# Written so that letters are read in one run: this is the innermost loop of indexing.
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S. and e.g. in one piece
    rf"|[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*(?:['’ʼ](?i:s|d|m|t|ll|ve|re)\b)?"  # English endings belong to their word
    r"|\d+(?:(?:[.,\u00a0\u202f]\d{3})+(?!\d))?"  # 1,000 and 1.000 are one number
)
_ENDING = re.compile(r"['’ʼ](?:(t)|s|d|m|ll|ve|re)$", re.IGNORECASE)
_NOT_IN_NUMBERS = re.compile(r"[.,\u00a0\u202f]")
_SENTENCE = re.compile(r"[^.!?؟\n]*(?:[.!?؟]+|\n|$)")

# Snowball knows these endings by accents that people leave out. Folding removes them everywhere; where the ending
# always has one it is put back, so that "jubilacion", "jubilación" and "jubilaciones" meet in one stem. Portuguese
# also writes "factura" or "fatura", "acção" or "ação": the letter that the reform of 1990 made silent goes. Its plurals
# in "ões" have other stems than their singulars, so they become singulars first.
_ENDINGS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "es": ((re.compile(r"([cs])ion$"), r"\1ión"),),
    "pt": (
        (re.compile(r"(?<=[aeiou])[cp](?=[ct][aeiou])"), ""),
        (re.compile(r"oes$"), "ao"),
        (re.compile(r"cao$"), "ção"),
        (re.compile(r"(?<=.)ao$"), "ão"),
        (re.compile(r"encia(s?)$"), r"ência\1"),
        (re.compile(r"avel$"), "ável"),
        (re.compile(r"ivel$"), "ível"),
    ),
}


# Where a word stands in a text, and its term: start, end, term.
Spot = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text: `text[start:end]` is the original, `folded` is what is compared."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; marked where it is a word that was searched for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    terms: tuple[str, ...]
    is_question: bool
    # Ends in a full stop, or has a word of telling: a whole sentence, and no words of a search.
    is_whole: bool = False


def fold(text: str) -> str:
    """Lower case, no accents, digits of any script as 0-9."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        str(unicodedata.digit(char, char)) if char.isdigit() else char
        for char in decomposed
        if not unicodedata.combining(char) and char != "\u0640"
    )


def fold_word(word: str) -> str:
    """The folded form of one word: also without apostrophes, possessive endings and thousands separators."""
    word = _ENDING.sub(lambda match: match.group(1) or "", word)
    if word[0].isdigit():
        word = _NOT_IN_NUMBERS.sub("", word)
    # A few Arabic letters stand for whole phrases, and come apart with spaces between.
    return fold(word.replace(".", "")).replace(" ", "")


def words(text: str) -> Iterator[Word]:
    """The words of a text in order."""
    for match in _WORD.finditer(text):
        yield Word(fold_word(match.group()), match.start(), match.end())


def surface_words(text: str) -> set[str]:
    """The words of a text as people spell them: lower case, with accents, without numbers."""
    found = {_ENDING.sub("", match.group()) for match in _WORD.finditer(text)}
    return {word.lower() for word in found if not word[0].isdigit() and "." not in word}


class Analyzer:
    """The analysis of one language. Languages without rules of their own are folded, and nothing more."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.stop_words = STOP_WORDS.get(lang, frozenset())
        self._telling = TELLING.get(lang, frozenset())
        self._endings = _ENDINGS.get(lang, ())
        # Arabic stems also lose their beginning; everywhere else a word and its stem start alike.
        self._stems_keep_start = lang != "ar"
        self._stemmer = snowballstemmer.stemmer(_SNOWBALL[lang]) if lang in _SNOWBALL else None
        # A stemmer keeps state while it works, and requests share it.
        self._stemming = threading.Lock()
        self._terms: dict[str, str | None] = {}

    def term(self, word: str) -> str | None:
        """The term of a word as written; None for a stop word."""
        try:
            return self._terms[word]
        except KeyError:
            folded = fold_word(word)
            term = None if folded in self.stop_words else self.stem(folded)
            if len(self._terms) >= _CACHED_TERMS:
                self._terms.clear()
            self._terms[word] = term
            return term

    def stem(self, folded: str) -> str:
        if self._stemmer is None or folded[:1].isdigit():
            return folded
        for pattern, ending in self._endings:
            folded = pattern.sub(ending, folded)
        with self._stemming:
            stem: str = self._stemmer.stemWord(folded)
        return fold(stem) or folded

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order, repeated as often as they occur."""
        found = []
        for match in _WORD.finditer(text):
            term = self.term(match.group())
            if term:
                found.append(term)
        return found

    def sentences(self, text: str) -> list[Sentence]:
        """The sentences of a text that have terms."""
        found = []
        for match in _SENTENCE.finditer(text):
            sentence = match.group()
            terms = self.terms(sentence)
            if terms:
                ending = sentence.rstrip()
                whole = ending.endswith((".", "!")) or self._is_told(sentence)
                found.append(Sentence(tuple(terms), ending.endswith(("?", "؟")), whole))
        return found

    def _is_told(self, sentence: str) -> bool:
        # "I-9" is a form.
        return any(
            word.folded in self._telling and sentence[word.end : word.end + 1] != "-" for word in words(sentence)
        )

    def spots(self, text: str) -> Iterator[Spot]:
        """Every word of a text that has a term."""
        for match in _WORD.finditer(text):
            term = self.term(match.group())
            if term:
                yield match.start(), match.end(), term

    def find(self, text: str, wanted: Collection[str]) -> list[Spot]:
        """Where words of the wanted terms stand in a text."""
        long = len(text) > _LONG_TEXT
        starts = _starts(wanted) if long and self._stems_keep_start else frozenset()
        found = []
        for match in _WORD.finditer(text):
            word = match.group()
            # Stemming is the dear part, and most words cannot be meant.
            start = word[:2]
            if starts and start not in starts and start.isascii() and start.isalpha():
                continue
            term = self.term(word)
            if term in wanted and term is not None:
                found.append((match.start(), match.end(), term))
        return found

    def mark(self, text: str, wanted: Collection[str]) -> tuple[Segment, ...]:
        """The text in pieces, with the words of the wanted terms marked. The pieces joined are the text."""
        return _segments(text, 0, len(text), self.find(text, wanted))

    def excerpt(
        self, text: str, weights: dict[str, float], length: int = 220, found: list[Spot] | None = None
    ) -> "Excerpt":
        """The part of a text that says most about the weighted terms, at most `length` characters.

        It begins and ends between words. A text without any of the terms gives its beginning, unmarked. `found` are
        the spots of the terms, where they are known.
        """
        found = self.find(text, weights) if found is None else found
        start = _best_start(text, found, weights, length)
        end = min(start + length, len(text))
        if end < len(text):
            space = text.rfind(" ", start + length // 2, end)
            end = space if space > start else end
        inside = [spot for spot in found if spot[0] >= start and spot[1] <= end]
        return Excerpt(_segments(text, start, end, inside), start > 0, end < len(text))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text in pieces; the pieces joined stand in the text as they are."""

    segments: tuple[Segment, ...]
    cut_before: bool
    cut_after: bool


@cache
def analyzer_for(lang: str) -> Analyzer:
    """The analyzer of a language, the same one for everybody."""
    return Analyzer(lang)


def guess_language(texts: Collection[str]) -> str:
    """The language whose stop words occur most often in the texts; "en" where none does."""
    counts = dict.fromkeys(STOP_WORDS, 0.0)
    for text in texts:
        for word in words(text):
            for lang, listed in STOP_WORDS.items():
                counts[lang] += word.folded in listed
    # Short words are shared between languages: "a", "as", "no" decide nothing where a longer list finds more.
    return max(counts, key=lambda lang: (counts[lang], lang == "en"))


def _starts(terms: Collection[str]) -> frozenset[str]:
    """The first two letters, in any case, of the words that these terms may come from."""
    starts = set()
    for term in terms:
        # "dying" and "die" share their stem.
        for start in (term[:2], term[:2].replace("i", "y")):
            starts |= {start, start.upper(), start.title(), start[:1] + start[1:].upper()}
    return frozenset(starts)


def _segments(text: str, start: int, end: int, found: list[Spot]) -> tuple[Segment, ...]:
    pieces = []
    at = start
    for first, last, _ in found:
        if first > at:
            pieces.append(Segment(text[at:first]))
        pieces.append(Segment(text[first:last], True))
        at = last
    if at < end:
        pieces.append(Segment(text[at:end]))
    return tuple(pieces)


def _best_start(text: str, found: list[Spot], weights: dict[str, float], length: int) -> int:
    if not found or found[-1][1] <= length:
        return 0
    best, best_start = 0.0, 0
    for number, (first, _, _) in enumerate(found):
        seen = set()
        for _, last, term in found[number:]:
            if last > first + length * 3 // 4:
                break
            seen.add(term)
        worth = sum(weights[term] for term in seen)
        if worth > best * 1.001:
            best, best_start = worth, first
    # Begin with the sentence where it is near, otherwise a few words before.
    earliest = max(0, best_start - length // 4)
    if earliest == 0:
        return 0
    for mark in (". ", "? ", "! ", "\n"):
        at = text.rfind(mark, earliest, best_start)
        if at >= 0:
            return at + len(mark)
    space = text.find(" ", earliest, best_start)
    return space + 1 if space >= 0 else best_start

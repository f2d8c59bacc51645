"""A text in a form that cues are compared with: folded words, short forms written out, the breaks between clauses."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...search.analysis import fold

Span = tuple[int, int]
Spellings = Mapping[str, str]

_PIECE = re.compile(
    r"(?P<number>\d+(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)|\d+)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]|['’ʼ`´‘](?=[^\W\d_]))*)"
    r"|(?P<end>[.!?;\n]+)"
    r"|(?P<pause>[,:()\u2013\u2014|/]+|\s-+\s)"
)
_AMOUNT = re.compile(r"(?P<whole>\d+(?:[.,]\d{3})*)(?:[.,](?P<rest>\d{1,2}))?")
_APOSTROPHE = re.compile("['’ʼ`´‘]")
_PLAIN_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile("[a-z]+")
# What follows an apostrophe in English, written out; after a noun an "s" says whose it is.
_ENDINGS = {"ll": "will", "re": "are", "ve": "have", "d": "would", "m": "am"}
_IS_AFTER = frozenset(
    ["he", "she", "it", "that", "there", "here", "who", "what", "where", "how", "everyone", "nobody", "everything"]
)
# A full stop as one word of its own, a comma as another: gaps of cues cross the second only.
END, PAUSE = ".", ","


@dataclass(frozen=True)
class Reading:
    """The words of a text, with one space around each, and where each stands in the text."""

    plain: str
    starts: tuple[int, ...]
    spans: tuple[Span, ...]
    words: tuple[str, ...]
    known: frozenset[str] = field(default_factory=frozenset)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the first word and after the last word of a piece of ``plain``, without breaks at its ends."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, max(start, end - 1)) - 1
        while last > first and self.words[last] in (END, PAUSE):
            last -= 1
        return max(first, 0), last + 1

    def span(self, first: int, last: int) -> Span:
        """Where in the text these words stand."""
        return self.spans[first][0], self.spans[last - 1][1]


def read_text(text: str, spellings: Spellings, repair: Callable[[str], str] | None = None) -> Reading:
    """The reading of a text. ``spellings`` writes out short forms; ``repair`` is asked for each other word."""
    words: list[str] = []
    spans: list[Span] = []
    for match in _PIECE.finditer(text):
        found: list[str]
        if match.lastgroup == "number":
            found = [_number(match.group())]
        elif match.lastgroup == "word":
            found = list(_written_out(match.group(), spellings, repair))
        elif match.lastgroup == "end" and not match.group().startswith(".."):
            found = [END]
        else:
            found = [PAUSE]
        if found in ([END], [PAUSE]) and (not words or words[-1] in (END, PAUSE)):
            continue
        words += found
        spans += [match.span()] * len(found)
    starts, at = [], 1
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return Reading(f" {' '.join(words)} ", tuple(starts), tuple(spans), tuple(words), frozenset(words))


def _number(written: str) -> str:
    """12 for "12" and "12.00", 1200 for "1,200" and "1.200", 12.5 for "12.50" and "12,5"."""
    match = _AMOUNT.fullmatch(fold(written))
    if match is None:
        return fold(written)
    whole, rest = re.sub("[.,]", "", match["whole"]), (match["rest"] or "").rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _written_out(written: str, spellings: Spellings, repair: Callable[[str], str] | None) -> list[str]:
    parts = [fold(part) for part in _APOSTROPHE.split(written)]
    whole = "".join(parts)
    if len(parts) > 1:
        joined = "'".join(parts)
        if joined in spellings:
            return spellings[joined].split()
        if whole in spellings:
            return spellings[whole].split()
        start, ending = "".join(parts[:-1]), parts[-1]
        if ending == "s":
            return [start, "is"] if start in _IS_AFTER else [start]
        if ending in _ENDINGS:
            return [*spellings.get(start, start).split(), _ENDINGS[ending]]
    if whole in spellings:
        return spellings[whole].split()
    if repair is not None and _LATIN.fullmatch(whole):
        repaired = repair(whole)
        return spellings.get(repaired, repaired).split()
    # One sign can stand for several words.
    return _PLAIN_WORD.findall(whole)

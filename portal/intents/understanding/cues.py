"""The language of cues: what people say, with the freedom that they take.

| written | means |
| --- | --- |
| ``lost my job`` | these words one after another |
| ``(job\\|work)`` | one of these; each may be of several words |
| ``[my]`` | may be there or not |
| ``evict*`` | a word with this beginning |
| ``..`` | up to three words, none of them a "not" |
| ``....`` | up to six words, none of them a "not" |
| ``rent & behind`` | both in one sentence, in any order, with up to twelve words between them |
| ``{kid}`` | one of the words of the list "kid" in ``words.yaml`` |
| ``<n>`` | a number, in figures or words; the first one counts |
| ``<per>`` | a period: a month, weekly, al mes |

Case, accents, apostrophes and commas do not matter, and short forms are the same as long ones: "can't" is "can not".
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .readings import Reading, Span, Spellings, read_text

MAX_CUE = 600
# As many cues are kept as read, so that a change of the content costs no second reading.
_KEPT = 20_000
_PIECE = re.compile(r"\.{4}|\.\.|[()|\[\]&]|\{[a-z_]+\}|<[a-z]+>|[^\s()|\[\]{}<>&]+")
_PREFIX = re.compile(r"[^\W\d_]{2,}\*")
_SKIP = r"(?:, )?"
_SMALLEST_PREFIX = 2
_MAX_DEPTH = 4
_GAPS = {"..": 3, "....": 6}
# What may stand between the two sides of "&": any words of the sentence.
_BETWEEN = r"(?:[^\s.]\S* ){0,12}?"


class BadCue(ValueError):
    """A cue that cannot be read; the message says why."""


@dataclass(frozen=True, eq=False)
class Words:
    """What cues of one language are made of: lists of words, short forms, numbers, periods, and what says "not".

    ``clause_words`` are those with which another clause begins: conjunctions and persons.
    """

    lists: Mapping[str, Sequence[str]]
    spellings: Spellings
    numbers: Mapping[str, float]
    periods: Mapping[str, Sequence[str]]
    negations: frozenset[str]
    clause_words: frozenset[str] = frozenset()

    @cached_property
    def number(self) -> str:
        return _any_of(self.numbers, r"\d+(?:\.\d+)?")

    @cached_property
    def period(self) -> str:
        return _any_of(word for words in self.periods.values() for word in words)

    @cached_property
    def gap_word(self) -> str:
        """Any word that may stand in a gap."""
        return _any_but(self.negations)

    @cached_property
    def narrow_gap_word(self) -> str:
        """Any word that may stand in a gap of a look-alike: it must not swallow the beginning of something else."""
        return _any_but(self.negations | self.clause_words)

    def number_of(self, written: str) -> float:
        """The value of what ``<n>`` found."""
        written = written.strip()
        return self.numbers[written] if written in self.numbers else float(written)

    def period_of(self, written: str) -> str:
        """The name of the period that ``<per>`` found."""
        written = written.strip()
        return next(name for name, words in self.periods.items() if written in words)


# Every match of a cue has one of these words, or a word that begins with one that ends in "*".
Anchors = frozenset[str]


@dataclass(frozen=True)
class Cue:
    """A cue as it is written, and the words without which it cannot be found."""

    written: str
    pattern: str
    anchors: Anchors
    literals: frozenset[str]

    @cached_property
    def _whole_and_starts(self) -> tuple[frozenset[str], tuple[str, ...]]:
        starts = tuple(anchor[:-1] for anchor in self.anchors if anchor.endswith("*"))
        return frozenset(anchor for anchor in self.anchors if not anchor.endswith("*")), starts

    def may_be_in(self, words: Collection[str]) -> bool:
        """Whether some words have one without which it cannot be found."""
        whole, starts = self._whole_and_starts
        return not whole.isdisjoint(words) or (bool(starts) and any(word.startswith(starts) for word in words))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        # Most cues are never asked for, so each is made when it is.
        return re.compile(rf"(?<= ){self.pattern}")

    def find(self, plain: str) -> Iterator[re.Match[str]]:
        """Where a text has it, also where one place overlaps another."""
        at = 0
        while match := self.regex.search(plain, at):
            yield match
            at = match.start() + 1


@functools.lru_cache(maxsize=_KEPT)
def cue_from(written: str, words: Words, *, narrow: bool = False) -> Cue:
    """The cue of a line as an editor writes it, the same one each time. Raises BadCue.

    ``narrow``: its gaps stay within one clause, so that "job .. shelter" is not in "lost my job and need shelter".
    """
    if len(written) > MAX_CUE:
        raise BadCue(f"longer than {MAX_CUE} characters")
    pieces = _PIECE.findall(written)
    parser = _Parser(pieces, words, narrow=narrow)
    pattern, anchors = parser.alternatives()
    if parser.at < len(pieces):
        raise BadCue(f"{pieces[parser.at]} without a beginning")
    if not anchors:
        raise BadCue("needs a word that must be there")
    return Cue(written, pattern, anchors, frozenset(parser.literals))


class CueIndex:
    """Many cues, asked at once: only those are looked for whose words a text has."""

    def __init__(self, cues: Iterable[tuple[int, Cue]]) -> None:
        self._by_word: dict[str, list[tuple[int, Cue]]] = {}
        self._by_start: dict[str, list[tuple[int, Cue]]] = {}
        self.literals: set[str] = set()
        for entry in cues:
            self.literals |= entry[1].literals
            for anchor in entry[1].anchors:
                group, word = (self._by_start, anchor[:-1]) if anchor.endswith("*") else (self._by_word, anchor)
                group.setdefault(word, []).append(entry)
        self._lengths = sorted({len(start) for start in self._by_start})

    def candidates(self, reading: Reading) -> list[tuple[int, Cue]]:
        """The cues that a text may have, each once, in a steady order."""
        found: dict[tuple[int, str], tuple[int, Cue]] = {}
        for word in reading.known:
            for entry in self._by_word.get(word, ()):
                found[entry[0], entry[1].written] = entry
            for length in self._lengths:
                if length > len(word):
                    break
                for entry in self._by_start.get(word[:length], ()):
                    found[entry[0], entry[1].written] = entry
        return [found[key] for key in sorted(found)]


def masked(plain: str, cues: Iterable[Cue]) -> str:
    """A text with everything that these cues find taken out; what remains keeps its place."""
    words = frozenset(plain.split())
    spans: list[Span] = [match.span() for cue in cues if cue.may_be_in(words) for match in cue.find(plain)]
    if not spans:
        return plain
    letters = list(plain)
    for start, end in spans:
        for at in range(start, end):
            if letters[at] != " ":
                letters[at] = "\x00"
    return "".join(letters)


class _Parser:
    """From the pieces of a cue to a regular expression over ``Reading.plain``.

    Every part of it takes the space after its last word along.
    """

    def __init__(self, pieces: Sequence[str], words: Words, depth: int = 0, *, narrow: bool = False) -> None:
        self.pieces = pieces
        self.words = words
        self.depth = depth
        self.narrow = narrow
        self.gap_word = words.narrow_gap_word if narrow else words.gap_word
        self.at = 0
        self.literals: set[str] = set()
        self._captured: set[str] = set()

    def alternatives(self) -> tuple[str, Anchors | None]:
        patterns, anchors = [], []
        while True:
            pattern, own = self._both() if self.depth == 0 else self._sequence()
            patterns.append(pattern)
            anchors.append(own)
            if self._next() != "|":
                break
            self.at += 1
        united = frozenset().union(*(one or () for one in anchors)) if all(anchors) else None
        return (patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"), united

    def _both(self) -> tuple[str, Anchors | None]:
        """A sequence, or two of which either may come first."""
        first, anchors = self._sequence()
        if self._next() != "&":
            return first, anchors
        if self.narrow or self._captured:
            raise BadCue("& is for cues without <n> and <per>, and not for look-alikes")
        self.at += 1
        second, others = self._sequence()
        if self._captured:
            raise BadCue("& is for cues without <n> and <per>, and not for look-alikes")
        if others and (anchors is None or _worth(others) > _worth(anchors)):
            anchors = others
        return f"(?:{first}{_BETWEEN}{second}|{second}{_BETWEEN}{first})", anchors

    def _sequence(self) -> tuple[str, Anchors | None]:
        pieces: list[str] = []
        best: Anchors | None = None
        while (piece := self._next()) is not None and piece not in ")|]&":
            pattern, anchors = self._item(piece)
            pieces.append(pattern)
            if anchors and (best is None or _worth(anchors) > _worth(best)):
                best = anchors
        if not pieces:
            raise BadCue("has an empty part")
        return "".join(pieces), best

    def _item(self, piece: str) -> tuple[str, Anchors | None]:
        self.at += 1
        if piece in ("(", "["):
            pattern, anchors = self.alternatives()
            self._close({"(": ")", "[": "]"}[piece])
            return (f"(?:{pattern})", anchors) if piece == "(" else (f"(?:{pattern})?", None)
        if piece in _GAPS:
            return rf"{self.gap_word}{{0,{_GAPS[piece]}}}?", None
        if piece.startswith("<"):
            return self._capture(piece), None
        if piece.startswith("{"):
            return self._list(piece[1:-1])
        return self._words(piece)

    def _capture(self, piece: str) -> str:
        if piece not in ("<n>", "<per>"):
            raise BadCue(f"{piece} is none of <n> and <per>")
        what = self.words.number if piece == "<n>" else self.words.period
        name = "" if piece in self._captured else f"?P{piece}"
        self._captured.add(piece)
        return rf"({name or '?:'}{what} ){_SKIP}"

    def _list(self, name: str) -> tuple[str, Anchors | None]:
        if name not in self.words.lists:
            raise BadCue(f"there is no list {name}")
        if self.depth == _MAX_DEPTH:
            raise BadCue(f"the list {name} has itself in it")
        inner = _Parser(_PIECE.findall(" | ".join(self.words.lists[name])), self.words, self.depth + 1)
        pattern, anchors = inner.alternatives()
        self.literals |= inner.literals
        return f"(?:{pattern})", anchors

    def _words(self, piece: str) -> tuple[str, Anchors | None]:
        if _PREFIX.fullmatch(piece):
            start = read_text(piece[:-1], {}).plain.strip()
            return rf"{re.escape(start)}[^\s]* {_SKIP}", frozenset({f"{start}*"})
        if "*" in piece:
            raise BadCue(f"{piece}: a star ends a word of at least {_SMALLEST_PREFIX} letters")
        written = [word for word in read_text(piece, self.words.spellings).words if word not in (".", ",")]
        if not written:
            raise BadCue(f"{piece} is no word")
        self.literals |= set(written)
        return "".join(rf"{re.escape(word)} {_SKIP}" for word in written), frozenset({max(written, key=len)})

    def _next(self) -> str | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def _close(self, sign: str) -> None:
        if self._next() != sign:
            raise BadCue(f"{sign} is missing")
        self.at += 1


def _worth(anchors: Anchors) -> float:
    """Long words are rare, and few words bring few candidates."""
    return min(len(word) for word in anchors) - 0.3 * len(anchors)


def _any_of(words: Iterable[str], *patterns: str) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join([*map(re.escape, longest_first), *patterns])})"


def _any_but(refused: Collection[str]) -> str:
    without = f"(?!(?:{'|'.join(sorted(map(re.escape, refused)))}) )" if refused else ""
    return rf"(?:{without}[^\W_][^\s]* {_SKIP})"

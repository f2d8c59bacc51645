"""What an engine must do: propose candidates and hold what ranking and pages need of them. Ranking is not its job.

An engine gives out *views*. A view is one state of the index in one language; it does not change while it is used, so
that candidates, counts and texts of one answer agree. Numbers of documents mean something within their view only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

from .analysis import Spot
from .documents import Document


class IndexBusy(Exception):
    """Another process writes the index; exactly one may."""


class Match(NamedTuple):
    """A document that has something of the query.

    `text` and `title` are BM25 scores of the two fields, `asked` one of the phrases and situations taken together.
    `coverage` is the share of the query's weight whose terms the document has, from 0 to 1. `in_text` are the terms of
    the query that the text has, where the engine has looked for all of them anyway; then a score of 0 also says that
    the title, or the phrases and situations, have none.
    """

    number: int
    text: float
    title: float
    asked: float
    coverage: float
    in_text: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of every document without reading more. Its kind is among the facets."""

    kind: str
    id: int
    title: str
    facets: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Terms:
    """The terms of a document as ranking needs them: `text` is title, summary and text, joined by single spaces.

    Of each saying every term stands there once; small tuples, because sets of them take five times the memory.
    They belong to one view. Ranking leaves here what title and sayings weigh in it, and which groups of kindred words
    the text has, for the next query.
    """

    title: frozenset[str]
    text: str
    sayings: tuple[tuple[str, ...], ...]
    masses: tuple[float, ...] | None = field(default=None, compare=False, repr=False)
    kindred: int | None = field(default=None, compare=False, repr=False)

    def has(self, term: str) -> bool:
        """Whether the text has a term."""
        return f" {term} " in f" {self.text} "

    def has_pair(self, first: str, second: str) -> bool:
        """Whether two terms are neighbours in the text, in this order."""
        return self.has(f"{first} {second}")


@dataclass(frozen=True, slots=True)
class Body:
    """What a page shows of a hit. `sayings` are as they were written, in the order of `Terms.sayings`.

    `places` and `terms` tell of each word of the text that has a term where it stands and which.
    """

    summary: str
    text: str
    stored: Mapping[str, str]
    sayings: tuple[str, ...]
    places: Sequence[int]
    terms: Sequence[str]

    def spots(self, wanted: Collection[str]) -> list[Spot]:
        """Where words of the wanted terms stand in the text, without reading the text again."""
        return [
            (place >> 8, (place >> 8) + (place & 0xFF), term)
            for place, term in zip(self.places, self.terms, strict=True)
            if term in wanted
        ]


@dataclass(frozen=True, slots=True)
class Choice:
    """What an answer is narrowed to, by names of facets (and "kind").

    A document fits where it has one of the values of every chosen facet and none of the refused ones.
    """

    chosen: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    refused: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


EVERYTHING = Choice()


class View(Protocol):
    count: int

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), n being the documents that have it."""

    def knows(self, term: str) -> bool:
        """Whether any document has the term."""

    def candidates(
        self, weights: Mapping[str, float], *, least: float, least_of_best: float, choice: Choice = EVERYTHING
    ) -> list[Match]:
        """The documents that have some of the weighted terms, in the order of their numbers.

        Left out are those whose coverage is below `least`, or below `least_of_best` times the best coverage. An engine
        may propose only so many of the best ones. Then those that fit the choice are not crowded out by others, and
        scores may be estimates beyond the first hundred. Documents that do not fit may be among the candidates.
        """

    def entry(self, number: int) -> Entry: ...

    def number(self, kind: str, id: int) -> int | None:
        """The document of a kind with an id; None where there is none."""

    def terms(self, number: int) -> Terms: ...

    def body(self, number: int) -> Body: ...

    def text_length(self, number: int) -> float:
        """Terms of the text field, as a multiple of the average."""

    def vocabulary(self) -> Mapping[str, tuple[str, int]]:
        """Folded words of the documents, with their usual spelling and the number of documents that have them."""

    def parts(self) -> Sequence[tuple[int, "Part"]]:
        """The parts that the view consists of, each with the number of its first document."""

    def has(self, number: int) -> bool:
        """Whether a document of a part is still there."""


class Part(Protocol):
    """Some documents of a view. Views share parts: what is made from one may be kept as long as the part lives."""

    def sayings(self) -> Iterable[tuple[int, str, bool]]:
        """What may be suggested while typing: document within the part, text, and whether it is the title."""


class Engine(Protocol):
    def view(self, lang: str) -> View | None:
        """The newest state in a language; None without documents in it."""

    def languages(self) -> list[str]: ...

    def is_ready(self) -> bool:
        """Whether an index has been built."""

    def rebuild(self, documents: Iterable[Document], *, wait: float = 0.0) -> int:
        """Replace everything at once, while others search. Returns the number of documents.

        Raises IndexBusy when another writer does not finish within `wait` seconds.
        """

    def update(self, kind: str, ids: Collection[int], documents: Iterable[Document], *, wait: float = 0.0) -> None:
        """Replace what is known of these ids of a kind, in every language. Without an index there is nothing to do.

        Raises IndexBusy as `rebuild` does.
        """

    def close(self) -> None:
        """Let go of open files. The engine opens them again when it is used."""

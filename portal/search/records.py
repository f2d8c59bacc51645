"""What every engine keeps of a document: by what it is found, and what ranking and pages read of it."""

import json
import sys
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from .analysis import analyzer_for, surface_words
from .documents import Document
from .engine import Body, Entry, Terms

# An index with records of another format is made anew. Count it up when analysis, head, terms or body change.
FORMAT = 2
SCORED_FIELDS = ("text", "title", "asked")

_LONGEST_WORD = 0xFF


class Head(NamedTuple):
    """What is read of every document when an index is opened; `lengths` are those of SCORED_FIELDS."""

    entry: Entry
    phrases: list[str]
    lengths: list[int]


@dataclass(frozen=True, slots=True)
class Record:
    """A document as it is written. The counters say how often each term occurs; `words` are as people spell them."""

    key: str
    text: Counter[str]
    title: Counter[str]
    asked: Counter[str]
    words: set[str]
    head: bytes
    terms: bytes
    body: bytes

    @classmethod
    def of(cls, document: Document) -> "Record":
        analyzer = analyzer_for(document.lang)
        title = analyzer.terms(document.title)
        spots = list(analyzer.spots(document.text))
        text = [*title, *analyzer.terms(document.summary), *(term for _, _, term in spots)]
        said = [(saying, analyzer.terms(saying)) for saying in (*document.phrases, *document.situations)]
        sayings = [(saying, terms) for saying, terms in said if terms]
        asked = Counter(term for _, terms in sayings for term in terms)
        everything = (document.title, document.summary, document.text, *document.phrases, *document.situations)
        head = [
            document.kind,
            document.id,
            document.title,
            {name: list(values) for name, values in sorted(document.facets.items()) if values},
            document.phrases,
            [len(text), len(title), asked.total()],
        ]
        body = [document.summary, document.text, dict(document.stored), [saying for saying, _ in sayings]]
        places = array("I", (start << 8 | min(end - start, _LONGEST_WORD) for start, end, _ in spots))
        return cls(
            key=record_key(document.kind, document.id),
            text=Counter(text),
            title=Counter(title),
            asked=asked,
            words=surface_words("\n".join(everything)),
            head=_json(head),
            terms="\n".join(" ".join(terms) for terms in (title, text, *(terms for _, terms in sayings))).encode(),
            # A line of JSON has no line break in it.
            body=zlib.compress(_json(body) + b"\n" + places.tobytes(), 1),
        )


def record_key(kind: str, id: int) -> str:
    """The name of a document within its language."""
    return f"{kind}:{id}"


def read_head(head: bytes, shared: dict[Any, Any]) -> Head:
    """`shared` keeps each set of values once: many documents have the same places and the same agency."""
    kind, id, title, facets, phrases, lengths = json.loads(head)
    kept: dict[str, tuple[str, ...]] = {}
    for name, listed in {**facets, "kind": [kind]}.items():
        values = tuple(listed)
        kept[shared.setdefault(name, name)] = shared.setdefault(values, values)
    return Head(Entry(shared.setdefault(kind, kind), id, title, kept), phrases, lengths)


def read_terms(terms: bytes) -> Terms:
    title, text, *sayings = terms.decode().split("\n")
    return Terms(frozenset(_once(title)), text, tuple(map(_once, sayings)))


def _once(terms: str) -> tuple[str, ...]:
    # Engines keep many documents, and those share most of their terms.
    return tuple(map(sys.intern, dict.fromkeys(terms.split())))


def read_body(body: bytes, terms: bytes) -> Body:
    told, _, places = zlib.decompress(body).partition(b"\n")
    summary, text, stored, sayings = json.loads(told)
    spots = array("I", places)
    words = terms.split(b"\n", 2)[1].decode().split(" ")
    return Body(summary, text, stored, tuple(sayings), spots, words[len(words) - len(spots) :])


def all_terms(terms: Terms) -> set[str]:
    return set(terms.text.split()).union(*terms.sayings)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

"""What can be found, and where it comes from."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from .words import added_words, folded

ListDocuments = Callable[[Collection[int] | None], Iterable["Document"]]

# What everyone may find, and what staff find besides: text for staff is in no index but the second.
PUBLIC = "public"
STAFF = "staff"
INDEXES = (PUBLIC, STAFF)

_sources: dict[tuple[str, str], ListDocuments] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """One thing in one language. The same `kind` and `id` exist once per language.

    `phrases` (also asked as, synonyms) and `situations` are whole sayings: the one that fits the query best counts.
    `facets` maps a name (profile, intent, agency, place) to values; the kind is a facet by itself.
    `stored` comes back with a hit as it went in.
    """

    kind: str
    id: int
    lang: str
    title: str
    summary: str = ""
    text: str = ""
    phrases: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    stored: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def register_source(kind: str, list_documents: ListDocuments, *, index: str = PUBLIC) -> None:
    """Say how the documents of a kind in an index are listed: all (None), or those with the ids, in every language.

    An id that yields no document is not to be found any more. Registering a kind again replaces its source.
    """
    _sources[index, kind] = list_documents


def has_source(index: str, kind: str) -> bool:
    """Whether an index holds documents of a kind."""
    return (index, kind) in _sources


def list_documents(index: str, kind: str, ids: Collection[int] | None = None) -> Iterator[Document]:
    """The documents of a kind from its source, with the words that staff added to them.

    Raises KeyError for a kind without a source.
    """
    added = added_words(kind, ids)
    for document in _sources[index, kind](ids):
        words = added.get((document.id, document.lang))
        yield with_words(document, words) if words else document


def with_words(document: Document, texts: Iterable[str]) -> Document:
    """The document with more sayings.

    They are situations however short they are: those count like phrases but are never suggested to anyone who types,
    because nobody has edited them.
    """
    known = {folded(saying) for saying in (*document.phrases, *document.situations)}
    new = {folded(text): text for text in texts if folded(text) not in known}
    return replace(document, situations=(*document.situations, *new.values()))


def list_all_documents(index: str) -> Iterator[Document]:
    """Every document of every source of an index."""
    for name, kind in sorted(_sources):
        if name == index:
            yield from list_documents(index, kind)

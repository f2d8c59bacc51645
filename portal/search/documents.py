"""What can be found, and where it comes from."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ListDocuments = Callable[[Collection[int] | None], Iterable["Document"]]

_sources: dict[str, ListDocuments] = {}


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


def register_source(kind: str, list_documents: ListDocuments) -> None:
    """Say how the documents of a kind are listed: all (None), or those with the given ids, in every language.

    An id that yields no document is not to be found any more. Registering a kind again replaces its source.
    """
    _sources[kind] = list_documents


def list_documents(kind: str, ids: Collection[int] | None = None) -> Iterator[Document]:
    """The documents of a kind from its source. Raises KeyError for a kind without one."""
    yield from _sources[kind](ids)


def list_all_documents() -> Iterator[Document]:
    """Every document of every source."""
    for kind in sorted(_sources):
        yield from list_documents(kind)

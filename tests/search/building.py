"""Documents and indexes for the tests of search."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.search.documents import Document
from portal.search.index import SearchIndex


def doc(id: int, title: str = "", text: str = "", kind: str = "service", lang: str = "en", **more: Any) -> Document:
    return Document(kind=kind, id=id, lang=lang, title=title, text=text, **more)


def build(folder: Path, documents: Iterable[Document], engine: str = "whoosh") -> SearchIndex:
    index = SearchIndex(folder, engine)
    index.engine.rebuild(documents)
    return index

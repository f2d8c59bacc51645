"""Writing the index. One process at a time may; a second one gets IndexBusy and changes nothing."""

from collections.abc import Collection

from .documents import has_source, list_all_documents, list_documents
from .index import SearchIndex, all_indexes


def rebuild_index(index: SearchIndex | None = None, *, wait: float = 0.0) -> int:
    """Build an index anew from the registered sources, while the old one serves; without one, every index.

    Returns the number of documents. Killed in the middle it leaves the old index as it was. Raises IndexBusy when
    another writer does not finish within `wait` seconds.
    """
    indexes = [index] if index else all_indexes()
    return sum(one.engine.rebuild(list_all_documents(one.name), wait=wait) for one in indexes)


def update_index(kind: str, ids: Collection[int], index: SearchIndex | None = None, *, wait: float = 0.0) -> None:
    """Bring some documents up to date, in every language and in every index that has their kind.

    Ids that their source no longer lists disappear. Doing it twice is as good as once. Without an index there is
    nothing to do: the first rebuild reads everything.
    Raises IndexBusy as `rebuild_index` does, and KeyError for a kind without a source.
    """
    indexes = [index] if index else all_indexes()
    if not any(has_source(one.name, kind) for one in indexes):
        raise KeyError(kind)
    for one in indexes:
        if not has_source(one.name, kind):
            continue
        # Read while nobody else writes: what is listed before could be older than what is in the index by then.
        one.engine.update(kind, ids, list_documents(one.name, kind, ids), wait=wait)

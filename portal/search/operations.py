"""Writing the index. One process at a time may; a second one gets IndexBusy and changes nothing."""

from collections.abc import Collection

from .documents import list_all_documents, list_documents
from .index import SearchIndex, search_index


def rebuild_index(index: SearchIndex | None = None, *, wait: float = 0.0) -> int:
    """Build the whole index anew from the registered sources, while the old one serves. Returns the documents in it.

    Killed in the middle it leaves the old index as it was. Raises IndexBusy when another writer does not finish
    within `wait` seconds.
    """
    return (index or search_index()).engine.rebuild(list_all_documents(), wait=wait)


def update_index(kind: str, ids: Collection[int], index: SearchIndex | None = None, *, wait: float = 0.0) -> None:
    """Bring some documents up to date, in every language; ids that their source no longer lists disappear.

    Doing it twice is as good as once. Without an index there is nothing to do: the first rebuild reads everything.
    Raises IndexBusy as `rebuild_index` does, and KeyError for a kind without a source.
    """
    # Read while nobody else writes: what is listed before could be older than what is in the index by then.
    (index or search_index()).engine.update(kind, ids, list_documents(kind, ids), wait=wait)

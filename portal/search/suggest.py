"""Suggestions while typing: titles and phrases that have the words typed so far; the last word may be unfinished."""

from collections.abc import Collection
from dataclasses import dataclass

from .index import SearchIndex, search_index


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`is_title`: the text is the title of the document; otherwise it is a phrase that leads to it."""

    text: str
    kind: str
    id: int
    is_title: bool
    url: str


def suggest(
    typed: str, *, lang: str, kinds: Collection[str] = (), limit: int = 8, index: SearchIndex | None = None
) -> list[Suggestion]:
    """What could be meant by an unfinished query, best first. Nothing for fewer than two letters."""
    index = index or search_index()
    view = index.view(lang)
    if view is None:
        return []
    found = []
    for number, text, is_title in index.suggester(view).find(typed, limit if not kinds else limit * 10):
        entry = view.entry(number)
        if not kinds or entry.kind in kinds:
            found.append(Suggestion(text, entry.kind, entry.id, is_title, view.body(number).stored.get("url", "")))
    return found[:limit]

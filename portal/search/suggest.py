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
    # A part may have documents that were deleted or sayings that another part has too.
    enough = limit * 10 if kinds else limit * 2
    found = sorted(
        (saying, base + saying.document)
        for base, part in view.parts()
        for saying in index.suggester(part).find(typed, enough)
    )
    suggestions: dict[str, Suggestion] = {}
    for saying, number in found:
        entry = view.entry(number)
        if len(suggestions) < limit and view.has(number) and (not kinds or entry.kind in kinds):
            url = view.body(number).stored.get("url", "")
            one = Suggestion(saying.text, entry.kind, entry.id, not saying.is_phrase, url)
            suggestions.setdefault(saying.text.casefold(), one)
    return list(suggestions.values())

"""What is known about a source as a whole."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class SourceInfo:
    """Who publishes a source and how its records are to be taken.

    ``key`` stays the same from edition to edition. ``area`` is where its services are offered unless a record says
    otherwise. ``match_agencies``: its agencies may be ones that the portal already has under the same name.
    ``links_to``: the source whose services its locations belong to. ``note`` is for the people who run the import.
    """

    key: str
    title: str
    publisher: str = ""
    licence: str = ""
    url: str = ""
    area: tuple[str, ...] = ()
    lang: str = "en"
    match_agencies: bool = True
    edition: str = ""
    not_current: bool = False
    links_to: str = ""
    note: str = ""

    def named(self, key: str) -> Self:
        """The same source under another key."""
        return replace(self, key=key)

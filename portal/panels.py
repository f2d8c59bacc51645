"""Parts of a page that other capabilities provide.

The page of a service shows articles, situations and later much more, each owned by a capability that the catalogue
must not know. Such a capability registers a panel; the page asks for all of them by the name of its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A template and what it needs. The template is included where the page places its panels."""

    template: str
    context: dict[str, Any]


Provider = Callable[[Any, str], Panel | None]
_providers: dict[str, list[tuple[int, str, Provider]]] = {}


def register_panel(place: str, order: int, provider: Provider) -> None:
    """Show ``provider(about, lang)`` on the pages of a kind, for example ``service``; lower orders stand first.

    ``about`` is the id of the page's record; what the results of a screening say, on their page.
    """
    entry = (order, f"{provider.__module__}.{provider.__qualname__}", provider)
    known = _providers.setdefault(place, [])
    if entry not in known:
        known.append(entry)
        known.sort(key=lambda item: item[:2])


def panels(place: str, about: Any, lang: str) -> list[Panel]:
    """The panels of one page, in order; a provider that has nothing to show is left out."""
    found = (provider(about, lang) for _, _, provider in _providers.get(place, ()))
    return [panel for panel in found if panel is not None]

"""Places, distances and exceptions from opening hours in words of the reader's language."""

from typing import Any

from babel.lists import format_list
from babel.units import format_unit
from flask_babel import gettext as _
from flask_babel import ngettext

from ...components import clock_times, conventions, long_date
from ...i18n import LANGUAGES, current_language
from .rules import WHOLE_COUNTRY_GROUP, Coverage, Groups

# So many areas are named in a list of services; a longer list says how many more there are.
NAMED = 3


def isolated(name: str) -> str:
    """An English name for a sentence; where that runs from right to left, with signs that keep the name together."""
    return f"\u2066{name}\u2069" if LANGUAGES[current_language()].direction == "rtl" else name


def distance_in_words(miles: float) -> str:
    """A distance: 0.4 miles, 12 miles."""
    near = miles < 10
    shown = format_unit(
        round(miles, 1) if near else round(miles), "length-mile", format="#,##0.#", locale=conventions()
    )
    return str(shown)


def coverage_in_words(coverage: Coverage, named: int | None = NAMED) -> str:
    """Where a service is offered: "Only in Baltimore city and Howard County, Maryland"; "" where that is everywhere.

    ``named`` is how many areas are named at most; None names them all.
    """
    if coverage.nationwide:
        return ""
    if not coverage.included:
        return str(_("Ask if it is offered where you live"))
    included, excluded = _places(coverage.included, named), _places(coverage.excluded, named)
    if coverage.included == WHOLE_COUNTRY_GROUP:
        return str(_("In all states and territories except %(places)s", places=excluded))
    if excluded:
        return str(_("Only in %(places)s, but not in %(others)s", places=included, others=excluded))
    return str(_("Only in %(places)s", places=included))


def exception_in_words(exception: dict[str, Any]) -> str:
    """An exception from opening hours: "Closed on December 25, 2026"; "December 24, 2026: 8:00 AM to 12:00 PM"."""
    first, last = long_date(exception["from"]), long_date(exception["to"])
    if exception.get("closed"):
        if first == last:
            return str(_("Closed on %(date)s", date=first))
        return str(_("Closed from %(first)s to %(last)s", first=first, last=last))
    days = first if first == last else _("%(first)s to %(last)s", first=first, last=last)
    return str(_("%(days)s: %(times)s", days=days, times=clock_times(exception)))


def map_address(latitude: float, longitude: float) -> str:
    """The page of OpenStreetMap that shows a point."""
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=17/{latitude:.5f}/{longitude:.5f}"
    )


def _places(groups: Groups, named: int | None) -> str:
    total = sum(len(names) for _state, names in groups)
    more = max(0, total - named) if named is not None else 0
    left = total - more
    parts = []
    for state, names in groups:
        shown, left = names[:left], max(0, left - len(names))
        if shown:
            listed = ", ".join(shown) if more else format_list(shown, locale=conventions())
            parts.append(isolated(f"{listed}, {state}" if state else listed))
    words = "; ".join(parts)
    return (
        str(ngettext("%(places)s and %(num)s more", "%(places)s and %(num)s more", more, places=words))
        if more
        else words
    )

"""The list of related services on pages of other capabilities.

Public pages show it as everyone sees it, because they are kept; the script puts the list of the visit in its place. The
results of a screening are somebody's own, so their list is made for the visit at once.
"""

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from ..catalogue.places.asking import named_place
from ..catalogue.places.queries import place_by_key
from ..components import path_to
from ..eligibility.results import Found
from ..panels import Panel
from .figures import PUBLIC, count_shown, listed, signed
from .personal import personal_list
from .queries.lists import Asked, related
from .queries.pages import Page, slug_of, sources_of
from .visits import may_count, this_visit

# The images on these pages note something of a service.
NOTING = {"service": "related.service_seen", "contact": "related.service_contacted"}


def panel_for(kind: str, place: str) -> Callable[[int, str], Panel | None]:
    """What shows the list beside records of a kind, on pages that count as ``place``."""

    noting = NOTING.get(place) if kind == "service" else None

    def provide(record_id: int, lang: str) -> Panel | None:
        sources = sources_of(kind, record_id)
        where, profile = named_place(), (request.view_args or {}).get("profile") if kind == "intent" else None
        found = related(Asked(sources, place=where, profile=profile), lang) if sources else []
        if not found and noting is None:
            return None
        slug, key = slug_of(kind, record_id), where.key if where else None
        shown = signed(listed(PUBLIC, place, sources, found)) if found else None
        at = place if place != kind else None
        return Panel(
            "related/panel.html",
            {
                "related": found,
                "list": shown,
                "own": url_for("related_visit.own_list", kind=kind, slug=slug, at=at, place=key, profile=profile),
                # The image at the end counts the list as shown, and notes the service for a visit.
                "image": url_for(noting, slug=slug, list=shown, place=key)
                if noting
                else url_for("related.shown", list=shown),
                "applied": path_to("related_visit.applied", slug=slug) if place == "service" else None,
            },
        )

    provide.__qualname__ = f"panel_for_{kind}_as_{place}"
    return provide


def results_panel(found: Found, lang: str) -> Panel | None:
    """What goes with the services that somebody is likely to get, besides all that the results name."""
    page = Page("screening", found.likely, found.services, found.profile)
    where = place_by_key(found.place) if found.place else None
    visit = this_visit()
    if visit is not None:
        shown = personal_list(page, visit, found, lang, where)
    else:
        shown = related(Asked(page.sources, page.besides, place=where, profile=page.profile), lang)
    if not shown:
        return None
    arm = visit.arm if visit is not None else PUBLIC
    what = listed(arm, page.place, page.sources, shown)
    if may_count():
        count_shown(what)
    return Panel("related/results_panel.html", {"related": shown, "list": signed(what), "own": visit is not None})


# One of each for all applications of a process, so that none is registered twice.
PANELS: dict[str, Callable[[Any, str], Panel | None]] = {
    "service": panel_for("service", "service"),
    "article": panel_for("article", "article"),
    "intent": panel_for("intent", "intent"),
    "contact_service": panel_for("service", "contact"),
    "contact_intent": panel_for("intent", "contact"),
    "screening": results_panel,
}

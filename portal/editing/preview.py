"""The public page of a record as a draft would make it.

The draft is saved in a transaction that is taken back when the page has been made: what the editor sees is made by the
same code as what the public will see.
"""

import inspect
import time
from collections.abc import Callable
from typing import Any

from flask import g, render_template

from ..caching import today
from ..catalogue.views import service
from ..database import transaction
from ..intents.views import life_event, need, profile
from ..knowledge.views import article
from . import kinds
from .rules import Kind, Record

_VIEWS: dict[str, Callable[..., Any]] = {
    "service": service,
    "article": article,
    "profile": profile,
    "life_event": life_event,
    "need": need,
}
_MAIN = '<main id="main-content">'


class _TakeBack(Exception):
    """Ends the transaction of a preview."""


def preview(kind: Kind, record: Record) -> str:
    """The page, in the language of the request. The record has to be sound; it is shown as if published today."""
    shown, on = dict(record), today().isoformat()
    if "status" in shown:
        shown["status"] = kinds.ALL[kind].shown
    if "audience" in shown:
        shown["audience"] = "public"
    shown.pop("merged_into", None)
    if shown.get("valid_from", on) > on:
        shown.pop("valid_from")
    if shown.get("valid_to", on) < on:
        shown.pop("valid_to")
    # Values that are kept for a version of the content must not be kept from here: this version is no one else's.
    g.content_version = -time.time_ns()
    # The view without what makes its answers cacheable: nobody else may get this one.
    view = inspect.unwrap(_VIEWS[record["kind"] if kind == "intent" else kind])
    page = ""
    try:
        with transaction():
            kinds.save(kind, shown)
            page = view(shown["slug"])
            raise _TakeBack
    except _TakeBack:
        banner = render_template("editing/preview_banner.html")
        return page.replace(_MAIN, _MAIN + banner, 1)

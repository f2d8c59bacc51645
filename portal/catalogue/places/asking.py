"""The place that a page is asked for: ``where`` is what someone typed, ``place`` the key of a place."""

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from .queries import PlaceAnswer, answer_place, place_by_key
from .rules import Place

MAX_KEY = 120


def ask_place() -> tuple[PlaceAnswer, Response | None]:
    """The place that the running request gives.

    Once what was typed is settled, the page has an address with the key of the place instead: then that comes along.
    """
    typed, key = request.args.get("where"), request.args.get("place", "")[:MAX_KEY]
    answer = answer_place(typed, key)
    found = answer.place.key if answer.place else ""
    if answer.asked or found == key:
        return answer, None
    others = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if value and name not in ("where", "place", "page")
    ]
    query = urlencode([*others, *([("place", found)] if found else [])])
    return answer, redirect(f"{request.script_root}{request.path}{'?' if query else ''}{query}", 303)


def named_place() -> Place | None:
    """The place whose key the running request gives, if there is such a place."""
    key = request.args.get("place", "")[:MAX_KEY]
    return place_by_key(key) if key else None

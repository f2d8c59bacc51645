"""The visit of a request: the cookie that has its key, and what becomes of it."""

import datetime

from flask import current_app, g, request
from werkzeug.wrappers import Response

from ..database import SAFE_METHODS, transaction
from ..identity.access import COOKIE as STAFF_COOKIE
from . import store
from .store import Visit

COOKIE = "portico_check"


def this_visit() -> Visit | None:
    """The visit of the running request, which counts as used; None where there is none or it has expired."""
    if "visit" not in g:
        to_change = request.method not in SAFE_METHODS
        g.visit = store.load(request.cookies.get(COOKIE), idle_time(), to_change=to_change)
        if g.visit is not None and not to_change and not g.visit.is_noted:
            with transaction():
                store.note_use(g.visit)
    visit: Visit | None = g.visit
    return visit


def idle_time() -> datetime.timedelta:
    """How long a visit may rest before its answers are deleted."""
    return datetime.timedelta(minutes=current_app.config["SCREENING_MINUTES"])


def code_life() -> datetime.timedelta:
    """How long a code to come back with works."""
    return datetime.timedelta(days=current_app.config["SCREENING_CODE_DAYS"])


def keep(response: Response, visit: Visit) -> Response:
    """Send the key of a visit along. It is forgotten when the browser is closed."""
    response.set_cookie(
        COOKIE, visit.key, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
    )
    return response


def forget(response: Response) -> Response:
    """Take the key back, and what else the browser keeps of the portal, but sign nobody of staff out."""
    response.delete_cookie(COOKIE)
    kept = '"storage"' if STAFF_COOKIE in request.cookies else '"cookies", "storage"'
    response.headers["Clear-Site-Data"] = kept
    return response


def delete_on_exit() -> None:
    """Delete the answers of whoever leaves a sensitive page.

    It happens on a GET, because the exit must also work as a link and by a key.
    """
    visit = store.load(request.cookies.get(COOKIE), idle_time()) if is_own_request() else None
    if visit is not None:
        with transaction():
            store.delete(visit)


def is_own_request() -> bool:
    """Whether the person asks, or a page of ours. Other sites must not make anything happen by an address."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")

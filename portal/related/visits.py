"""The visit of a request that may be counted: whether the person agreed, and the cookies.

Nothing is noted without a yes. The yes holds for one visit: when it has ended, it is asked for again. Whoever asks
not to be followed (Global Privacy Control, Do Not Track) has said no; bots and staff are never noted.
"""

import datetime
from collections.abc import Callable

from flask import current_app, g, request
from werkzeug.wrappers import Response

from ..database import transaction
from ..eligibility.visits import is_own_request
from ..identity.access import COOKIE as STAFF_COOKIE
from ..knowledge.rules import is_bot
from . import store
from .store import Visit

# Has the key, which no script can read.
COOKIE = "portico_visit"
# Says only that there is one, so that the script knows to ask for the lists of a visit.
YES_COOKIE = "portico_visit_yes"


def idle_time() -> datetime.timedelta:
    """How long a visit may rest before it has ended and is counted."""
    return datetime.timedelta(minutes=current_app.config["VISIT_MINUTES"])


def asks_for_privacy() -> bool:
    """Whether the browser says no for the person."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def is_staff() -> bool:
    """Whether somebody of staff is signed in here."""
    return STAFF_COOKIE in request.cookies


def may_count() -> bool:
    """Whether anything of this request may be counted at all."""
    return not (asks_for_privacy() or is_staff() or is_bot(request.user_agent.string))


def this_visit() -> Visit | None:
    """The visit of the running request; None where nobody agreed or it has ended."""
    if "visit_to_count" not in g:
        key = request.cookies.get(COOKIE)
        g.visit_to_count = store.load(key, idle_time()) if key and may_count() else None
    visit: Visit | None = g.visit_to_count
    return visit


def change(apply: Callable[[Visit], None]) -> bool:
    """Change the visit of a request that writes; False where there is none."""
    g.pop("visit_to_count", None)
    return may_count() and store.change(request.cookies.get(COOKIE), idle_time(), apply)


def note(apply: Callable[[Visit], None]) -> bool:
    """Change the visit of a request that otherwise only reads, in a transaction of its own; False where there is none.

    Requests without a visit do not reach the database.
    """
    if COOKIE not in request.cookies or not may_count():
        return False
    with transaction():
        return change(apply)


def count_search() -> None:
    """Count that somebody searched, for their visit if there is one. What for is not noted."""

    def count(visit: Visit) -> None:
        visit.searches += 1

    note(count)


def keep(response: Response, key: str) -> Response:
    """Send the key of a visit along. It is forgotten when the browser is closed."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(COOKIE, key, secure=secure, httponly=True, samesite="Lax")
    response.set_cookie(YES_COOKIE, "1", secure=secure, samesite="Lax")
    return response


def take_back(response: Response) -> Response:
    """Take the cookies of a visit back."""
    response.delete_cookie(COOKIE)
    response.delete_cookie(YES_COOKIE)
    return response


def forget() -> None:
    """Delete what is kept of the visit of this request, uncounted, in the running transaction."""
    g.pop("visit_to_count", None)
    store.delete(request.cookies.get(COOKIE))


def forget_on_exit() -> None:
    """Forget the visit of whoever leaves a sensitive page, on a GET: see ``eligibility.visits.delete_on_exit``."""
    if COOKIE in request.cookies and is_own_request():
        with transaction():
            forget()

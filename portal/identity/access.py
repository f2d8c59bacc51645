"""Who gets in: the session cookie, and the check that stands before every page of staff."""

import datetime
from typing import TypedDict, Unpack

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..database import SAFE_METHODS, transaction
from ..security import Audience, AudienceBlueprint
from .models import now
from .operations.sign_in import SEEN_EVERY, note_use
from .queries import SignedIn, current_staff, required_staff, signed_in_by_key
from .rules import Kind, Staff, Verb, may

COOKIE = "portico_staff"
SIGN_IN_COOKIE = "portico_sign_in"
STAFF_AUDIENCES: frozenset[Audience] = frozenset({"staff", "analyst", "admin"})


class Ids(TypedDict, total=False):
    """What a decision may depend on besides the kind: see ``rules.may``."""

    agency_id: int | None
    author_id: int | None


def init_app(app: Flask) -> None:
    app.extensions["admin_nav"] = []
    app.jinja_env.globals.update(
        current_staff=current_staff, admin_home=admin_home, admin_nav=admin_nav, staff_may=staff_may
    )
    app.before_request(_admit)
    app.after_request(_keep_out_of_stores)


def require(verb: Verb, kind: Kind, **ids: Unpack[Ids]) -> None:
    """403, unless whoever is signed in may do this: ``require("write", "service", agency_id=service.agency_id)``."""
    if not may(required_staff(), verb, kind, **ids):
        abort(403)


def staff_may(verb: Verb, kind: Kind, **ids: Unpack[Ids]) -> bool:
    """Whether someone is signed in and may do this."""
    staff = current_staff()
    return staff is not None and may(staff, verb, kind, **ids)


def admin_nav() -> list[tuple[str, str]]:
    """Words and address of the pages that whoever is signed in finds in the navigation.

    A capability adds its own in ``init_app``: ``app.extensions["admin_nav"].append((endpoint, words, verb, kind))``.
    """
    entries: list[tuple[str, str, Verb, Kind]] = current_app.extensions["admin_nav"]
    return [(words, url_for(endpoint)) for endpoint, words, verb, kind in entries if staff_may(verb, kind)]


def admin_home() -> str:
    """Where whoever is signed in begins."""
    staff = current_staff()
    return url_for(first_page(staff) if staff else "sign_in.sign_in")


def first_page(staff: Staff) -> str:
    """The endpoint that signing in leads to: the desk for specialists, the work lists for everyone else."""
    wanted = "desk.knowledge" if staff.roles == {"specialist"} else "editing.home"
    return wanted if wanted in current_app.view_functions else "account.account"


def this_session() -> SignedIn:
    """The session of this request; 403 where there is none."""
    signed_in: SignedIn | None = g.get("signed_in")
    return signed_in or abort(403)


def idle_time() -> datetime.timedelta:
    """How long a session may rest before it ends."""
    return datetime.timedelta(minutes=current_app.config["STAFF_IDLE_MINUTES"])


def session_life() -> datetime.timedelta:
    """How long a session lasts at most."""
    return datetime.timedelta(hours=current_app.config["STAFF_SESSION_HOURS"])


def start_session(response: BaseResponse, key: str) -> BaseResponse:
    """Send the key of a new session along. What came before signing in is forgotten, the form token too."""
    session.clear()
    response.delete_cookie(SIGN_IN_COOKIE, path=url_for("sign_in.sign_in"))
    _set_cookie(response, COOKIE, key, "/")
    return response


def wait_for_code(response: BaseResponse, ticket: str) -> BaseResponse:
    """Send the key of a sign-in along that waits for its code; only the pages of signing in get it back."""
    _set_cookie(response, SIGN_IN_COOKIE, ticket, url_for("sign_in.sign_in"))
    return response


def forget_session(response: BaseResponse) -> BaseResponse:
    """Take the cookie of the session back."""
    session.clear()
    response.delete_cookie(COOKIE)
    return response


def _admit() -> BaseResponse | None:
    """Before any page of staff: who is it, and is the page for them? Pages for others never look at the cookie."""
    g.pop("signed_in", None)
    blueprint = current_app.blueprints.get(request.blueprint or "")
    if not isinstance(blueprint, AudienceBlueprint) or blueprint.audience not in STAFF_AUDIENCES:
        return None
    key = request.cookies.get(COOKIE)
    signed_in = signed_in_by_key(key, idle=idle_time()) if key else None
    if signed_in is None:
        if request.method not in SAFE_METHODS:
            abort(403)
        return redirect(url_for("sign_in.sign_in", next=request.path), 303)
    if blueprint.audience == "admin" and "administrator" not in signed_in.staff.roles:
        abort(403)
    g.signed_in = signed_in
    if signed_in.last_seen_at < now() - SEEN_EVERY:
        with transaction():
            note_use(signed_in.session_id)
    return None


def _keep_out_of_stores(response: Response) -> Response:
    if "signed_in" in g or request.path.startswith("/admin/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _set_cookie(response: BaseResponse, name: str, value: str, path: str) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, value, path=path, secure=secure, httponly=True, samesite="Lax")

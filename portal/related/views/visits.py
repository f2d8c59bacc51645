"""A visit that may be counted: the decision, what is noted, and the lists that it changes.

Images and beacons note something only for the visit of their own cookie. Browsers do not send that cookie along when
another site posts here, so what is posted by a beacon needs no token, which pages from a cache could not carry.
"""

from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...catalogue.places.asking import named_place
from ...catalogue.places.queries import PlaceAnswer, answer_place, place_by_key
from ...catalogue.places.rules import Place
from ...catalogue.queries import service_rows
from ...database import reads_only
from ...errors import NotFound
from ...extensions import csrf, limiter
from ...i18n import current_language
from ...identity.rules import local_path
from ...knowledge.seen import IMAGE
from ...security import AudienceBlueprint
from ..figures import LinkUse, Listed, count_followed, count_shown, listed, read_signed, record_uses, signed
from ..forms import DecisionForm, WishesForm
from ..operations.visits import start_visit
from ..personal import found_in_this_visit, personal_list
from ..queries.lists import noted_of, region_of
from ..queries.pages import KINDS, record_id, service_by_slug, sources_of
from ..queries.pages import Page as ListPage
from ..store import MOST_SEEN, Visit
from ..visits import (
    asks_for_privacy,
    change,
    forget,
    idle_time,
    is_staff,
    keep,
    may_count,
    note,
    take_back,
    this_visit,
)

# What everyone's pages ask for; the second are for a visit alone.
public = AudienceBlueprint("related", __name__, audience="public", url_prefix="/<lang:lang>")
blueprint = AudienceBlueprint("related_visit", __name__, audience="person", url_prefix="/<lang:lang>")
MAX_KEY = 120
BEACON_LIMIT = "300 per hour"
Answer = str | tuple[str, int] | Response


# What pages ask for


@public.get("/services/<slug>/seen")
def service_seen(slug: str) -> Response:
    """The image at the end of a service's page."""
    return _image(slug, "viewed")


@public.get("/services/<slug>/contacted")
def service_contacted(slug: str) -> Response:
    """The image at the end of the contact page, where somebody came from a service."""
    return _image(slug, "contacted")


@public.get("/related/shown")
def shown() -> Response:
    """The image at the end of a list beside anything else."""
    _count_public_list()
    return _dot()


@public.post("/related/followed")
@reads_only
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
@limiter.limit(BEACON_LIMIT)
def followed() -> tuple[str, int]:
    """A link of a list was followed. Only lists that were given out are counted."""
    use = _link_of_form("followed") or abort(400)
    if may_count():
        count_followed(use)
        note(lambda visit: _add(visit.follows, use.target))
    return "", 204


@blueprint.post("/services/<slug>/applied")
@reads_only
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
@limiter.limit(BEACON_LIMIT)
def applied(slug: str) -> tuple[str, int]:
    """Somebody goes to where one applies for a service."""
    _note_service(slug, "applied")
    return "", 204


@blueprint.get(f"/related/<any({', '.join(KINDS)}):kind>/<slug>")
def own_list(kind: str, slug: str) -> Answer:
    """The list of a page as the running visit has it. Nothing (204) without a visit: the page keeps its own."""
    if not note(_keep_as_it_is):
        return take_back(current_app.response_class(status=204))
    visit, lang = this_visit() or abort(404), current_language()
    about = record_id(kind, slug)
    if about is None:
        raise NotFound(slug)
    place = "contact" if request.args.get("at") == "contact" else kind
    page = ListPage(place, sources_of(kind, about), profile=request.args.get("profile", "")[:MAX_KEY] or None)
    return render_template("related/own.html", **_own(page, visit, lang, named_place()))


# The page of the visit


@blueprint.get("/visit")
def visit() -> str:
    note(_keep_as_it_is)
    form = DecisionForm(formdata=None, data={"back": local_path(request.args.get("from", "")[:300]) or ""})
    return _visit_page(form)


@blueprint.post("/visit")
@limiter.limit(lambda: current_app.config["VISIT_LIMIT"])
def decide() -> Answer:
    """Yes or no. A yes begins a visit, a no forgets the one that runs."""
    form = DecisionForm()
    answer, back = form.answer.data, local_path(form.back.data) or None
    if not form.validate() or answer not in ("yes", "no"):
        abort(422)
    there = redirect(url_for(".visit") + (f"?{urlencode({'from': back})}" if back else ""), 303)
    if answer == "no":
        forget()
        return take_back(there)
    if this_visit() is not None or not may_count():
        return there
    return keep(there, start_visit(idle_time()))


@blueprint.post("/visit/forget")
def forget_visit() -> Response:
    forget()
    return take_back(redirect(url_for(".visit"), 303))


@blueprint.post("/visit/wishes")
def declare() -> Answer:
    """Keep what somebody says of themselves; an empty field takes it back. An unclear place is asked for again."""
    form = WishesForm().with_profiles(current_language())
    running = this_visit()
    if running is None:
        return redirect(url_for(".visit"), 303)
    place = _chosen_place(form, running)
    if not form.validate() or place.asked:
        return _visit_page(DecisionForm(formdata=None), form, place), 422

    def apply(visit: Visit) -> None:
        visit.place = place.place.key if place.place else None
        visit.region = region_of(place.place)
        visit.profile, visit.channel = form.profile.data or None, form.channel.data or None

    change(apply)
    return redirect(url_for(".visit"), 303)


@blueprint.post("/visit/not-relevant")
def not_relevant() -> Response:
    """Hide a service for the rest of the visit."""
    use = _link_of_form("not_relevant") or abort(422)
    if change(lambda visit: _add(visit.hidden, use.target)):
        record_uses({use: 1})
    return redirect(local_path(request.form.get("back")) or url_for(".visit"), 303)


def _visit_page(decision: DecisionForm, wishes: WishesForm | None = None, place: PlaceAnswer | None = None) -> str:
    running, lang = this_visit(), current_language()
    values: dict[str, Any] = {
        "decision": decision,
        "visit": running,
        "private": asks_for_privacy(),
        "staff": is_staff(),
    }
    if running is not None:
        rows = service_rows(list(running.seen), lang)
        declared = place_by_key(running.place) if running.place else None
        own = _own(ListPage("visit"), running, lang, None) if running.looked_at else {}
        values |= {
            "seen": [rows[one] for one in running.seen if one in rows],
            "wishes": wishes or _wishes_form(running, lang),
            "place": place or PlaceAnswer(declared),
            "minutes": current_app.config["VISIT_MINUTES"],
            **own,
        }
    return render_template("related/visit.html", **values)


def _wishes_form(visit: Visit, lang: str) -> WishesForm:
    given = {"profile": visit.profile or "", "channel": visit.channel or ""}
    return WishesForm(formdata=None, data=given).with_profiles(lang)


def _chosen_place(form: WishesForm, visit: Visit) -> PlaceAnswer:
    """The place that a form means. As long as the box has the name of the place that was chosen, it is that one."""
    if chosen := request.form.get("place", "")[:MAX_KEY]:
        return PlaceAnswer(place_by_key(chosen))
    return answer_place(form.where.data or "", visit.place or "")


def _own(page: ListPage, visit: Visit, lang: str, place: Place | None) -> dict[str, Any]:
    """What the list of a visit is drawn from; it counts as shown."""
    found = personal_list(page, visit, found_in_this_visit(lang), lang, place)
    what = listed(visit.arm, page.place, page.sources or visit.looked_at, found)
    if found:
        count_shown(what)
    return {"related": found, "list": signed(what)}


# Notes


def _image(slug: str, signal: str) -> Response:
    if service_by_slug(slug) is None:
        raise NotFound(slug)
    _count_public_list()
    _note_service(slug, signal)
    return _dot()


def _dot() -> Response:
    return current_app.response_class(IMAGE, mimetype="image/gif")


def _count_public_list() -> None:
    """Count the list that the page of an image has. In a visit the list that takes its place counts instead."""
    what = read_signed(request.args.get("list", ""))
    if what is not None and may_count() and this_visit() is None:
        count_shown(what)


def _note_service(slug: str, signal: str) -> None:
    """Note what was done with a service, unless it is sensitive, and the state that the page was asked for."""
    found = service_by_slug(slug)
    services = noted_of((found[0],)) if found else ()
    place = named_place()

    def apply(visit: Visit) -> None:
        for service in services:
            visit.note(service, signal)
        if visit.place is None and place is not None:
            visit.region = region_of(place)

    note(apply)


def _keep_as_it_is(_visit: Visit) -> None:
    """Note no more than that the visit goes on."""


def _link_of_form(kind: str) -> LinkUse | None:
    """The link of a list that a form or a beacon names by its number."""
    what: Listed | None = read_signed(request.form.get("list", ""))
    number = request.form.get("position", "")
    return what.use(kind, int(number)) if what is not None and number.isdecimal() and len(number) < 3 else None


def _add(ids: list[int], one: int) -> None:
    if one not in ids and len(ids) < MOST_SEEN:
        ids.append(one)

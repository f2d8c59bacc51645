"""Pages to browse by life event, need and profile."""

import functools
from collections.abc import Iterable
from typing import Any

from babel.numbers import format_decimal
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ..caching import public_page
from ..catalogue.places.asking import ask_place
from ..components import conventions, in_its_language
from ..errors import Moved
from ..i18n import current_language
from ..panels import panels
from ..security import AudienceBlueprint
from . import queries
from .forms import BrowseForm
from .queries import Choice

# The agencies of a large portal, in each language.
PARTS_KEPT = 8192
blueprint = AudienceBlueprint("intents", __name__, audience="public", url_prefix="/<lang:lang>")


@blueprint.app_template_filter("options")
def options(choices: Iterable[Choice | dict[str, Any]]) -> Markup:
    """The options of a select, each with the number of services that it leaves. Templates write choices as dicts.

    There can be a thousand, so their parts are kept; none may hold what someone typed.
    """
    lang = current_language()
    several = (Choice(**one) if isinstance(one, dict) else one for one in choices)
    return Markup().join(
        part
        for one in several
        for part in (
            _option_to_title(one.value, one.title, in_its_language(one.title), one.chosen),
            _option_end(lang, one.count),
        )
    )


@functools.lru_cache(maxsize=PARTS_KEPT)
def _option_to_title(value: str, title: str, language: Markup, chosen: bool) -> Markup:
    selected = Markup(" selected") if chosen else ""
    return Markup('<option value="{}"{}{}>{}').format(value, selected, language, title)


@functools.lru_cache(maxsize=PARTS_KEPT)
def _option_end(_lang: str, count: int) -> Markup:
    return Markup(" ({})</option>\n").format(format_decimal(count, locale=conventions()))


@blueprint.get("/life-events")
@public_page
def life_events() -> str:
    return render_template(
        "intents/intents.html", kind="life_event", intents=queries.intent_rows(current_language(), "life_event")
    )


@blueprint.get("/needs")
@public_page
def needs() -> str:
    return render_template("intents/intents.html", kind="need", intents=queries.intent_rows(current_language(), "need"))


@blueprint.get("/life-events/<slug>")
@public_page
def life_event(slug: str) -> str | Response:
    return _bundle("life_event", slug)


@blueprint.get("/needs/<slug>")
@public_page
def need(slug: str) -> str | Response:
    return _bundle("need", slug)


@blueprint.get("/for")
@public_page
def profiles() -> str:
    lang = current_language()
    return render_template(
        "intents/profiles.html", profiles=queries.profile_rows(lang), choices=queries.profile_choices(lang)
    )


@blueprint.get("/for/<profile>")
@public_page
def profile(profile: str) -> str | Response:
    lang = current_language()
    row = queries.profile_by_slug(profile, lang)
    form = BrowseForm(request.args)
    found = queries.browse(lang, profile=profile, page=form.page_number)
    return render_template("intents/profile.html", profile=row, browse=found, intents=queries.intent_rows(lang))


@blueprint.get("/for/<profile>/<intent>")
@public_page
def profile_intent(profile: str, intent: str) -> str | Response:
    lang = current_language()
    try:
        page = queries.bundle_page(intent, None, lang, profile)
    except Moved as moved:
        return redirect(url_for("intents.profile_intent", profile=profile, intent=moved.slug), 301)
    return _bundle_page(page)


@blueprint.get("/services")
@public_page
def services() -> str | Response:
    form = BrowseForm(request.args)
    answer, settled = ask_place()
    if settled:
        return settled
    found = queries.browse(
        current_language(),
        intent=form.intent.data or None,
        profile=form.profile.data or None,
        agency=form.agency.data or None,
        place=answer.place,
        order=form.order.data or "",
        page=form.page_number,
    )
    return render_template("intents/services.html", browse=found, form=form, answer=answer)


def _bundle(kind: str, slug: str) -> str | Response:
    try:
        page = queries.bundle_page(slug, kind, current_language())
    except Moved as moved:
        return redirect(url_for(f"intents.{kind}", slug=moved.slug), 301)
    return _bundle_page(page)


def _bundle_page(page: queries.BundlePage) -> str:
    return render_template(
        "intents/bundle.html", page=page, panels=panels("intent", page.intent.id, current_language())
    )

"""Pages to browse by life event, need and profile."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..caching import public_page
from ..catalogue.places.asking import ask_place
from ..errors import Moved
from ..i18n import current_language
from ..security import AudienceBlueprint
from . import queries
from .forms import BrowseForm

blueprint = AudienceBlueprint("intents", __name__, audience="public", url_prefix="/<lang:lang>")


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
    return render_template("intents/bundle.html", page=page)


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
    return render_template("intents/bundle.html", page=page)

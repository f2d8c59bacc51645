"""The front page, search, and the pages about the portal itself."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..caching import public_page
from ..i18n import current_language, preferred_language
from ..intents import queries as intents
from ..security import AudienceBlueprint

blueprint = AudienceBlueprint("home", __name__, audience="public")
PAGE_SIZE = 10
# Leaving a sensitive page leads somewhere that tells nothing.
EXIT_ADDRESS = "https://www.weather.gov/"


@blueprint.get("/")
def language() -> BaseResponse:
    response = redirect(url_for("home.landing", lang=preferred_language()), 302)
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/<lang:lang>/")
@public_page
def landing() -> str:
    lang = current_language()
    return render_template(
        "home/landing.html",
        life_events=intents.intent_rows(lang, "life_event"),
        needs=intents.intent_rows(lang, "need"),
        profiles=intents.browse(lang).profiles,
    )

"""The front page, search, and the pages about the portal itself."""

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from ..caching import public_page
from ..catalogue.places.asking import ask_place
from ..catalogue.places.queries import nearest_locations, with_names
from ..catalogue.places.rules import Place, search_choice, search_refusal
from ..catalogue.queries import NOWHERE, coverages
from ..eligibility.visits import delete_on_exit
from ..i18n import content_language, current_language, preferred_language
from ..intents import queries as intents
from ..knowledge.answers import answer_to
from ..related.visits import count_search, forget_on_exit
from ..search.queries import SearchResults
from ..search.queries import search as search_documents
from ..search.suggest import suggest as suggest_texts
from ..search.tuned import adjustments_for
from ..security import AudienceBlueprint
from ..tuning.recording import followed_token, note_search
from .forms import SearchForm
from .meant import AllMeant, meant_by

blueprint = AudienceBlueprint("home", __name__, audience="public")
PAGE_SIZE = 10
# Intents to begin with where nothing comes near what was typed.
STARTING_POINTS = 6
KINDS = ("service", "intent", "article")
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
        profiles=intents.profile_choices(lang),
    )


@blueprint.get("/<lang:lang>/search")
def search() -> str | BaseResponse:
    lang = current_language()
    form = SearchForm(request.args)
    answer, settled = ask_place()
    if settled:
        return settled
    page = form.page_number
    results = _search(form, answer.place, lang, page)
    pages = max(1, -(-results.total // PAGE_SIZE))
    if page > pages:
        page = pages
        results = _search(form, answer.place, lang, page)
    # Danger must be seen in what was meant as well as in what was typed.
    emergencies = intents.emergencies(f"{form.query} | {results.searched_for}", lang)
    lost = not (results.total or results.nearest or emergencies)
    # Only what was found by the words alone tells how good the search is.
    plain = not (form.narrowed or answer.place or emergencies)
    if form.page_number == 1 and form.query:
        count_search()
    if plain and page == 1:
        note_search(form.query, content_language(lang), found=results.total > 0)
    starting_points = intents.intent_rows(lang)[:STARTING_POINTS] if lost else []
    services = [hit.id for hit in results.hits if hit.kind == "service"]
    first = (page - 1) * PAGE_SIZE + 1
    return render_template(
        "search/results.html",
        form=form,
        results=results,
        content_lang=content_language(lang),
        emergencies=emergencies,
        found_answer=answer_to(results, content_language(lang)) if page == 1 and not form.narrowed else None,
        choices=_choices(results, form, lang),
        meant=meant_by(form.query, lang, form.left_out) if page == 1 else AllMeant(without=form.left_out),
        answer=answer,
        coverages=coverages(),
        nowhere=NOWHERE,
        nearest=with_names(nearest_locations(answer.place, services), lang) if answer.place and services else {},
        starting_points=starting_points,
        followed=followed_token(form.query, content_language(lang), results.hits, first) if plain else None,
        first=first,
        page=page,
        pages=pages,
    )


@blueprint.get("/<lang:lang>/suggest")
def suggest() -> Response:
    """Suggestions for what is typed so far: texts, each with the address that it leads to."""
    lang = current_language()
    found = suggest_texts(request.args.get("q", "")[:100], lang=content_language(lang))
    landing_page = url_for("home.landing", lang=lang)
    kinds = {"service": gettext("Service"), "intent": gettext("Situation"), "article": gettext("Answer")}
    return jsonify([{"text": one.text, "url": landing_page + one.url, "kind": kinds[one.kind]} for one in found])


@blueprint.get("/exit")
def leave() -> BaseResponse:
    """Leave a sensitive page: forget the answers, and all that this browser keeps of the portal; show another site."""
    delete_on_exit()
    forget_on_exit()
    response = redirect(EXIT_ADDRESS, 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@blueprint.get("/<lang:lang>/about")
@public_page
def about() -> str:
    return render_template("home/about.html")


@blueprint.get("/<lang:lang>/about/accessibility")
@public_page
def accessibility() -> str:
    return render_template("home/accessibility.html")


@blueprint.get("/<lang:lang>/about/privacy")
@public_page
def privacy() -> str:
    return render_template("home/privacy.html")


@blueprint.get("/<lang:lang>/about/design")
@public_page
def design() -> str:
    return render_template("home/design.html")


def _search(form: SearchForm, place: Place | None, lang: str, page: int) -> SearchResults:
    return search_documents(
        form.query,
        lang=content_language(lang),
        kinds=[kind for kind in form.kind.data or () if kind in KINDS],
        facets={**form.facets, "place": search_choice(place)} if place else form.facets,
        without={"place": search_refusal(place)} if place else None,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        correct=form.exact.data != "1",
        adjustments=adjustments_for(form.query, content_language(lang)),
    )


def _choices(results: SearchResults, form: SearchForm, lang: str) -> dict[str, list[intents.Choice]]:
    """The choices of each facet that leave something, with their names and counts, in the order of the names' lists."""
    chosen = {**form.facets, "kind": form.kind.data or []}
    return {
        name: [
            intents.Choice(value, title, results.facets.get(name, {}).get(value, 0), value in chosen.get(name, ()))
            for value, title in titles
            if results.facets.get(name, {}).get(value) or value in chosen.get(name, ())
        ]
        for name, titles in intents.facet_titles(lang).items()
    }

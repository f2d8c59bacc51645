"""The page of a service."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..caching import public_page, today
from ..errors import Moved
from ..i18n import current_language
from ..panels import panels
from ..security import AudienceBlueprint
from . import queries
from .places.asking import ask_place
from .places.rules import serves_place

blueprint = AudienceBlueprint("catalogue", __name__, audience="public", url_prefix="/<lang:lang>")


@blueprint.get("/services/<slug>")
@public_page
def service(slug: str) -> str | Response:
    lang = current_language()
    try:
        page = queries.service_page(slug, lang)
    except Moved as moved:
        return redirect(url_for("catalogue.service", slug=moved.slug, place=request.args.get("place")), 301)
    answer, settled = ask_place()
    if settled:
        return settled
    place = answer.place
    return render_template(
        "catalogue/service.html",
        page=page,
        panels=panels("service", page.id, lang),
        answer=answer,
        place=place,
        served=place is None or serves_place(page.areas, page.areas_excluded, place),
        locations=queries.nearest_first(page.locations, place),
        today=today(),
    )

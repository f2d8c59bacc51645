"""The page of a service."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..caching import public_page
from ..errors import Moved
from ..i18n import current_language
from ..panels import panels
from ..security import AudienceBlueprint
from . import queries

blueprint = AudienceBlueprint("catalogue", __name__, audience="public", url_prefix="/<lang:lang>")


@blueprint.get("/services/<slug>")
@public_page
def service(slug: str) -> str | Response:
    lang = current_language()
    try:
        page = queries.service_page(slug, lang)
    except Moved as moved:
        return redirect(url_for("catalogue.service", slug=moved.slug), 301)
    return render_template("catalogue/service.html", page=page, panels=panels("service", page.id, lang))

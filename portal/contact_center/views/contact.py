"""The contact page, the same on every page, and aware of where the person was."""

from flask import render_template, request

from ...caching import public_page
from ...i18n import current_language
from ...panels import panels
from ...security import AudienceBlueprint
from .. import queries

blueprint = AudienceBlueprint("contact_center", __name__, audience="public", url_prefix="/<lang:lang>")


@blueprint.get("/contact")
@public_page
def contact() -> str:
    lang = current_language()
    topic = queries.topic_of_page(request.args.get("from", "")[:200], lang)
    shown = panels(f"contact_{topic.kind}", topic.id, lang) if topic else []
    return render_template("contact_center/contact.html", topic=topic, panels=shown)

"""The desk: finding an answer while somebody waits, reading it, handing it on, and saying what came of it."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...catalogue.queries import service_rows
from ...database import reads_only
from ...errors import Moved
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, LANGUAGES
from ...identity import require
from ...identity.queries import required_staff
from ...intents.queries import emergencies, intents_of_article
from ...knowledge import operations
from ...knowledge.attachments.queries import files_of_article
from ...knowledge.models import DESK
from ...knowledge.queries import StaffArticle, flags_of_article, open_flags, service_ids_of_article, staff_article
from ...knowledge.seen import IMAGE, count_view
from ...search import search_index
from ...search.completion import complete
from ...search.documents import STAFF
from ...search.queries import search
from ...security import AudienceBlueprint
from ..forms import CHANNEL_WORDS, USE_WORDS, FindForm, FlagForm, UseForm, contact_of
from ..rules import page_to_send

blueprint = AudienceBlueprint("desk", __name__, audience="staff", url_prefix="/desk")
SHOWN = 20
Answer = str | tuple[str, int] | Response


@blueprint.before_request
def only_for_those_who_answer() -> None:
    require("use", "article")


@blueprint.get("/")
def home() -> Response:
    return redirect(url_for("desk.knowledge"), 303)


@blueprint.get("/knowledge")
def knowledge() -> str:
    form = FindForm(formdata=None, data=contact_of(request.args))
    return render_template("desk/knowledge.html", form=form, flags=open_flags(), found=None, dangers=[])


@blueprint.post("/knowledge")
@reads_only
def find() -> tuple[str, int]:
    form = FindForm()
    answer = _find(form) if form.validate() else {"found": None, "dangers": []}
    return render_template("desk/knowledge.html", form=form, flags=[], **answer), 422 if form.errors else 200


@blueprint.post("/knowledge/results")
@reads_only
def results() -> tuple[str, int]:
    """The results alone, while somebody types: the last word may be unfinished."""
    form = FindForm()
    if not form.validate():
        return "", 422
    return render_template("desk/results.html", form=form, **_find(form, unfinished=True)), 200


@blueprint.get("/knowledge/<uid>")
def article(uid: str) -> Answer:
    contact = contact_of(request.args)
    try:
        found = staff_article(uid, contact["lang"])
    except Moved as moved:
        return redirect(url_for("desk.article", uid=moved.slug, **contact), 303)
    return _article_page(found, UseForm(formdata=None, data=contact), FlagForm(formdata=None, data=contact))


@blueprint.get("/knowledge/<uid>/seen")
def article_seen(uid: str) -> Response:
    """The image at the end of an article at the desk. Asking for it counts one view there."""
    lang = contact_of(request.args)["lang"]
    count_view(staff_article(uid, lang).id, lang, DESK)
    return current_app.response_class(IMAGE, mimetype="image/gif")


@blueprint.post("/knowledge/<uid>/uses")
def use(uid: str) -> Answer:
    form = UseForm()
    found = staff_article(uid, CONTENT_LANGUAGES[0])
    kind = form.kind.data or ""
    if not form.validate() or kind not in USE_WORDS or (kind == "sent" and not found.is_public):
        abort(422)
    operations.record_use(found.id, kind, channel=form.kept["channel"], lang=form.kept["lang"])
    flash(f"Noted: {USE_WORDS[kind]}, {CHANNEL_WORDS[form.kept['channel']].lower()}.")
    return redirect(url_for("desk.article", uid=uid, **form.kept), 303)


@blueprint.post("/knowledge/<uid>/flags")
def flag(uid: str) -> Answer:
    form = FlagForm()
    found = staff_article(uid, form.kept["lang"] if form.lang.data in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0])
    if not form.validate():
        return _article_page(found, UseForm(formdata=None, data=contact_of(form.kept)), form), 422
    operations.raise_flag(found.id, form.reason.data, form.text.data or "", actor=required_staff())
    flash("Flagged. Editors see it, and so does everyone at the desk until it is settled.")
    return redirect(url_for("desk.article", uid=uid, **form.kept), 303)


def _find(form: FindForm, *, unfinished: bool = False) -> dict[str, Any]:
    """What answers the words, and help for the dangers that they suggest; nothing for no words."""
    typed = form.words.data or ""
    if not typed:
        return {"found": None, "dangers": []}
    lang, index = form.kept["lang"], search_index(STAFF)
    words = complete(typed, lang=lang, index=index) if unfinished else typed
    found = search(words, lang=lang, limit=SHOWN, index=index)
    return {"found": found, "dangers": emergencies(f"{typed} | {found.searched_for}", DEFAULT_LANGUAGE)}


def _article_page(found: StaffArticle, use_form: UseForm, flag_form: FlagForm) -> str:
    contact = use_form.kept
    lang = contact["lang"]
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    address = f"{base}{url_for('knowledge.article', lang=lang, slug=found.slug)}"
    services = service_ids_of_article(found.id)
    rows = service_rows(services, lang)
    return render_template(
        "desk/article.html",
        article=found,
        contact=contact,
        languages_of_content=[LANGUAGES[code] for code in CONTENT_LANGUAGES],
        find_form=FindForm(formdata=None, data=contact),
        use_form=use_form,
        flag_form=flag_form,
        flags=flags_of_article(found.id, settled=False),
        sending=page_to_send(found.title, found.summary, address) if found.is_public else None,
        services=[rows[one] for one in services if one in rows],
        intents=intents_of_article(found.id, lang),
        files=files_of_article(found.id),
    )

"""The page of an article, and feedback on any page."""

import re

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..caching import public_page
from ..errors import Moved, NotFound
from ..extensions import limiter
from ..i18n import current_language
from ..panels import panels
from ..security import AudienceBlueprint
from . import operations, queries
from .attachments.queries import file_by_uid
from .attachments.sending import send_file
from .forms import PAGE, FeedbackForm
from .rules import is_bot
from .seen import IMAGE, count_view

blueprint = AudienceBlueprint("knowledge", __name__, audience="public", url_prefix="/<lang:lang>")


@blueprint.get("/articles/<slug>")
@public_page
def article(slug: str) -> str | Response:
    lang = current_language()
    try:
        page = queries.article_page(slug, lang)
    except Moved as moved:
        return redirect(url_for("knowledge.article", slug=moved.slug), 301)
    return render_template(
        "knowledge/article.html",
        page=page,
        panels=panels("article", page.id, lang),
        seen=url_for("knowledge.article_seen", slug=slug),
    )


@blueprint.get("/articles/<slug>/seen")
def article_seen(slug: str) -> Response:
    """The image at the end of an article's page. Asking for it counts one view; it tells nobody apart."""
    article_id = queries.public_article_id(slug)
    if article_id is None:
        raise NotFound(slug)
    if not is_bot(request.user_agent.string):
        count_view(article_id, current_language(), "web")
    return current_app.response_class(IMAGE, mimetype="image/gif")


@blueprint.get("/files/<uid>")
def file(uid: str) -> Response:
    """A file of an article, as long as the public may read both."""
    head = file_by_uid(uid)
    if not head.is_public:
        raise NotFound(uid)
    return send_file(head, public=True)


@blueprint.get("/feedback")
def feedback() -> str:
    form = FeedbackForm(formdata=None)
    form.page.data = request.args.get("page", "")[:200]
    form.useful.data = request.args.get("useful")
    return render_template("knowledge/feedback.html", form=form)


@blueprint.post("/feedback")
@limiter.limit(lambda: current_app.config["FEEDBACK_LIMIT"])
def give_feedback() -> tuple[str, int] | Response:
    form = FeedbackForm()
    if not form.validate():
        return render_template("knowledge/feedback.html", form=form), 422
    operations.give_feedback(
        form.page.data or "", current_language(), form.useful.data == "yes", form.comment.data or ""
    )
    return redirect(url_for("knowledge.feedback_thanks", page=form.page.data), 303)


@blueprint.get("/feedback/thanks")
def feedback_thanks() -> str:
    page = request.args.get("page", "")
    return render_template("knowledge/feedback_thanks.html", page=page if re.match(PAGE, page) else None)

"""Which articles to work on, and what staff said is wrong with them. For editors and reviewers."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...errors import NotFound
from ...identity import require
from ...identity.queries import required_staff
from ...knowledge.operations import Settled, settle_flag
from ...knowledge.queries import open_flags
from ..article_health.queries import DAYS, health_page
from ..article_health.rules import PROBLEMS
from ..form_page import statuses
from ..forms import FlagForm, HealthForm
from .asking import Answer, editors_blueprint

blueprint = editors_blueprint("article_health", __name__)


@blueprint.before_request
def only_for_those_who_look_after_articles() -> None:
    require("maintain", "article")


@blueprint.get("/knowledge/health")
def health() -> str:
    form = HealthForm(request.args)
    return render_template(
        "editing/article_health.html",
        form=form,
        found=health_page(**form.wanted()),
        problems=PROBLEMS,
        days=DAYS,
        statuses=[choice for choice in statuses("article") if choice[0] != "archived"],
    )


@blueprint.get("/knowledge/flags")
def flags() -> str:
    return _flags_page()


@blueprint.post("/knowledge/flags/<uid>")
def settle(uid: str) -> Answer | Response:
    form = FlagForm()
    if not form.validate():
        return _flags_page(uid, str(form.settlement.errors[0])), 422
    try:
        settle_flag(uid, form.settlement.data or "", actor=required_staff())
    except LookupError as missing:
        raise NotFound(uid) from missing
    except Settled:
        flash("Somebody has settled it already.")
    else:
        flash("The flag is settled.")
    return redirect(url_for("article_health.flags"), 303)


def _flags_page(refused: str = "", error: str = "") -> str:
    return render_template("editing/article_flags.html", flags=open_flags(), refused=refused, error=error)

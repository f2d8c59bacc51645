"""Keeping the articles: where their editors begin, their statuses and reviews, and those that say the same."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ...caching import today
from ...identity.access import require, staff_may
from ...identity.queries import required_staff
from ...knowledge.operations import keep_apart
from ...knowledge.statuses import next_review, step_to
from .. import articles, operations
from ..article_templates import templates
from ..forms import PairForm, StatusForm
from ..operations import Refused
from ..queries import Head
from .asking import Answer, editors_blueprint, kind_of, may_write, seen_head, written_head

blueprint = editors_blueprint("articles", __name__)


@blueprint.get("/knowledge/")
def home() -> str:
    kind_of("articles")
    return render_template(
        "editing/knowledge.html",
        overview=articles.overview(),
        templates=templates().values(),
    )


@blueprint.post("/knowledge/<key>/status")
def status(key: str) -> Response:
    """Begin a draft that gives an article another status; like any other it is reviewed by somebody else."""
    found, form = written_head("articles", key), StatusForm()
    if not form.validate():
        abort(422)
    step = step_to(str(found.status), str(form.to.data))
    if step is None:
        flash("It has another status by now. Look at it again.")
        return redirect(_address(found), 303)
    wanted = {"status": step.to, "merged_into": None}
    if step.to == "validated":
        wanted |= {"checked": today().isoformat(), "review_by": next_review(today()).isoformat()}
    return _start(found, wanted, step.note)


@blueprint.post("/knowledge/<key>/checked")
def checked(key: str) -> Response:
    """Begin a draft that says: compared with its sources today, and still right."""
    found = written_head("articles", key)
    day = today()
    return _start(
        found, {"checked": day.isoformat(), "review_by": next_review(day).isoformat()}, "Compared with its sources"
    )


@blueprint.get("/knowledge/duplicates")
def duplicates() -> str:
    kind_of("articles")
    return render_template("editing/duplicates.html", pairs=articles.likely_pairs())


@blueprint.get("/knowledge/duplicates/<first>/<second>")
def pair(first: str, second: str) -> str:
    one, other = _two(first, second)
    found = [one_pair.pair for one_pair in articles.likely_pairs(one.id)]
    return render_template(
        "editing/pair.html",
        first=one,
        second=other,
        pair=next((each for each in found if {each.first, each.second} == {one.id, other.id}), None),
        sides=articles.side_by_side(one.id, other.id),
        may_merge=may_write(one),
        may_keep_apart=staff_may("maintain", "article"),
    )


@blueprint.post("/knowledge/duplicates/<first>/<second>")
def decide(first: str, second: str) -> Answer:
    (one, other), form = _two(first, second), PairForm()
    require("write", "article")
    if not form.validate():
        abort(422)
    if form.do.data == "apart":
        require("maintain", "article")
        keep_apart(one.id, other.id, actor=required_staff())
        flash("They are kept apart and not proposed again.")
        return redirect(url_for("articles.duplicates"), 303)
    merged, stays = (one, other) if form.do.data == "into_second" else (other, one)
    try:
        draft = operations.start_merge(merged.id, stays.id, actor=required_staff())
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for("articles.pair", first=first, second=second), 303)
    flash("See what it changes, then send it to review.")
    return redirect(url_for("drafts.draft", uid=draft.uid), 303)


def _two(first: str, second: str) -> tuple[Head, Head]:
    one, other = seen_head("articles", first), seen_head("articles", second)
    if one.id == other.id:
        abort(404)
    return one, other


def _start(found: Head, wanted: dict[str, str | None], note: str) -> Response:
    try:
        draft = operations.start_change("article", found.id, wanted, note, actor=required_staff())
    except Refused as refused:
        flash(str(refused))
        return redirect(_address(found), 303)
    flash("See what it changes, then send it to review.")
    return redirect(url_for("drafts.draft", uid=draft.uid), 303)


def _address(found: Head) -> str:
    return url_for("records.record", plural="articles", key=found.uid)

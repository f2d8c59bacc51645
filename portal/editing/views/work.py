"""Where editors begin, the lists of work, and what sources and editors changed differently."""

from typing import Literal

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from ...i18n import DEFAULT_LANGUAGE
from ...identity.access import staff_may
from ...identity.operations import record_audit
from ...identity.queries import required_staff
from ...intents.classification import classify_service
from ...intents.coverage import suggestions_for
from ...knowledge.queries import open_flags
from .. import operations, queries, work
from ..form_page import statuses
from ..forms import DecisionForm, ListForm, SuggestionForm
from ..operations import Refused
from .asking import Answer, editors_blueprint, kind_of, written_head

blueprint = editors_blueprint("editing", __name__)
# What the texts of a list's services are read for.
SUGGESTED: dict[str, Literal["profile", "intent"]] = {"no-profile": "profile", "no-intent": "intent"}


@blueprint.get("/")
def home() -> str:
    staff = required_staff()
    return render_template(
        "editing/home.html",
        mine=queries.drafts_of_author(staff),
        to_review=queries.drafts_to_review(staff),
        scheduled=queries.scheduled_drafts(staff),
        conflicts=len(queries.conflict_rows(staff)),
        lists=work.counts(staff),
        flags=len(open_flags()) if staff_may("maintain", "article") else 0,
    )


@blueprint.get("/work/<name>")
def listing(name: str) -> str:
    staff, form = required_staff(), ListForm(request.args)
    entry = kind_of("articles" if name.endswith("-articles") else "services")
    if name not in work.LISTS:
        abort(404)
    found = queries.record_rows(entry.kind, staff, condition=work.condition(name), **form.wanted())
    lacking = SUGGESTED.get(name)
    return render_template(
        "editing/work.html",
        entry=entry,
        work=work.LISTS[name],
        found=found,
        suggestions=suggestions_for([row.id for row in found.rows], lacking, DEFAULT_LANGUAGE) if lacking else {},
        may_add=bool(staff.agency_ids) or staff_may("write", "service"),
        notes=work.notes(name),
        form=form,
        statuses=statuses(entry.kind),
        agencies=queries.agency_choices(staff) if entry.kind == "service" else [],
        owners=[],
    )


@blueprint.post("/services/<key>/classify")
def classify(key: str) -> Response:
    """Take a suggestion over. It is a choice of who sees the service where, not a text, so nobody reviews it."""
    head, form = written_head("services", key), SuggestionForm()
    if not form.validate():
        abort(422)
    kind, slug = str(form.kind.data), str(form.slug.data)
    actor = required_staff()
    try:
        classify_service(
            head.id,
            [slug] if kind == "profile" else [],
            [slug] if kind == "intent" else [],
            actor_id=actor.id,
        )
    except NoResultFound:
        abort(404)
    record_audit("classify", "service", head.uid, actor=actor, note={kind: slug})
    flash(f"{head.title} has the {kind} {slug} now.")
    return redirect(url_for("editing.listing", name=f"no-{kind}"), 303)


@blueprint.get("/conflicts")
def conflicts() -> str:
    return render_template("editing/conflicts.html", rows=queries.conflict_rows(required_staff()))


@blueprint.post("/conflicts/<int:number>")
def decide(number: int) -> Answer | Response:
    staff, form = required_staff(), DecisionForm()
    if not any(row.id == number for row in queries.conflict_rows(staff)):
        abort(404 if queries.is_decided(number) else 403)
    if not form.validate():
        abort(422)
    theirs = form.decision.data == "theirs"
    try:
        draft = operations.decide_conflict(number, "theirs" if theirs else "ours", actor=staff)
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for("editing.conflicts"), 303)
    if draft is not None:
        flash("Their text is in your draft. Send it to review.")
        return redirect(url_for("drafts.draft", uid=draft.uid), 303)
    flash("Our text stays.")
    return redirect(url_for("editing.conflicts"), 303)

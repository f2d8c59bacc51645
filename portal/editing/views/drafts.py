"""A draft: writing it, seeing what it changes and how it will look, its review, and its clashes."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...catalogue.imports.merge import changed_units, units
from ...eligibility.samples import Trial
from ...identity.queries import required_staff, staff_names
from ...identity.rules import may
from .. import fields, kinds, operations, queries
from ..checks import Findings, check
from ..form_page import FormPage, choices_for
from ..forms import ApproveForm, ReturnForm, SendForm
from ..models import ACTIVE, Draft
from ..operations import Clash, Refused, StaleDraft
from ..preview import preview as make_preview
from ..record_forms import unit_names
from ..rules import Change, as_text, changes, marked, with_units
from ..trials import trials_of
from .asking import Answer, editors_blueprint, own_draft, reviewed_draft, seen_draft

blueprint = editors_blueprint("drafts", __name__)
_NOT_INPUTS = ("csrf_token", "edition", "do", "more", "take")
_STALE = "It was changed since you opened this page. Look at it again."


@blueprint.get("/drafts/<uid>")
def draft(uid: str) -> str:
    return _draft_page(seen_draft(uid))


@blueprint.get("/drafts/<uid>/edit")
def edit(uid: str) -> str | Response:
    found = own_draft(uid)
    if found.state != "open":
        return redirect(url_for("drafts.draft", uid=uid), 303)
    kind = kinds.BY_NAME[found.kind].kind
    return _edit_page(found, fields.shown(kind, found.values), _findings(found))


@blueprint.post("/drafts/<uid>/edit")
def save(uid: str) -> Answer:
    found = own_draft(uid, lock=True)
    kind = kinds.BY_NAME[found.kind].kind
    texts = {name: value for name, value in request.form.items() if name not in _NOT_INPUTS}
    values, unread = fields.read_form(kind, texts, found.values, is_new=found.record_id is None)
    if more := request.form.get("more", ""):
        return _edit_page(found, texts, Findings([], []), unread=unread, more=more)
    if unread:
        return _edit_page(found, texts, Findings([], []), unread=unread), 422
    taken = [unit for unit in request.form.getlist("take") if unit.partition(".")[0] in values | found.values]
    stored = units(found.values)
    values = with_units(values, {unit: stored.get(unit) for unit in taken})
    try:
        operations.save_draft(found, values, edition=_edition(), actor=required_staff())
    except StaleDraft:
        return _edit_page(found, texts, Findings([], []), elsewhere=changes(found.values, values)), 409
    except Refused as refused:
        return _edit_page(found, texts, Findings([], []), refused=str(refused)), 422
    if request.form.get("do") == "preview":
        return redirect(url_for("drafts.preview", uid=uid, lang="en"), 303)
    if request.form.get("do") == "next":
        return redirect(url_for("drafts.draft", uid=uid), 303)
    flash("Your draft is saved.")
    return redirect(url_for("drafts.edit", uid=uid), 303)


@blueprint.get("/drafts/<uid>/preview/<lang:lang>")
def preview(uid: str) -> Answer:
    found = seen_draft(uid)
    entry = kinds.BY_NAME[found.kind]
    if not entry.has_page:
        abort(404)
    current, merged, _clashes = queries.combined_with_current(found)
    errors = check(entry.kind, merged, current, record_id=found.record_id).errors
    if errors:
        return render_template("editing/no_preview.html", draft=found, errors=errors), 422
    return make_preview(entry.kind, merged)


@blueprint.get("/drafts/<uid>/clashes")
def clashes(uid: str) -> str | Response:
    found = own_draft(uid)
    if found.state != "open" or not queries.combined_with_current(found)[2]:
        return redirect(url_for("drafts.draft", uid=uid), 303)
    return _clash_page(found, {}, {})


@blueprint.post("/drafts/<uid>/clashes")
def settle(uid: str) -> Answer:
    found = own_draft(uid, lock=True)
    choices: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for clash in queries.combined_with_current(found)[2]:
        match request.form.get(f"choice.{clash.unit}"):
            case "mine":
                choices[clash.unit] = clash.ours
            case "theirs":
                choices[clash.unit] = clash.theirs
            case "own":
                typed = request.form.get(f"own.{clash.unit}", "")
                value, problem = fields.read_text(typed, (clash.base, clash.ours, clash.theirs))
                choices[clash.unit] = value
                if problem:
                    errors[clash.unit] = problem
            case _:
                errors[clash.unit] = "Choose which text it should be"
    if errors:
        return _clash_page(found, request.form, errors), 422
    try:
        operations.settle_clashes(
            found, choices, seen=request.form.get("seen", ""), edition=_edition(), actor=required_staff()
        )
    except StaleDraft:
        return _clash_page(found, request.form, {}, stale=True), 409
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for("drafts.draft", uid=uid), 303)
    flash("The texts are chosen. Look at your draft, then send it to review.")
    return redirect(url_for("drafts.draft", uid=uid), 303)


@blueprint.post("/drafts/<uid>/send")
def send(uid: str) -> Answer:
    found, form = own_draft(uid, lock=True), SendForm()
    if not form.validate():
        return _draft_page(found, send=form), 422
    try:
        operations.send_to_review(found, form.note.data or "", edition=form.edition.data or 0, actor=required_staff())
    except Clash:
        found.change_note = form.note.data or ""
        return redirect(url_for("drafts.clashes", uid=uid), 303)
    except StaleDraft:
        return _draft_page(found, send=form, problem=_STALE), 409
    except Refused as refused:
        return _draft_page(found, send=form, problem=str(refused)), 422
    flash("It waits for review now.")
    return redirect(url_for("drafts.draft", uid=uid), 303)


@blueprint.post("/drafts/<uid>/take-back")
def take_back(uid: str) -> Answer:
    found = own_draft(uid, lock=True)
    try:
        operations.take_back(found, actor=required_staff())
    except Refused as refused:
        return _draft_page(found, problem=str(refused)), 409
    return redirect(url_for("drafts.edit", uid=uid), 303)


@blueprint.post("/drafts/<uid>/discard")
def discard(uid: str) -> Answer:
    found = own_draft(uid, lock=True)
    try:
        operations.discard_draft(found, actor=required_staff())
    except Refused as refused:
        return _draft_page(found, problem=str(refused)), 409
    flash("The draft is discarded.")
    return redirect(url_for("editing.home"), 303)


@blueprint.post("/drafts/<uid>/approve")
def approve(uid: str) -> Answer:
    found, form = reviewed_draft(uid), ApproveForm()
    if not form.validate():
        return _draft_page(found, approve=form), 422
    at = form.moment()
    try:
        done = operations.approve(found, edition=form.edition.data or 0, at=at, actor=required_staff())
    except StaleDraft:
        return _draft_page(found, approve=form, problem=_STALE), 409
    except Refused as refused:
        return _draft_page(found, approve=form, problem=str(refused)), 422
    if not done:
        flash(f"It was not published and is back with its author. {found.review_note}")
    else:
        flash("It is approved and will be published at its time." if at else "It is published.")
    return redirect(url_for("drafts.draft", uid=uid), 303)


@blueprint.post("/drafts/<uid>/return")
def give_back(uid: str) -> Answer:
    found, form = reviewed_draft(uid), ReturnForm()
    if not form.validate():
        return _draft_page(found, give_back=form), 422
    try:
        operations.return_draft(found, form.reason.data or "", edition=form.edition.data or 0, actor=required_staff())
    except StaleDraft:
        return _draft_page(found, give_back=form, problem=_STALE), 409
    except Refused as refused:
        return _draft_page(found, give_back=form, problem=str(refused)), 422
    flash("It is back with its author.")
    return redirect(url_for("drafts.draft", uid=uid), 303)


def _edition() -> int:
    typed = request.form.get("edition", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def _findings(found: Draft) -> Findings:
    kind = kinds.BY_NAME[found.kind].kind
    return check(kind, found.values, found.base, record_id=found.record_id)


def _edit_page(
    found: Draft,
    texts: dict[str, str],
    findings: Findings,
    *,
    unread: dict[str, str] | None = None,
    more: str = "",
    elsewhere: list[Change] | None = None,
    refused: str = "",
) -> str:
    entry, staff = kinds.BY_NAME[found.kind], required_staff()
    others = []
    if found.record_id is not None:
        rows = queries.drafts_of_record(entry.kind, found.record_id)
        others = [row for row in rows if row.author_id != staff.id]
    current, _merged, clashes = queries.combined_with_current(found)
    return render_template(
        "editing/edit.html",
        entry=entry,
        draft=found,
        called=queries.draft_title(found),
        form=FormPage(
            kind=entry.kind,
            texts=texts,
            findings=findings,
            unread=unread or {},
            origins=queries.who_wrote(entry.kind, found.record_id, unit_names(entry.kind)),
            choices=choices_for(staff),
            changed=changed_units(current, found.values),
            more=more,
            is_new=found.record_id is None,
        ),
        record=_head_of(found),
        others=others,
        clashes=clashes,
        elsewhere=elsewhere or [],
        refused=refused,
    )


def _draft_page(
    found: Draft,
    *,
    send: SendForm | None = None,
    approve: ApproveForm | None = None,
    give_back: ReturnForm | None = None,
    problem: str = "",
) -> str:
    entry, staff = kinds.BY_NAME[found.kind], required_staff()
    agency_id = queries.agency_of_draft(found)
    if found.state in ACTIVE:
        current, merged, clashes = queries.combined_with_current(found)
        differences, findings = changes(current, merged), check(entry.kind, merged, current, record_id=found.record_id)
    else:
        merged = found.values
        differences, findings, clashes = changes(found.base, found.values), Findings([], []), []
    edition = {"edition": found.edition}
    return render_template(
        "editing/draft.html",
        entry=entry,
        draft=found,
        called=queries.draft_title(found),
        record=_head_of(found),
        names=staff_names({found.author_id, found.reviewer_id or found.author_id}),
        changes=differences,
        findings=findings,
        trials=_trials(found, merged, findings),
        taken_over=_taken_over(found, merged),
        clashes=clashes,
        is_author=found.author_id == staff.id and may(staff, "write", entry.kind, agency_id=agency_id),
        may_review=may(staff, "review", entry.kind, agency_id=agency_id, author_id=found.author_id),
        send=send or SendForm(formdata=None, data=edition | {"note": found.change_note}),
        approve=approve or ApproveForm(formdata=None, data=edition),
        give_back=give_back or ReturnForm(formdata=None, data=edition),
        problem=problem,
    )


def _trials(found: Draft, merged: dict[str, Any], findings: Findings) -> list[Trial]:
    """What the draft makes of the sample people, if it is sound but for them."""
    if found.state not in ACTIVE or any(one.unit != "households" for one in findings.errors):
        return []
    return trials_of(kinds.BY_NAME[found.kind].kind, merged)


def _taken_over(found: Draft, merged: dict[str, Any]) -> tuple[str, list[Change]] | None:
    """(slug, changes) of the article that stays, where the draft merges one into it."""
    stays = queries.taking_over(kinds.BY_NAME[found.kind].kind, found.base, merged) if found.state in ACTIVE else None
    return (stays.now["slug"], changes(stays.now, stays.then)) if stays else None


def _clash_page(found: Draft, typed: Any, errors: dict[str, str], *, stale: bool = False) -> str:
    entry = kinds.BY_NAME[found.kind]
    _current, _merged, clashes = queries.combined_with_current(found)
    return render_template(
        "editing/clashes.html",
        entry=entry,
        draft=found,
        called=queries.draft_title(found),
        clashes=[
            {
                "unit": one.unit,
                "base": as_text(one.base),
                "mine": as_text(one.ours),
                "theirs": as_text(one.theirs),
                "marked": marked(as_text(one.ours), as_text(one.theirs)),
            }
            for one in clashes
        ],
        seen=operations.what_is_seen(clashes),
        origins=queries.who_wrote(entry.kind, found.record_id, [one.unit for one in clashes]),
        typed=typed,
        errors=errors,
        stale=stale,
    )


def _head_of(found: Draft) -> queries.Head | None:
    kind = kinds.BY_NAME[found.kind].kind
    return queries.head_by_id(kind, found.record_id) if found.record_id is not None else None

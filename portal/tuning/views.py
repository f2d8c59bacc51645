"""Pages on which staff look at the search and steer it, and the counter of results that were followed."""

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..database import reads_only
from ..errors import NotFound
from ..extensions import csrf, limiter
from ..identity.access import admin_home, require, staff_may
from ..identity.queries import required_staff
from ..identity.rules import local_path
from ..search.queries import search as search_documents
from ..search.tuned import EVERYWHERE, adjustments_for
from ..security import AudienceBlueprint
from . import operations, queries
from .forms import EditionForm, FactorForm, FindForm, ListForm, ProposalForm, QueryForm, WordsForm
from .operations import Refused
from .recording import note_followed
from .rules import KINDS

blueprint = AudienceBlueprint("tuning", __name__, audience="staff", url_prefix="/admin/search")
public = AudienceBlueprint("followed", __name__, audience="public")
RESULTS = 10
FOLLOWED_LIMIT = "300 per hour"
Answer = str | tuple[str, int] | BaseResponse


@blueprint.before_request
def _only_for_those_who_steer() -> None:
    """Adding words is for more people than the rest."""
    if request.endpoint == "tuning.add_words":
        require("write", "words")
    else:
        require("view" if request.method in ("GET", "HEAD") else "write", "search")


@public.post("/search/followed")
@reads_only
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
@limiter.limit(FOLLOWED_LIMIT)
def followed() -> tuple[str, int]:
    """A result was followed. The token of the page says of which query; who it was is not asked."""
    position = request.form.get("position", "", type=str)
    token = request.form.get("token", "")
    if not position.isdecimal() or len(position) > 4 or len(token) > 4_000 or not note_followed(token, int(position)):
        abort(400)
    return "", 204


@blueprint.get("/")
def search() -> str:
    return _search_page(QueryForm(formdata=None))


@blueprint.post("/")
@reads_only
def results() -> Answer:
    form = QueryForm()
    return _search_page(form) if form.validate() else (_search_page(form), 422)


@blueprint.post("/words")
def add_words() -> Answer:
    """Add words to a record, at once. Any page of staff may post here and name itself in ``back``."""
    form = WordsForm()
    if not form.validate():
        abort(422)
    key, lang = form.key, str(form.lang.data)
    try:
        row = operations.add_words(
            *key, lang, str(form.q.data), actor=required_staff(), failed=form.failed.data or None
        )
    except Refused as refused:
        return _back(form, str(refused), done=False)
    title = queries.records([key], lang)[key].title
    return _back(form, f"“{title}” can be found by these words from now on" if row else f"“{title}” has these words")


@blueprint.get("/words")
def words() -> str:
    form = ListForm(request.args)
    key = form.key
    return render_template(
        "tuning/words.html",
        rows=queries.words_rows(key),
        record=queries.records([key])[key] if key else None,
        kept_days=operations.KEPT_DAYS,
    )


@blueprint.post("/words/<uid>/remove")
def remove_words(uid: str) -> BaseResponse:
    row = operations.remove_words(uid, actor=required_staff())
    flash("The words are taken away. You can put them back.")
    return _to_words(row)


@blueprint.post("/words/<uid>/restore")
def restore_words(uid: str) -> BaseResponse:
    row = operations.restore_words(uid, actor=required_staff())
    flash("The words are back.")
    return _to_words(row)


@blueprint.get("/changes")
def changes() -> str:
    mine = queries.changes_of(required_staff().id)
    items = mine.items if mine else []
    return render_template(
        "tuning/changes.html",
        changes=mine,
        records=queries.records((item["kind"], item["record_id"]) for item in items),
        is_stale=bool(mine and mine.report and mine.tested_published != queries.published()),
        placements=queries.placement_rows(),
    )


@blueprint.post("/changes")
def propose() -> Answer:
    form = ProposalForm()
    if not form.validate():
        abort(422)
    try:
        operations.propose(
            form.action,
            str(form.q.data),
            str(form.lang.data),
            form.key,
            actor=required_staff(),
            note=form.note.data or "",
            valid_until=form.day(),
        )
    except Refused as refused:
        return _back(form, str(refused), done=False)
    return _back(form, "It is among your changes. Test them to let them go live.")


@blueprint.post("/changes/take-out")
def take_out() -> BaseResponse:
    form = _edition_form()
    return _step("Taken out.", operations.take_out, form.number.data or 0, form.edition.data)


@blueprint.post("/changes/test")
def test_changes() -> BaseResponse:
    return _step("The test has been asked for.", operations.ask_for_test, _edition_form().edition.data)


@blueprint.post("/changes/publish")
def publish() -> BaseResponse:
    return _step("Your changes are live.", operations.publish, _edition_form().edition.data)


@blueprint.post("/changes/drop")
def drop() -> BaseResponse:
    return _step("Your changes are forgotten.", operations.drop)


@blueprint.post("/placements/<uid>/remove")
def remove_placement(uid: str) -> BaseResponse:
    row = operations.remove_placement(uid, actor=required_staff())
    flash(f"Nobody {'pins' if row.place == 'pin' else 'buries'} it any more for “{row.query}”.")
    return redirect(url_for("tuning.changes"), 303)


@blueprint.get("/work")
def work() -> str:
    page = ListForm(request.args).page_number
    count = queries.count_failed()
    pages = max(1, -(-count // queries.PAGE_SIZE))
    return render_template(
        "tuning/work.html",
        rows=queries.failed_rows(min(page, pages)),
        settled=queries.settled_rows(),
        count=count,
        page=min(page, pages),
        pages=pages,
        least=current_app.config["SEARCH_LEAST"],
        kept_days=operations.KEPT_DAYS,
    )


@blueprint.post("/work/find")
@reads_only
def find_record() -> str:
    """Records that may answer a failed search, by other words than its own."""
    form = FindForm()
    if not form.validate():
        abort(422)
    row = queries.failed_search(str(form.failed.data))
    found = search_documents(str(form.q.data), lang=row.lang, limit=RESULTS, nearest_kinds=KINDS)
    return render_template("tuning/find.html", row=row, hits=found.hits or found.nearest)


@blueprint.post("/work/<hashed>/not-ours")
def not_ours(hashed: str) -> BaseResponse:
    operations.settle_as_not_ours(hashed, actor=required_staff())
    flash("It is off the list.")
    return redirect(url_for("tuning.work"), 303)


@blueprint.post("/work/<hashed>/reopen")
def reopen(hashed: str) -> BaseResponse:
    operations.reopen(hashed, actor=required_staff())
    flash("It is on the list again.")
    return redirect(url_for("tuning.work"), 303)


@blueprint.get("/learned")
def learned() -> str:
    is_on, learned_on = queries.learning()
    return render_template(
        "tuning/learned.html",
        rows=queries.factor_rows(),
        is_on=is_on,
        learned_on=learned_on,
        least=current_app.config["SEARCH_LEAST"],
        everywhere=EVERYWHERE,
    )


@blueprint.post("/learned/reset")
def reset_factor() -> BaseResponse:
    form = FactorForm()
    if not form.validate():
        abort(422)
    operations.reset_factor(form.hash.data or EVERYWHERE, form.key, actor=required_staff())
    flash("It counts as if nobody had followed it until today.")
    return redirect(url_for("tuning.learned"), 303)


@blueprint.post("/learned/reset-all")
def reset_all() -> BaseResponse:
    count = operations.reset_all(actor=required_staff())
    flash(f"All is forgotten: {count} factor{'' if count == 1 else 's'}.")
    return redirect(url_for("tuning.learned"), 303)


@blueprint.post("/learned/switch/<any(on,off):state>")
def switch_learning(state: str) -> BaseResponse:
    operations.switch_learning(state == "on", actor=required_staff())
    flash(f"Learning is {state}.")
    return redirect(url_for("tuning.learned"), 303)


def _search_page(form: Any, message: str | None = None, *, done: bool = True) -> str:
    text, lang = " ".join((form.q.data or "").split()), form.lang.data
    found = None
    if text and not form.q.errors:
        found = search_documents(
            text,
            lang=lang,
            limit=RESULTS,
            adjustments=adjustments_for(text, lang),
            explain=True,
            nearest_kinds=KINDS,
        )
    return render_template("tuning/search.html", form=form, text=text, results=found, message=message, done=done)


def _back(form: WordsForm, message: str, *, done: bool = True) -> Answer:
    """To the page that the form came from, or the search once more: what was typed must not stand in an address."""
    back = local_path(form.back.data)
    if back or not staff_may("view", "search"):
        flash(message)
        return redirect(back or admin_home(), 303)
    return _search_page(form, message, done=done)


def _step(done: str, operation: Any, *arguments: Any) -> BaseResponse:
    """Do a step of one's change set and return to it."""
    try:
        operation(*arguments, actor=required_staff())
    except Refused as refused:
        done = str(refused)
    except NotFound:
        done = "You have no changes."
    flash(done)
    return redirect(url_for("tuning.changes"), 303)


def _edition_form() -> EditionForm:
    form = EditionForm()
    if not form.validate():
        abort(422)
    return form


def _to_words(row: Any) -> Response | BaseResponse:
    return redirect(url_for("tuning.words", kind=row.kind, id=row.record_id), 303)

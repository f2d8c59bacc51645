"""Pages on which editors look at the lists of related services and steer them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from ...catalogue.places.asking import ask_place
from ...identity.access import require
from ...identity.queries import required_staff
from ...identity.rules import local_path
from ...security import AudienceBlueprint
from ..editor_forms import (
    KIND_WORDS,
    LANGUAGE_CHOICES,
    BackForm,
    BalanceForm,
    ExclusionForm,
    LinkForm,
    ListForm,
    SeenForm,
    TargetForm,
    TrialForm,
)
from ..operations import steering
from ..operations.counting import next_behaviours
from ..operations.steering import Refused
from ..queries import editors, use
from ..queries.lists import setting_now, trial_now
from ..queries.report import figures
from ..rules.alarms import alarms
from ..store import now

blueprint = AudienceBlueprint("related_admin", __name__, audience="staff", url_prefix="/admin/related")
Answer = str | tuple[str, int] | Response
CHANGES_SHOWN = 20
# What is done to one link, and what is said when it is done.
_DEEDS: dict[str, tuple[Callable[..., Any], str]] = {
    "pin": (steering.pin, "It is pinned."),
    "unpin": (steering.unpin, "It is not pinned any more."),
    "up": (partial(steering.move_pin, by=-1), "It is one place up."),
    "down": (partial(steering.move_pin, by=1), "It is one place down."),
    "block": (steering.block, "It is blocked: it is never shown here."),
    "unblock": (steering.unblock, "It is not blocked any more."),
    "remove": (steering.remove_link, "The link is removed."),
}


@blueprint.before_request
def _only_for_those_who_steer() -> None:
    require("view" if request.method in ("GET", "HEAD") else "write", "related")


@blueprint.get("/")
def index() -> str:
    form, least = ListForm(request.args), _least()
    return render_template(
        "related/admin/index.html",
        form=form,
        found=editors.index(form.words, form.filter, form.page_number, least),
        filters=editors.FILTERS,
        alarms=alarms(use.health(least), now()),
        setting=setting_now(),
        least=least,
    )


@blueprint.get("/<uid>")
def service(uid: str) -> Answer:
    return _service_page(editors.head(uid))


@blueprint.get("/<uid>/add")
def find(uid: str) -> str:
    """Services to add to the list, by words of their titles."""
    of, words = editors.head(uid), request.args.get("q", "").strip()[:100]
    return render_template(
        "related/admin/add.html",
        of=of,
        words=words,
        found=editors.services_called(words, of.id),
        form=LinkForm(formdata=None),
    )


@blueprint.post("/<uid>/add")
def add(uid: str) -> Answer:
    """Add a link, or change one that an editor made, and pin it if wanted."""
    of, form = editors.head(uid), LinkForm()
    target = editors.head(form.target.data or "")
    if not form.validate():
        page = render_template("related/admin/add.html", of=of, words=target.title, found=[target], form=form)
        return page, 422
    try:
        saved = steering.save_link(of.id, target.id, str(form.kind.data), form.reason, actor=required_staff())
        pinned = steering.pin(of.id, target.id, actor=required_staff()) if form.pinned.data else None
    except Refused as refused:
        return _refuse(str(refused), "related_admin.service", uid=uid)
    flash(f"“{target.title}” is {'linked and ' if saved else ''}pinned." if pinned else f"“{target.title}” is linked.")
    return redirect(url_for("related_admin.service", uid=uid), 303)


@blueprint.post(f"/<uid>/<any({','.join(_DEEDS)}):deed>")
def decide(uid: str, deed: str) -> Answer:
    """Do something to one link in the list of a service."""
    form = TargetForm()
    if not form.validate():
        abort(422)
    of, target = editors.head(uid), editors.head(str(form.target.data))
    operation, done = _DEEDS[deed]
    return _do(
        lambda: operation(of.id, target.id, actor=required_staff()),
        done,
        "related_admin.service",
        uid=uid,
        **_seen_args(),
    )


@blueprint.post("/<uid>/exclusion")
def exclude(uid: str) -> Answer:
    form, of = ExclusionForm(), editors.head(uid)
    if not form.validate():
        abort(422)
    return _do(
        lambda: steering.exclude(
            of.id, as_source=bool(form.as_source.data), as_target=bool(form.as_target.data), actor=required_staff()
        ),
        "Saved. It holds at once.",
        "related_admin.service",
        uid=uid,
    )


@blueprint.get("/<uid>/next")
def next_of(uid: str) -> Answer:
    """What the next snapshot would change in the list of one service."""
    answer, moved = ask_place()
    if moved is not None:
        return moved
    of = editors.head(uid)
    after = next_behaviours() if _may_publish() else None
    return render_template(
        "related/admin/next_of.html",
        of=of,
        answer=answer,
        coming=editors.coming(of, after, answer.place) if after is not None else None,
        setting=setting_now(),
        least=_least(),
    )


@blueprint.get("/next")
def next_snapshot() -> str:
    """What the next snapshot would change in all lists."""
    after = next_behaviours() if _may_publish() else None
    rows = editors.all_coming(after) if after is not None else []
    return render_template(
        "related/admin/next.html",
        rows=rows[: editors.LONGEST_LIST],
        total=len(rows),
        share=editors.share_coming(after) if after is not None else None,
        snapshots=editors.snapshot_rows(),
        setting=setting_now(),
        least=_least(),
    )


@blueprint.post("/publish")
def publish() -> Answer:
    return _do(lambda: steering.publish_now(actor=required_staff()), "It is published.", "related_admin.next_snapshot")


@blueprint.post("/snapshots/<int:snapshot_id>")
def go_back(snapshot_id: int) -> Answer:
    return _do(
        lambda: steering.go_back(snapshot_id, actor=required_staff()),
        "That snapshot holds again, until the next one is published.",
        "related_admin.next_snapshot",
    )


@blueprint.get("/settings")
def settings() -> str:
    state = editors.state_row()
    return render_template(
        "related/admin/settings.html",
        state=state,
        balance=BalanceForm(formdata=None, data={"beta": str(float(state.beta))}),
        trial=TrialForm(formdata=None, curated_only=state.curated_only),
        changes=editors.change_rows(of_settings=True, limit=CHANGES_SHOWN),
    )


@blueprint.post("/settings/balance")
def set_balance() -> Answer:
    form = BalanceForm()
    if not form.validate():
        abort(422)
    return _do(
        lambda: steering.set_beta(form.value, actor=required_staff()),
        "The balance holds at once.",
        "related_admin.settings",
    )


@blueprint.post("/settings/learning/<any(on,off):state>")
def switch_learning(state: str) -> Answer:
    return _do(
        lambda: steering.switch_curated_only(state == "off", actor=required_staff()),
        f"What visits teach is {state}.",
        "related_admin.settings",
    )


@blueprint.post("/settings/trial")
def start_trial() -> Answer:
    form = TrialForm(curated_only=setting_now().curated_only)
    if not form.validate():
        abort(422)
    return _do(
        lambda: steering.start_trial(beta=form.beta, actor=required_staff()),
        "The trial runs.",
        "related_admin.settings",
    )


@blueprint.post("/settings/trial/stop")
def stop_trial() -> Answer:
    return _do(lambda: steering.stop_trial(actor=required_staff()), "The trial has ended.", "related_admin.settings")


@blueprint.get("/changes")
def changes() -> str:
    return render_template("related/admin/changes.html", changes=editors.change_rows())


@blueprint.post("/changes/<uid>/undo")
def undo(uid: str) -> Answer:
    form = BackForm()
    if not form.validate():
        abort(422)
    try:
        steering.undo(uid, actor=required_staff())
    except Refused as refused:
        return _refuse(str(refused), None, back=form.back.data)
    flash("It is undone.")
    return redirect(local_path(form.back.data) or url_for("related_admin.changes"), 303)


@blueprint.get("/report")
def report() -> str:
    return render_template("related/admin/report.html", report=figures(_least()), days=use.DAYS, least=_least())


def _service_page(of: editors.Head) -> Answer:
    answer, moved = ask_place()
    if moved is not None:
        return moved
    seen, trial = SeenForm(request.args), trial_now()
    setting = trial if trial is not None and seen.is_trial else setting_now()
    with force_locale(seen.language):
        shown, hidden = editors.listed(of, seen.language, _least(), answer.place, setting)
    return render_template(
        "related/admin/service.html",
        of=of,
        answer=answer,
        seen=seen,
        languages_to_see=LANGUAGE_CHOICES,
        has_trial=trial is not None,
        setting=setting,
        shown=shown,
        hidden=hidden,
        kind_words=KIND_WORDS,
        exclusion=ExclusionForm(formdata=None, data={"as_source": of.no_list, "as_target": of.in_no_list}),
        changes=editors.change_rows(of.id, limit=CHANGES_SHOWN),
        seen_args=_seen_args(),
        days=use.DAYS,
        least=_least(),
    )


def _do(operation: Callable[[], Any], done: str, endpoint: str, **values: Any) -> Answer:
    """Do something and return to a page, which says whether it was done."""
    try:
        changed = operation()
    except Refused as refused:
        return _refuse(str(refused), endpoint, **values)
    flash(done if changed is not None else "Nothing had to be changed.")
    return redirect(url_for(endpoint, **values), 303)


def _refuse(message: str, endpoint: str | None, back: str | None = None, **values: Any) -> Answer:
    """Say what could not be done. Nothing is kept of it."""
    address = local_path(back) or url_for(endpoint or "related_admin.changes", **values)
    return render_template("related/admin/refused.html", message=message, address=address), 409


def _seen_args() -> dict[str, str]:
    """As whom the list is seen, for the address of the page to return to."""
    return {name: value for name in ("place", "lang", "arm") if (value := request.args.get(name))}


def _may_publish() -> bool:
    """Whether enough visits came in; the next snapshot is not told before."""
    return bool(editors.state_row().fresh_visits >= _least())


def _least() -> int:
    least: int = current_app.config["RELATED_LEAST"]
    return least

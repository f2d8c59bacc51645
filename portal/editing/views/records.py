"""Lists of records, the page of one, its history, and new ones."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...identity.queries import required_staff
from ...identity.rules import may
from ...knowledge.queries import FlagRow, flags_of_article
from ...knowledge.statuses import STEPS
from .. import articles, kinds, operations, queries
from ..article_templates import templates
from ..form_page import statuses
from ..forms import ListForm, NewRecordForm
from ..operations import Refused
from ..queries import Head
from ..record_forms import fields_of, unit_names
from ..rules import Kind, Record, changes, sees_own_only
from .asking import Answer, editors_blueprint, kind_of, may_write, seen_head, written_head

blueprint = editors_blueprint("records", __name__)
PLURAL = f"<any({','.join(kinds.BY_PLURAL)}):plural>"


def listing(plural: str) -> str:
    entry, staff, form = kind_of(plural), required_staff(), ListForm(request.args)
    is_article = entry.kind == "article"
    only = articles.narrowed(form.audience.data or "", form.owner.data or "", form.due.data or "")
    found = queries.record_rows(entry.kind, staff, condition=only if is_article else None, **form.wanted())
    return render_template(
        "editing/records.html",
        entry=entry,
        found=found,
        form=form,
        notes=articles.notes([row.id for row in found.rows]) if is_article else {},
        owners=articles.owners() if is_article else [],
        statuses=statuses(entry.kind),
        agencies=queries.agency_choices(staff) if entry.kind == "service" else [],
        may_add=_may_add(entry.kind),
    )


for _plural in kinds.BY_PLURAL:
    # An address without variables for each, as the navigation needs it.
    blueprint.add_url_rule(f"/{_plural}", endpoint=_plural, view_func=listing, defaults={"plural": _plural})


@blueprint.get(f"/{PLURAL}/new")
def new(plural: str) -> str:
    entry = kind_of(plural)
    if not _may_add(entry.kind):
        abort(403)
    form = NewRecordForm(formdata=None, keyed=entry.is_keyed, data={"template": request.args.get("template", "")})
    return _new_page(entry, form)


@blueprint.post(f"/{PLURAL}/new")
def create(plural: str) -> Answer:
    entry, staff, form = kind_of(plural), required_staff(), NewRecordForm(keyed=kind_of(plural).is_keyed)
    if not _may_add(entry.kind):
        abort(403)
    if form.validate():
        slug = form.slug.data or ""
        if kinds.record_id_by_slug(entry.kind, slug):
            form.slug.errors = [f"Another {entry.words} has this slug"]
        else:
            try:
                draft = operations.start_new(entry.kind, _first_values(entry, form), actor=staff)
            except Refused as refused:
                form.agency.errors = [str(refused)]
            else:
                return redirect(url_for("drafts.edit", uid=draft.uid), 303)
    return _new_page(entry, form), 422


@blueprint.get(f"/{PLURAL}/<key>")
def record(plural: str, key: str) -> str:
    found = seen_head(plural, key)
    values = kinds.export(found.kind, found.id)
    mine = queries.active_draft(found.kind, found.id, required_staff().id)
    return render_template(
        "editing/record.html",
        entry=kinds.ALL[found.kind],
        record=found,
        values=values,
        fields=list(fields_of(found.kind)),
        origins=queries.who_wrote(found.kind, found.id, unit_names(found.kind)),
        drafts=queries.drafts_of_record(found.kind, found.id),
        versions=queries.version_rows(found.kind, found.id)[:5],
        flags=_flags(found),
        mine=mine,
        may_write=may_write(found),
        steps=STEPS.get(found.status or "", ()) if found.kind == "article" else (),
        files=articles.number_of_files(found.id) if found.kind == "article" else 0,
    )


@blueprint.post(f"/{PLURAL}/<key>/edit")
def start(plural: str, key: str) -> Response:
    found = written_head(plural, key)
    draft = operations.start_draft(found.kind, found.id, actor=required_staff())
    return redirect(url_for("drafts.edit", uid=draft.uid), 303)


@blueprint.post(f"/{PLURAL}/<key>/withdraw")
def withdraw(plural: str, key: str) -> Response:
    found = written_head(plural, key)
    if found.status is None:
        abort(404)
    try:
        draft = operations.withdraw(found.kind, found.id, actor=required_staff())
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for("records.record", plural=plural, key=key), 303)
    return redirect(url_for("drafts.draft", uid=draft.uid), 303)


@blueprint.get(f"/{PLURAL}/<key>/history")
def history(plural: str, key: str) -> str:
    found = seen_head(plural, key)
    return render_template(
        "editing/history.html",
        entry=kinds.ALL[found.kind],
        record=found,
        versions=queries.version_rows(found.kind, found.id),
        flags=_flags(found),
    )


@blueprint.get(f"/{PLURAL}/<key>/history/<int:number>")
def version(plural: str, key: str, number: int) -> str:
    found = seen_head(plural, key)
    chosen = queries.version(found.kind, found.id, number)
    before: Record = queries.version(found.kind, found.id, number - 1).values if number > 1 else {}
    return render_template(
        "editing/version.html",
        entry=kinds.ALL[found.kind],
        record=found,
        version=next(one for one in queries.version_rows(found.kind, found.id) if one.number == number),
        made=changes(before, chosen.values),
        since=changes(chosen.values, kinds.export(found.kind, found.id)),
        may_write=may_write(found),
    )


@blueprint.post(f"/{PLURAL}/<key>/history/<int:number>/restore")
def restore(plural: str, key: str, number: int) -> Response:
    found = written_head(plural, key)
    chosen = queries.version(found.kind, found.id, number)
    try:
        draft = operations.restore_version(found.kind, found.id, chosen, actor=required_staff())
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for("records.version", plural=plural, key=key, number=number), 303)
    return redirect(url_for("drafts.draft", uid=draft.uid), 303)


def _flags(found: Head) -> list[FlagRow]:
    return flags_of_article(found.id) if found.kind == "article" else []


def _may_add(kind: Kind) -> bool:
    staff = required_staff()
    own = kind == "service" and any(may(staff, "write", kind, agency_id=one) for one in staff.agency_ids)
    return own or may(staff, "write", kind)


def _first_values(entry: kinds.KindOf, form: NewRecordForm) -> Record:
    values: Record = {"slug": form.slug.data, entry.title: {"en": form.title.data}}
    if entry.kind == "fact":
        values |= {"about": "person", "type": "boolean", "topic": "you"}
    if entry.kind == "service":
        values |= {"agency": form.agency.data or "", "status": "published", "owner": required_staff().name}
    if entry.kind == "article":
        values |= {"status": entry.shown, "audience": "public", "owner": required_staff().name}
        if chosen := templates().get(form.template.data or ""):
            values |= chosen.values
    return values


def _new_page(entry: kinds.KindOf, form: NewRecordForm) -> str:
    staff = required_staff()
    return render_template(
        "editing/new.html",
        entry=entry,
        form=form,
        agencies=queries.agency_choices(staff, for_writing=True) if entry.kind == "service" else [],
        own_only=sees_own_only(staff),
        templates=templates().values() if entry.kind == "article" else [],
    )

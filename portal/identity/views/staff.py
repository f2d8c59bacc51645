"""All accounts, for administrators."""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...errors import NotFound
from ...security import AudienceBlueprint
from .. import queries
from ..access import idle_time
from ..forms import NewStaffForm, RolesForm
from ..operations import accounts, sign_in
from ..queries import StaffRow, required_staff

blueprint = AudienceBlueprint("staff", __name__, audience="admin", url_prefix="/admin/staff")

Answer = str | tuple[str, int] | Response


@blueprint.get("/")
def everyone() -> str:
    return render_template("identity/everyone.html", rows=queries.staff_rows())


@blueprint.get("/new")
def new() -> str:
    form = NewStaffForm(formdata=None, agencies=queries.agency_choices())
    return render_template("identity/new.html", form=form)


@blueprint.post("/new")
def create() -> Answer:
    form = NewStaffForm(agencies=queries.agency_choices())
    if form.validate():
        actor = required_staff()
        try:
            staff = accounts.create_staff(
                form.email.data or "",
                form.name.data or "",
                form.roles.data or [],
                agency_ids=form.agencies.data or [],
                actor=actor,
            )
        except accounts.Refused as refused:
            form.email.errors = [str(refused)]
        else:
            return _link_page(staff.uid, accounts.give_password_link(staff, actor=actor))
    return render_template("identity/new.html", form=form), 422


@blueprint.get("/<uid>")
def person(uid: str) -> str:
    row = _row(uid)
    data = {"roles": sorted(row.staff.roles), "agencies": sorted(row.staff.agency_ids)}
    return _person_page(row, RolesForm(formdata=None, data=data, agencies=queries.agency_choices()))


@blueprint.post("/<uid>")
def change_roles(uid: str) -> Answer:
    row = _row(uid)
    form = RolesForm(agencies=queries.agency_choices())
    if form.validate():
        try:
            accounts.change_roles(
                row.staff, form.roles.data or [], agency_ids=form.agencies.data or [], actor=required_staff()
            )
        except accounts.Refused as refused:
            form.roles.errors = [str(refused)]
        else:
            return _back(uid, "The roles are saved.")
    return _person_page(row, form), 422


@blueprint.post("/<uid>/disable")
def disable(uid: str) -> Answer:
    row = _row(uid)
    try:
        accounts.disable_staff(row.staff, actor=required_staff())
    except accounts.Refused as refused:
        form = RolesForm(
            formdata=None,
            data={"roles": sorted(row.staff.roles), "agencies": sorted(row.staff.agency_ids)},
            agencies=queries.agency_choices(),
        )
        form.form_errors.append(str(refused))
        return _person_page(row, form), 422
    return _back(uid, "The account is disabled.")


@blueprint.post("/<uid>/enable")
def enable(uid: str) -> Response:
    accounts.enable_staff(_row(uid).staff, actor=required_staff())
    return _back(uid, "The account is enabled.")


@blueprint.post("/<uid>/reset-second-factor")
def reset_second_factor(uid: str) -> Response:
    accounts.reset_second_factor(_row(uid).staff, actor=required_staff())
    return _back(uid, "The second step is reset.")


@blueprint.post("/<uid>/revoke-sessions")
def revoke_sessions(uid: str) -> Response:
    sign_in.revoke_sessions(_row(uid).staff, actor=required_staff())
    return _back(uid, "All sessions have ended.")


@blueprint.post("/<uid>/password-link")
def password_link(uid: str) -> str:
    row = _row(uid)
    return _link_page(uid, accounts.give_password_link(row.staff, actor=required_staff()))


def _row(uid: str) -> StaffRow:
    rows = queries.staff_rows(uid)
    if not rows:
        raise NotFound(uid)
    return rows[0]


def _back(uid: str, done: str) -> Response:
    flash(done)
    return redirect(url_for("staff.person", uid=uid), 303)


def _person_page(row: StaffRow, form: RolesForm) -> str:
    return render_template(
        "identity/person.html",
        form=form,
        row=row,
        is_self=row.staff.id == required_staff().id,
        sessions=queries.sessions_of(row.staff.id, idle=idle_time()),
        audit=queries.audit_rows_of_staff(row.staff),
    )


def _link_page(uid: str, key: str) -> str:
    path = url_for("sign_in.set_password", key=key)
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return render_template("identity/link.html", row=_row(uid), link=f"{base}{path}")

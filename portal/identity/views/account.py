"""One's own account: name, password, where one is signed in, recovery codes."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ...security import AudienceBlueprint
from .. import queries
from ..access import forget_session, idle_time, this_session
from ..forms import ChangePasswordForm, ConfirmForm, NameForm
from ..operations import accounts, sign_in
from ..queries import required_staff

blueprint = AudienceBlueprint("account", __name__, audience="staff", url_prefix="/admin")

Answer = str | tuple[str, int] | Response


@blueprint.get("/account")
def account() -> str:
    return _account_page(NameForm(formdata=None, data={"name": required_staff().name}))


@blueprint.post("/account")
def rename() -> Answer:
    form = NameForm()
    if not form.validate():
        return _account_page(form), 422
    accounts.rename(form.name.data or "", actor=required_staff())
    flash("Your name is saved.")
    return redirect(url_for("account.account"), 303)


@blueprint.get("/account/password")
def password() -> str:
    return render_template("identity/password.html", form=ChangePasswordForm(formdata=None))


@blueprint.post("/account/password")
def change_password() -> Answer:
    form = ChangePasswordForm()
    if form.validate():
        try:
            accounts.change_password(
                form.current.data or "",
                form.password.data or "",
                session_uid=this_session().session_uid,
                actor=required_staff(),
            )
        except accounts.WrongPassword as wrong:
            form.current.errors = [str(wrong)]
        except accounts.Refused as refused:
            form.password.errors = [str(refused)]
        else:
            flash("Your password is changed. Your other sessions have ended.")
            return redirect(url_for("account.account"), 303)
    return render_template("identity/password.html", form=form), 422


@blueprint.post("/account/sessions/<uid>/revoke")
def revoke_session(uid: str) -> Answer:
    if uid == this_session().session_uid:
        return sign_out()
    if not sign_in.revoke_session(uid, actor=required_staff()):
        abort(404)
    flash("The session has ended.")
    return redirect(url_for("account.account"), 303)


@blueprint.post("/account/sessions/revoke-others")
def revoke_other_sessions() -> Response:
    staff = required_staff()
    sign_in.revoke_sessions(staff, actor=staff, but=this_session().session_uid)
    flash("Your other sessions have ended.")
    return redirect(url_for("account.account"), 303)


@blueprint.get("/account/recovery-codes")
def recovery_codes() -> str:
    return render_template("identity/recovery_codes.html", form=ConfirmForm(formdata=None))


@blueprint.post("/account/recovery-codes")
def renew_recovery_codes() -> Answer:
    form = ConfirmForm()
    if form.validate():
        try:
            codes = accounts.renew_recovery_codes(form.current.data or "", actor=required_staff())
        except accounts.Refused as refused:
            form.current.errors = [str(refused)]
        else:
            return render_template("identity/new_codes.html", codes=codes)
    return render_template("identity/recovery_codes.html", form=form), 422


@blueprint.post("/sign-out")
def sign_out() -> Response:
    sign_in.sign_out(this_session().session_uid, actor=required_staff())
    return forget_session(redirect(url_for("sign_in.sign_in"), 303))


def _account_page(form: NameForm) -> str:
    staff = required_staff()
    return render_template(
        "identity/account.html",
        form=form,
        staff=staff,
        sessions=queries.sessions_of(staff.id, idle=idle_time()),
        this_session=this_session().session_uid,
        codes_left=queries.recovery_codes_left(staff.id),
    )

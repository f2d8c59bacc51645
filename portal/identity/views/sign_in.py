"""Signing in, in two steps, and setting a password by a link. Everyone can reach these pages."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from pyotp import TOTP
from werkzeug.wrappers import Response

from ...database import transaction
from ...extensions import limiter
from ...security import AudienceBlueprint
from ..access import SIGN_IN_COOKIE, first_page, session_life, start_session, wait_for_code
from ..forms import CodeForm, NewPasswordForm, SetUpForm, SignInForm
from ..operations import accounts
from ..operations import sign_in as operations
from ..queries import TicketHolder, ticket_holder
from ..rules import browser_family, local_path

blueprint = AudienceBlueprint("sign_in", __name__, audience="public", url_prefix="/admin")

NOT_LET_IN = (
    "The e-mail address or the password is not right. After several wrong tries an account is locked for a while: "
    "wait, then try again"
)
NO_CODE = (
    "The code is not right, or was used before. Enter a new one. After several wrong tries the account is locked for "
    "a while"
)
Answer = str | tuple[str, int] | Response


def _limit() -> str:
    limit: str = current_app.config["SIGN_IN_LIMIT"]
    return limit


@blueprint.get("/sign-in")
def sign_in() -> str:
    form = SignInForm(formdata=None)
    form.next.data = local_path(request.args.get("next"))
    return render_template("identity/sign_in.html", form=form)


@blueprint.post("/sign-in")
@limiter.limit(_limit)
def check_password() -> Answer:
    form = SignInForm()
    if not form.validate():
        return render_template("identity/sign_in.html", form=form), 422
    # Committed whatever the outcome: wrong tries are counted.
    with transaction():
        ticket = operations.check_password(form.email.data or "", form.password.data or "")
    if ticket is None:
        form.form_errors.append(NOT_LET_IN)
        return render_template("identity/sign_in.html", form=form), 422
    holder = ticket_holder(ticket, "sign_in")
    step = "sign_in.code" if holder and holder.totp_confirmed else "sign_in.set_up"
    return wait_for_code(redirect(url_for(step, next=local_path(form.next.data)), 303), ticket)


@blueprint.get("/sign-in/code")
def code() -> Answer:
    if _holder() is None:
        return redirect(url_for("sign_in.sign_in"), 303)
    form = CodeForm(formdata=None)
    form.next.data = local_path(request.args.get("next"))
    return render_template("identity/code.html", form=form)


@blueprint.post("/sign-in/code")
@limiter.limit(_limit)
def check_code() -> Answer:
    form = CodeForm()
    holder = _holder()
    if holder is None or not holder.totp_confirmed:
        return redirect(url_for("sign_in.sign_in"), 303)
    entry = _enter(form)
    if entry is None:
        return render_template("identity/code.html", form=form), 422
    return start_session(redirect(_destination(form, entry), 303), entry.key)


@blueprint.get("/sign-in/set-up")
def set_up() -> Answer:
    holder = _holder()
    if holder is None or holder.totp_secret is None:
        return redirect(url_for("sign_in.sign_in"), 303)
    form = SetUpForm(formdata=None)
    form.next.data = local_path(request.args.get("next"))
    return _set_up_page(form, holder)


@blueprint.post("/sign-in/set-up")
@limiter.limit(_limit)
def confirm_set_up() -> Answer:
    form = SetUpForm()
    holder = _holder()
    if holder is None or holder.totp_secret is None:
        return redirect(url_for("sign_in.sign_in"), 303)
    entry = _enter(form)
    if entry is None:
        return _set_up_page(form, holder), 422
    page = render_template(
        "identity/first_codes.html", codes=entry.recovery_codes, destination=_destination(form, entry)
    )
    return start_session(current_app.response_class(page), entry.key)


@blueprint.get("/set-password/<key>")
def set_password(key: str) -> tuple[str, int]:
    return _password_page(NewPasswordForm(formdata=None), key)


@blueprint.post("/set-password/<key>")
@limiter.limit(_limit)
def save_password(key: str) -> Answer:
    form = NewPasswordForm()
    if not form.validate():
        return _password_page(form, key, 422)
    try:
        is_set = accounts.set_password_by_link(key, form.password.data or "")
    except accounts.Refused as refused:
        form.password.errors = [str(refused)]
        return _password_page(form, key, 422)
    if not is_set:
        return _password_page(form, key)
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("sign_in.sign_in"), 303)


def _holder() -> TicketHolder | None:
    return ticket_holder(request.cookies.get(SIGN_IN_COOKIE), "sign_in")


def _enter(form: CodeForm) -> operations.Entry | None:
    """The session that a code opens; without one the form says why. Committed whatever the outcome."""
    if not form.validate():
        return None
    with transaction():
        entry = operations.check_code(
            request.cookies[SIGN_IN_COOKIE],
            form.code.data or "",
            browser=browser_family(request.user_agent.string),
            life=session_life(),
        )
    if entry is None:
        form.code.errors = [NO_CODE]
    return entry


def _destination(form: CodeForm, entry: operations.Entry) -> str:
    path = local_path(form.next.data)
    if path:
        return request.script_root + path
    return url_for(first_page(entry.staff))


def _set_up_page(form: SetUpForm, holder: TicketHolder) -> str:
    secret = holder.totp_secret or ""
    address = TOTP(secret).provisioning_uri(name=holder.email, issuer_name="Portico")
    return render_template(
        "identity/set_up.html",
        form=form,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )


def _password_page(form: NewPasswordForm, key: str, status: int = 200) -> tuple[str, int]:
    holder = ticket_holder(key, "set_password")
    if holder is None:
        return render_template("identity/link_over.html"), 410
    return render_template("identity/set_password.html", form=form, holder=holder, key=key), status

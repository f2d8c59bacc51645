"""Accounts of staff. ``actor`` is who does it; None for the command line, which is not bound by who they are."""

from collections.abc import Collection

import sqlalchemy as sa

from ...database import replace_rows
from ...errors import NotFound, PortalError
from ...extensions import db
from .. import keys
from ..models import RecoveryCode, StaffAgency, StaffMember, StaffTicket, now
from ..rules import Staff, fold_email, is_email, password_problem, roles_problem
from .audit import record_audit
from .sign_in import give_ticket, replace_recovery_codes, revoke_sessions, ticket_member


class Refused(PortalError):
    """The change is not allowed or not possible. The message says why, in words for the person who asked."""


class WrongPassword(Refused):
    """Who asked does not know the password of the account."""


def create_staff(
    email: str,
    name: str,
    roles: Collection[str],
    *,
    agency_ids: Collection[int] = (),
    password: str | None = None,
    actor: Staff | None,
) -> Staff:
    """Add an account. Without a password it needs a link: see ``give_password_link``. Raises Refused."""
    email, name = fold_email(email), " ".join(name.split())
    if not is_email(email):
        raise Refused("The e-mail address must be like name@example.gov")
    if not name or len(name) > 100:
        raise Refused("The name must have between 1 and 100 characters")
    problem = roles_problem(roles, agency_ids)
    problem = problem or (password_problem(password, email, name) if password is not None else None)
    if problem:
        raise Refused(problem)
    if db.session.scalar(sa.select(StaffMember.id).where(StaffMember.email == email)):
        raise Refused("There is an account with this e-mail address")
    member = StaffMember(
        email=email,
        name=name,
        roles=sorted(roles),
        password_hash=keys.hash_password(password) if password is not None else None,
    )
    db.session.add(member)
    db.session.flush()
    _set_agencies(member, agency_ids)
    record_audit("create", "staff", member.uid, actor=actor, note=_rights(roles, agency_ids))
    return _staff(member, agency_ids)


def change_roles(staff: Staff, roles: Collection[str], *, agency_ids: Collection[int], actor: Staff | None) -> None:
    """Give someone other roles and agencies; the next request already meets them. Raises Refused."""
    if problem := roles_problem(roles, agency_ids):
        raise Refused(problem)
    _lock_accounts()
    member = _member(staff)
    if "administrator" in member.roles and "administrator" not in roles:
        _keep_an_administrator(staff, actor)
    member.roles = sorted(roles)
    _set_agencies(member, agency_ids)
    record_audit("change roles", "staff", staff.uid, actor=actor, note=_rights(roles, agency_ids))


def disable_staff(staff: Staff, *, actor: Staff | None) -> None:
    """Let someone in no more, and end what they are signed in to. Raises Refused."""
    if actor is not None and actor.id == staff.id:
        raise Refused("You cannot disable your own account")
    _lock_accounts()
    member = _member(staff)
    if "administrator" in member.roles:
        _keep_an_administrator(staff, actor)
    member.disabled_at = member.disabled_at or now()
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.staff_id == staff.id))
    record_audit("disable", "staff", staff.uid, actor=actor)
    revoke_sessions(staff, actor=actor)


def enable_staff(staff: Staff, *, actor: Staff | None) -> None:
    """Let someone in again, with the password and second factor that they had."""
    _member(staff).disabled_at = None
    record_audit("enable", "staff", staff.uid, actor=actor)


def reset_second_factor(staff: Staff, *, actor: Staff | None) -> None:
    """Take away the second factor and the recovery codes: the next sign-in sets up new ones. Ends all sessions."""
    member = _member(staff)
    member.totp_secret, member.totp_confirmed, member.last_totp_step = None, False, None
    member.failed_sign_ins, member.locked_until = 0, None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.staff_id == staff.id))
    record_audit("reset second factor", "staff", staff.uid, actor=actor)
    revoke_sessions(staff, actor=actor)


def give_password_link(staff: Staff, *, actor: Staff | None) -> str:
    """The key of a link with which someone sets a password once, within 24 hours. Earlier links are void."""
    record_audit("give password link", "staff", staff.uid, actor=actor)
    return give_ticket(staff.id, "set_password")


def set_password_by_link(ticket: str, password: str) -> bool:
    """Set the password of whom the link was made for; False where the link is over. Ends all sessions, lifts a lock.

    Raises Refused for a weak password, and the link stays good.
    """
    member = ticket_member(ticket, "set_password")
    if member is None or member.disabled_at:
        return False
    _set_password(member, password)
    member.failed_sign_ins, member.locked_until = 0, None
    staff = _staff(member)
    record_audit("set password by link", "staff", member.uid, actor=staff)
    revoke_sessions(staff, actor=staff)
    return True


def change_password(current: str, new: str, *, session_uid: str, actor: Staff) -> None:
    """Change one's own password and end one's other sessions. Raises Refused."""
    member = _member(actor)
    _check_own_password(member, current)
    _set_password(member, new)
    record_audit("change password", "staff", actor.uid, actor=actor)
    revoke_sessions(actor, actor=actor, but=session_uid)


def rename(name: str, *, actor: Staff) -> None:
    """Change one's own name."""
    _member(actor).name = name
    record_audit("rename", "staff", actor.uid, actor=actor)


def renew_recovery_codes(password: str, *, actor: Staff) -> list[str]:
    """New recovery codes for oneself; the old ones are void. Raises Refused."""
    _check_own_password(_member(actor), password)
    record_audit("renew recovery codes", "staff", actor.uid, actor=actor)
    return replace_recovery_codes(actor.id)


def _member(staff: Staff) -> StaffMember:
    member = db.session.get(StaffMember, staff.id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound(staff.uid)
    return member


def _lock_accounts() -> None:
    """Lock all accounts, always in the same order: two who take each other's rights away wait, and do not deadlock."""
    db.session.execute(sa.select(StaffMember.id).order_by(StaffMember.id).with_for_update())


def _keep_an_administrator(staff: Staff, actor: Staff | None) -> None:
    """Refuse where nobody else could sign in as an administrator. All accounts must be locked."""
    if actor is not None and actor.id == staff.id:
        raise Refused("You cannot take away your own administrator role")
    query = sa.select(StaffMember)
    members = db.session.scalars(query.execution_options(populate_existing=True)).all()
    if not any(
        "administrator" in member.roles and member.password_hash and not member.disabled_at and member.id != staff.id
        for member in members
    ):
        raise Refused("This is the last administrator who can sign in")


def _set_agencies(member: StaffMember, agency_ids: Collection[int]) -> None:
    replace_rows(StaffAgency, "staff_id", member.id, [{"agency_id": one} for one in sorted(agency_ids)])


def _set_password(member: StaffMember, password: str) -> None:
    if problem := password_problem(password, member.email, member.name):
        raise Refused(problem)
    member.password_hash = keys.hash_password(password)
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.staff_id == member.id))


def _check_own_password(member: StaffMember, password: str) -> None:
    if not keys.password_is_right(member.password_hash, password):
        raise WrongPassword("The current password is not right")


def _rights(roles: Collection[str], agency_ids: Collection[int]) -> dict[str, list[str] | list[int]]:
    return {"roles": sorted(roles), "agency_ids": sorted(agency_ids)}


def _staff(member: StaffMember, agency_ids: Collection[int] = ()) -> Staff:
    return Staff(member.id, member.uid, member.name, member.email, frozenset(member.roles), frozenset(agency_ids))

"""Signing in and out.

A try locks the row of the account until its outcome is written down, so that tries at the same time are counted one
by one. Outcomes are returned and not raised: the count of wrong tries must be committed.
"""

import datetime
from dataclasses import dataclass

import sqlalchemy as sa

from ...extensions import db
from .. import keys
from ..models import RecoveryCode, StaffMember, StaffSession, StaffTicket, now
from ..queries import Purpose
from ..rules import Staff, accepted_step, fold_email, lock_minutes
from .audit import record_audit

TICKET_LIFE: dict[Purpose, datetime.timedelta] = {
    "sign_in": datetime.timedelta(minutes=10),
    "set_password": datetime.timedelta(hours=24),
}
SEEN_EVERY = datetime.timedelta(minutes=1)
KEPT_AFTER_END = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """The key of a new session, whose it is, and recovery codes where they were made just now and are to be shown."""

    key: str
    staff: Staff
    recovery_codes: list[str]


def check_password(email: str, password: str) -> str | None:
    """The key of a ticket for the second step; None where address and password do not let anyone in now.

    Why they do not is not told, and takes the same work: no such account, wrong password, locked, disabled.
    """
    member = _locked(StaffMember.email == fold_email(email))
    is_right = keys.password_is_right(member.password_hash if member else None, password)
    if member is None or member.password_hash is None or member.disabled_at or _is_locked(member):
        return None
    if not is_right:
        _count_failure(member, "password")
        return None
    if keys.needs_new_hash(member.password_hash):
        member.password_hash = keys.hash_password(password)
    if not member.totp_confirmed:
        member.totp_secret = keys.encrypt(keys.new_totp_secret())
    return give_ticket(member.id, "sign_in")


def check_code(ticket: str, code: str, *, browser: str, life: datetime.timedelta) -> Entry | None:
    """A session for a ticket and a code of the authenticator app or a recovery code; None where the code is wrong.

    Where the second factor is still to be confirmed, a right code confirms it, and recovery codes come along.
    A ticket that is over, or an account that got locked, is a wrong code too.
    """
    member = ticket_member(ticket, "sign_in")
    if member is None or member.disabled_at or _is_locked(member):
        return None
    secret = keys.decrypt(member.totp_secret) if member.totp_secret else None
    step = accepted_step(secret, code, now(), member.last_totp_step) if secret else None
    by_recovery_code = step is None and member.totp_confirmed and _use_recovery_code(member.id, code)
    if step is None and not by_recovery_code:
        _count_failure(member, "code")
        return None
    if step is not None:
        member.last_totp_step = step
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.key_hash == keys.hash_key(ticket)))
    member.failed_sign_ins, member.locked_until = 0, None
    staff = _staff(member)
    codes = []
    if not member.totp_confirmed:
        member.totp_confirmed = True
        codes = replace_recovery_codes(member.id)
        record_audit("confirm second factor", "staff", member.uid, actor=staff)
    note = {"browser": browser} | ({"by": "recovery code"} if by_recovery_code else {})
    record_audit("sign in", "staff", member.uid, actor=staff, note=note)
    return Entry(begin_session(member.id, browser=browser, life=life), staff, codes)


def begin_session(staff_id: int, *, browser: str, life: datetime.timedelta) -> str:
    """Open a session and return its key, which is stored nowhere."""
    key = keys.new_key()
    at = now()
    db.session.add(
        StaffSession(
            key_hash=keys.hash_key(key),
            staff_id=staff_id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + life,
            browser=browser,
        )
    )
    db.session.flush()
    return key


def note_use(session_id: int) -> None:
    """Note that a session is in use; once a minute is enough."""
    at = now()
    db.session.execute(
        sa.update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.last_seen_at < at - SEEN_EVERY)
        .values(last_seen_at=at)
    )


def sign_out(session_uid: str, *, actor: Staff) -> None:
    """End the session that someone is working in."""
    _end(StaffSession.uid == session_uid, StaffSession.staff_id == actor.id)
    record_audit("sign out", "staff", actor.uid, actor=actor)


def revoke_session(session_uid: str, *, actor: Staff) -> bool:
    """End one of one's own sessions; False where there is none of that uid."""
    ended = _end(StaffSession.uid == session_uid, StaffSession.staff_id == actor.id)
    if ended:
        record_audit("revoke session", "staff", actor.uid, actor=actor)
    return bool(ended)


def revoke_sessions(staff: Staff, *, actor: Staff | None, but: str | None = None) -> int:
    """End all sessions of someone, except the one of the uid ``but``; returns how many."""
    conditions = [StaffSession.staff_id == staff.id]
    if but is not None:
        conditions.append(StaffSession.uid != but)
    ended = _end(*conditions)
    record_audit("revoke sessions", "staff", staff.uid, actor=actor, note={"ended": ended})
    return ended


def give_ticket(staff_id: int, purpose: Purpose) -> str:
    """A key for one step. Tickets of the same purpose that the person had are void."""
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.staff_id == staff_id, StaffTicket.purpose == purpose))
    key = keys.new_key()
    db.session.add(
        StaffTicket(
            key_hash=keys.hash_key(key), staff_id=staff_id, purpose=purpose, expires_at=now() + TICKET_LIFE[purpose]
        )
    )
    db.session.flush()
    return key


def ticket_member(ticket: str, purpose: Purpose) -> StaffMember | None:
    """The account of a ticket, locked for the transaction; None where the ticket is not good, or used meanwhile."""

    def owner() -> int | None:
        return db.session.scalar(
            sa.select(StaffTicket.staff_id).where(
                StaffTicket.key_hash == keys.hash_key(ticket),
                StaffTicket.purpose == purpose,
                StaffTicket.expires_at > now(),
            )
        )

    staff_id = owner()
    member = _locked(StaffMember.id == staff_id) if staff_id is not None else None
    return member if member is not None and owner() is not None else None


def replace_recovery_codes(staff_id: int) -> list[str]:
    """New recovery codes in place of the old ones; the only time that they can be shown."""
    codes = keys.new_recovery_codes()
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    db.session.add_all(
        RecoveryCode(code_hash=keys.hash_recovery_code(staff_id, code), staff_id=staff_id) for code in codes
    )
    db.session.flush()
    return codes


def forget_old_sessions() -> None:
    """Remove sessions that ended a while ago, and tickets that are over."""
    db.session.execute(sa.delete(StaffSession).where(StaffSession.expires_at < now() - KEPT_AFTER_END))
    db.session.execute(sa.delete(StaffTicket).where(StaffTicket.expires_at < now()))


def _locked(condition: sa.ColumnElement[bool]) -> StaffMember | None:
    query = sa.select(StaffMember).where(condition).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def _is_locked(member: StaffMember) -> bool:
    return member.locked_until is not None and member.locked_until > now()


def _count_failure(member: StaffMember, step: str) -> None:
    member.failed_sign_ins += 1
    minutes = lock_minutes(member.failed_sign_ins)
    if minutes:
        member.locked_until = now() + datetime.timedelta(minutes=minutes)
    record_audit("fail to sign in", "staff", member.uid, actor=None, note={"step": step, "locked_minutes": minutes})


def _use_recovery_code(staff_id: int, code: str) -> bool:
    result = db.session.execute(
        sa.delete(RecoveryCode).where(
            RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == keys.hash_recovery_code(staff_id, code)
        )
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _end(*conditions: sa.ColumnElement[bool]) -> int:
    result = db.session.execute(
        sa.update(StaffSession).where(StaffSession.revoked_at.is_(None), *conditions).values(revoked_at=now())
    )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def _staff(member: StaffMember) -> Staff:
    return Staff(member.id, member.uid, member.name, member.email, frozenset(member.roles))

"""Reads of identity."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from flask import abort, g

from ..extensions import db
from ..i18n import DEFAULT_LANGUAGE, require
from .keys import decrypt, hash_key
from .models import AuditEntry, RecoveryCode, StaffAgency, StaffMember, StaffSession, StaffTicket, agency, now
from .rules import Staff

Purpose = Literal["sign_in", "set_password"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good now, and whose it is."""

    staff: Staff
    session_id: int
    session_uid: str
    last_seen_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the list that its owner sees."""

    uid: str
    browser: str
    created_at: datetime.datetime
    last_seen_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account as administrators see it. ``agencies`` are names."""

    staff: Staff
    agencies: tuple[str, ...]
    has_password: bool
    has_second_factor: bool
    disabled_at: datetime.datetime | None
    created_at: datetime.datetime
    last_seen_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Whom a ticket belongs to. ``totp_secret`` only as long as it is not confirmed."""

    name: str
    email: str
    totp_confirmed: bool
    totp_secret: str | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that someone did; ``who`` is their name, None for the command line."""

    at: datetime.datetime
    who: str | None
    verb: str
    kind: str
    record: str
    note: dict[str, Any] | None


def current_staff() -> Staff | None:
    """Who is signed in, in a request for a page of staff; None on every page that is for others too.

    The session was read when the request came in: asking costs nothing.
    """
    signed_in: SignedIn | None = g.get("signed_in")
    return signed_in.staff if signed_in else None


def required_staff() -> Staff:
    """Who is signed in; 403 where nobody is."""
    return current_staff() or abort(403)


def signed_in_by_key(key: str, *, idle: datetime.timedelta) -> SignedIn | None:
    """Who is signed in with a session key, unless the session has ended in one of the ways it can."""
    at = now()
    row = db.session.execute(
        sa.select(
            StaffSession.id.label("session_id"),
            StaffSession.uid.label("session_uid"),
            StaffSession.last_seen_at,
            *_STAFF_COLUMNS,
        )
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(
            StaffSession.key_hash == hash_key(key),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > at,
            StaffSession.last_seen_at > at - idle,
            StaffMember.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return SignedIn(_staff(row, _agency_ids([row.id])[row.id]), row.session_id, row.session_uid, row.last_seen_at)


def staff_by_email(email: str) -> Staff | None:
    """The account of a folded address, disabled or not."""
    return _one_staff(StaffMember.email == email)


def staff_by_id(staff_id: int) -> Staff | None:
    """The account of an id, disabled or not."""
    return _one_staff(StaffMember.id == staff_id)


def staff_names(staff_ids: Collection[int]) -> dict[int, str]:
    """Names by id, of those who have left too."""
    rows = db.session.execute(sa.select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(staff_ids)))
    return {row.id: row.name for row in rows}


def staff_rows(uid: str | None = None) -> list[StaffRow]:
    """All accounts by name, or the one of a uid."""
    last_seen = (
        sa.select(sa.func.max(StaffSession.last_seen_at))
        .where(StaffSession.staff_id == StaffMember.id)
        .scalar_subquery()
    )
    query = sa.select(
        *_STAFF_COLUMNS,
        StaffMember.password_hash.is_not(None).label("has_password"),
        StaffMember.totp_confirmed,
        StaffMember.disabled_at,
        StaffMember.created_at,
        last_seen.label("last_seen_at"),
    ).order_by(StaffMember.name, StaffMember.id)
    if uid is not None:
        query = query.where(StaffMember.uid == uid)
    rows = db.session.execute(query).all()
    agency_ids = _agency_ids([row.id for row in rows])
    names = dict(agency_choices()) if agency_ids else {}
    return [
        StaffRow(
            _staff(row, agency_ids[row.id]),
            tuple(sorted(names[one] for one in agency_ids[row.id])),
            row.has_password,
            row.totp_confirmed,
            row.disabled_at,
            row.created_at,
            row.last_seen_at,
        )
        for row in rows
    ]


def sessions_of(staff_id: int, *, idle: datetime.timedelta) -> list[SessionRow]:
    """Where someone is signed in now, the last used first."""
    at = now()
    rows = db.session.execute(
        sa.select(StaffSession.uid, StaffSession.browser, StaffSession.created_at, StaffSession.last_seen_at)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > at,
            StaffSession.last_seen_at > at - idle,
        )
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


def recovery_codes_left(staff_id: int) -> int:
    """How many recovery codes someone has not used."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)
    return db.session.execute(query).scalar_one()


def ticket_holder(key: str | None, purpose: Purpose) -> TicketHolder | None:
    """Whom a ticket belongs to, if it is still good."""
    if not key:
        return None
    row = db.session.execute(
        sa.select(StaffMember.name, StaffMember.email, StaffMember.totp_confirmed, StaffMember.totp_secret)
        .join(StaffTicket, StaffTicket.staff_id == StaffMember.id)
        .where(
            StaffTicket.key_hash == hash_key(key),
            StaffTicket.purpose == purpose,
            StaffTicket.expires_at > now(),
            StaffMember.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    secret = decrypt(row.totp_secret) if row.totp_secret and not row.totp_confirmed else None
    return TicketHolder(row.name, row.email, row.totp_confirmed, secret)


def agency_choices() -> list[tuple[int, str]]:
    """Ids and names of all agencies, by name."""
    rows = db.session.execute(sa.select(agency.c.id, agency.c.name))
    return sorted(((row.id, str(require(row.name, DEFAULT_LANGUAGE))) for row in rows), key=lambda choice: choice[1])


def agency_ids_by_slug(slugs: Collection[str]) -> dict[str, int]:
    """Ids of the agencies that exist."""
    rows = db.session.execute(sa.select(agency.c.slug, agency.c.id).where(agency.c.slug.in_(slugs)))
    return {row.slug: row.id for row in rows}


def audit_rows(*, kind: str, record: str, limit: int = 50) -> list[AuditRow]:
    """What was done to a record, the latest first."""
    return _audit_rows(sa.and_(AuditEntry.kind == kind, AuditEntry.record == record), limit)


def audit_rows_of_staff(staff: Staff, *, limit: int = 50) -> list[AuditRow]:
    """What someone did, and what was done to their account, the latest first."""
    to_them = sa.and_(AuditEntry.kind == "staff", AuditEntry.record == staff.uid)
    return _audit_rows(sa.or_(AuditEntry.staff_id == staff.id, to_them), limit)


_STAFF_COLUMNS = (StaffMember.id, StaffMember.uid, StaffMember.name, StaffMember.email, StaffMember.roles)


def _one_staff(condition: sa.ColumnElement[bool]) -> Staff | None:
    row = db.session.execute(sa.select(*_STAFF_COLUMNS).where(condition)).one_or_none()
    return _staff(row, _agency_ids([row.id])[row.id]) if row else None


def _staff(row: Any, agency_ids: frozenset[int]) -> Staff:
    return Staff(row.id, row.uid, row.name, row.email, frozenset(row.roles), agency_ids)


def _agency_ids(staff_ids: Collection[int]) -> defaultdict[int, frozenset[int]]:
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for row in db.session.execute(
        sa.select(StaffAgency.staff_id, StaffAgency.agency_id).where(StaffAgency.staff_id.in_(staff_ids))
    ):
        found[row.staff_id] |= {row.agency_id}
    return found


def _audit_rows(condition: sa.ColumnElement[bool], limit: int) -> list[AuditRow]:
    rows = db.session.execute(
        sa.select(AuditEntry.at, StaffMember.name, AuditEntry.verb, AuditEntry.kind, AuditEntry.record, AuditEntry.note)
        .outerjoin(StaffMember, StaffMember.id == AuditEntry.staff_id)
        .where(condition)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [AuditRow(*row) for row in rows]

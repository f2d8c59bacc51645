"""Tables of identity: staff, what lets them in, and who did what."""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model

# The organisations are the catalogue's, which stands above; here they are only named and chosen.
agency = sa.table("agency", sa.column("id", sa.Integer), sa.column("slug", sa.String), sa.column("name", Json))


def now() -> datetime.datetime:
    """The time (UTC) as it is stored."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def new_uid() -> str:
    """A random identifier for use outside the database."""
    return str(uuid.uuid4())


class StaffMember(Model):
    """Someone who works with Portico. The row stays when they leave: others refer to it."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    # Folded, so that no two accounts differ by case alone.
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    roles: Mapped[list[str]] = mapped_column(Json)
    # None until the person has set one: nobody signs in without.
    password_hash: Mapped[str | None]
    # Encrypted. It counts only once a code of it was given back, and is never shown after that.
    totp_secret: Mapped[str | None]
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    # The time step of the last accepted code: that code and older ones are refused.
    last_totp_step: Mapped[int | None]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime.datetime | None]
    created_at: Mapped[datetime.datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime.datetime | None]


class StaffAgency(Model):
    """An agency whose services an agency editor may write."""

    __tablename__ = "staff_agency"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_member.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id", ondelete="CASCADE"), primary_key=True, index=True)


class StaffSession(Model):
    """One browser that someone is signed in with. Only the browser has the key."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime.datetime]
    last_seen_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(sa.String(60))
    revoked_at: Mapped[datetime.datetime | None]


class StaffTicket(Model):
    """A key for one step, gone when used: a sign-in that waits for its code, or a link to set a password."""

    __tablename__ = "staff_ticket"
    __table_args__ = (sa.CheckConstraint("purpose IN ('sign_in', 'set_password')", name="purpose"),)

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    expires_at: Mapped[datetime.datetime]


class RecoveryCode(Model):
    """A code that stands in for the second factor once; the row goes when it is used."""

    __tablename__ = "staff_recovery_code"

    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)


class AuditEntry(Model):
    """Who did what to which record. The database refuses to change or delete a row."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_record", "kind", "record"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(default=now, index=True)
    # None for the command line and for what happens by itself.
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_member.id"), index=True)
    verb: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(20))
    record: Mapped[str] = mapped_column(sa.String(80))
    note: Mapped[dict[str, Any] | None] = mapped_column(Json)

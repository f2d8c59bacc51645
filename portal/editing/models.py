"""Tables of the editors: drafts, and the history of what was published."""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model

ACTIVE = ("open", "review", "approved")
_IS_ACTIVE = sa.text("state IN ('open', 'review', 'approved')")


def now() -> datetime.datetime:
    """The time (UTC) as it is stored."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def new_uid() -> str:
    """A random identifier for use outside the database."""
    return str(uuid.uuid4())


class Draft(Model):
    """What one person would like a record to be. One is active for each person and record."""

    __tablename__ = "draft"
    __table_args__ = (
        sa.CheckConstraint("state IN ('open', 'review', 'approved', 'published', 'discarded')", name="state"),
        sa.CheckConstraint(
            "kind IN ('service', 'intent', 'profile', 'article', 'agency', 'fact', 'parameter')", name="kind"
        ),
        sa.CheckConstraint("reviewer_id <> author_id", name="second_person"),
        sa.Index("ix_draft_record", "kind", "record_id"),
        sa.Index("ix_draft_state", "state"),
        sa.Index(
            "uq_draft_active",
            "author_id",
            "kind",
            "record_id",
            unique=True,
            sqlite_where=_IS_ACTIVE,
            postgresql_where=_IS_ACTIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(sa.String(10))
    # None for a record that is not there yet.
    record_id: Mapped[int | None]
    slug: Mapped[str] = mapped_column(sa.String(80))
    # The record as it was when the draft began, or when a clash was settled.
    base: Mapped[dict[str, Any]] = mapped_column(Json)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_member.id"), index=True)
    started_at: Mapped[datetime.datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime.datetime] = mapped_column(default=now)
    # Grows with each change, so that two tabs and a reviewer notice each other.
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    # Why the change is made, in the author's words.
    change_note: Mapped[str] = mapped_column(default="")
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    # What the reviewer, or the portal itself, says to the author.
    review_note: Mapped[str] = mapped_column(default="")
    # When an approved draft is to be published (UTC).
    publish_at: Mapped[datetime.datetime | None]
    published_at: Mapped[datetime.datetime | None]


class Version(Model):
    """A record as it stood after a change; ``units`` names what differs from the version before."""

    __tablename__ = "version"
    __table_args__ = (sa.UniqueConstraint("kind", "record_id", "number", name="uq_version_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    record_id: Mapped[int]
    number: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    units: Mapped[list[str]] = mapped_column(Json)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    # Where the change came from: editor, import:<source>, or what the portal began with.
    origin: Mapped[str] = mapped_column(sa.String(100))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime.datetime] = mapped_column(default=now)


class Link(Model):
    """An address that published records name, and what came of asking for it."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(2000), unique=True)
    checked_at: Mapped[datetime.datetime | None] = mapped_column(index=True)
    # The status of the answer; None where there was none, and ``reason`` says why.
    status: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    # How many checks in a row, each on another day, went wrong.
    failures: Mapped[int] = mapped_column(default=0)
    failed_on: Mapped[datetime.date | None]


class LinkUse(Model):
    """A record that names an address."""

    __tablename__ = "link_use"

    link_id: Mapped[int] = mapped_column(sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)

"""Tables of what people do about the search: words they add, documents they place, what failed, what was followed.

Documents are named by kind and id, as in the index; staff by a number that identity knows. What somebody typed stands
here in two cases only: somebody of staff wrote it down, or it failed so often that it is nobody's own. Everywhere else
stands `key_hash`, a keyed hash of the query (see `tuned.key_hash`).
"""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model

PLACES = ("pin", "bury")
SETTLEMENTS = ("words", "not_ours")
MAX_TEXT = 300


def now() -> datetime.datetime:
    """The time (UTC) as it is stored."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def new_uid() -> str:
    """A random identifier for use outside the database."""
    return str(uuid.uuid4())


class SearchTuning(Model):
    """One row. ``version`` grows with all that a search reads from these tables, ``published`` with each change set."""

    __tablename__ = "search_tuning"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    # Whether what was learned counts, and use is counted to learn from.
    learning: Mapped[bool] = mapped_column(default=True)
    learned_on: Mapped[datetime.date | None]


class AddedWords(Model):
    """Words of citizens that staff added to a record. Removed ones can be put back for a while."""

    __tablename__ = "added_words"
    __table_args__ = (sa.UniqueConstraint("kind", "record_id", "lang", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(sa.String(10))
    record_id: Mapped[int]
    lang: Mapped[str] = mapped_column(sa.String(3))
    text: Mapped[str] = mapped_column(sa.String(MAX_TEXT))
    # Case and spaces make no other words.
    folded: Mapped[str] = mapped_column(sa.String(MAX_TEXT * 2))
    added_by: Mapped[int]
    added_at: Mapped[datetime.datetime]
    removed_by: Mapped[int | None]
    removed_at: Mapped[datetime.datetime | None]


class Placement(Model):
    """A document that comes first or last for one query. Lower positions of pinned ones come first."""

    __tablename__ = "search_placement"
    __table_args__ = (
        sa.CheckConstraint(f"place IN {PLACES}", name="place"),
        sa.UniqueConstraint("lang", "key", "kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    lang: Mapped[str] = mapped_column(sa.String(3))
    # By what the query is recognised, and how it was typed.
    key: Mapped[str] = mapped_column(sa.String(MAX_TEXT * 2))
    query: Mapped[str] = mapped_column(sa.String(MAX_TEXT))
    kind: Mapped[str] = mapped_column(sa.String(10))
    record_id: Mapped[int]
    place: Mapped[str] = mapped_column(sa.String(4))
    position: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(500))
    valid_until: Mapped[datetime.date | None]
    author_id: Mapped[int]
    published_at: Mapped[datetime.datetime]


class SearchChanges(Model):
    """What one person proposes to change. It goes live only as it was tested, and with what is live as it was then."""

    __tablename__ = "search_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    author_id: Mapped[int] = mapped_column(unique=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    edition: Mapped[int]
    # The edition that a test was asked for; ``report`` is there once it is done.
    asked_edition: Mapped[int | None]
    # What was published when the test was made.
    tested_published: Mapped[int | None]
    tested_at: Mapped[datetime.datetime | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)


class FailedSearch(Model):
    """A query that found nothing. ``text`` is None until it has failed often enough to be nobody's own."""

    __tablename__ = "failed_search"
    __table_args__ = (sa.CheckConstraint(f"settlement IN {SETTLEMENTS}", name="settlement"),)

    key_hash: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    lang: Mapped[str] = mapped_column(sa.String(3))
    text: Mapped[str | None] = mapped_column(sa.String(MAX_TEXT))
    first_on: Mapped[datetime.date]
    last_on: Mapped[datetime.date] = mapped_column(index=True)
    settlement: Mapped[str | None] = mapped_column(sa.String(10))
    settled_by: Mapped[int | None]
    settled_at: Mapped[datetime.datetime | None]
    # The words that mended it, and the record they were added to.
    words_id: Mapped[int | None] = mapped_column(sa.ForeignKey("added_words.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str | None] = mapped_column(sa.String(10))
    record_id: Mapped[int | None]


class FailedSearchDay(Model):
    """How often a query failed on a day, and how often it found something after it had been settled."""

    __tablename__ = "failed_search_day"

    key_hash: Mapped[str] = mapped_column(
        sa.String(32), sa.ForeignKey("failed_search.key_hash", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    failed: Mapped[int]
    found: Mapped[int]


class ResultUse(Model):
    """How often a document stood at a position on pages of results that were followed, and was the one followed."""

    __tablename__ = "result_use"

    key_hash: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[datetime.date] = mapped_column(primary_key=True, index=True)
    lang: Mapped[str] = mapped_column(sa.String(3))
    shown: Mapped[int]
    followed: Mapped[int]


class LearnedFactor(Model):
    """What use taught about a document for one query, or for every query where ``key_hash`` and ``lang`` are empty."""

    __tablename__ = "learned_factor"

    key_hash: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(sa.String(3))
    factor: Mapped[float]
    # What it moves toward, and the counts behind that: what was seen and what was to be expected.
    target: Mapped[float]
    seen: Mapped[float]
    expected: Mapped[float]
    since: Mapped[datetime.date]
    changed_on: Mapped[datetime.date]
    # Use before that day does not count any more, because someone reset it.
    counts_from: Mapped[datetime.date | None]

"""Tables of the knowledge base: articles, how they are used and flagged, and what readers said of pages."""

import datetime
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model, Phrases, Translations

STATUSES = ("work_in_progress", "not_validated", "validated", "archived")
# "viewed" counts readers; the others say what came of an answer that somebody gave with the article.
USES = ("viewed", "linked", "sent", "helped", "not_helped")
# Where an answer was given; articles are also looked up at the desk itself.
CHANNELS = ("web", "phone", "chat", "email", "call_back", "social", "in_person")
DESK = "desk"
# What can be wrong with an article, in words for staff.
FLAG_REASONS = {
    "wrong": "Something is wrong",
    "out_of_date": "It is out of date",
    "incomplete": "Something is missing",
    "unclear": "People do not understand it",
    "duplicate": "Another article says the same",
    "broken_link": "A link does not work",
    "other": "Something else",
}


class Article(Model):
    """One knowledge record with public text and staff text.

    The status says how far it can be relied on; who may read it and who answers for it are said apart. The public sees
    what is validated and meant for it; staff also see what is not validated yet.
    """

    __tablename__ = "article"
    __table_args__ = (
        sa.CheckConstraint(f"status IN {STATUSES}", name="status"),
        sa.CheckConstraint("audience IN ('public', 'staff')", name="audience"),
        sa.CheckConstraint("merged_into_id IS NULL OR status = 'archived'", name="merged"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    status: Mapped[str] = mapped_column(sa.String(20), index=True)
    audience: Mapped[str] = mapped_column(sa.String(6))
    title: Mapped[Translations]
    summary: Mapped[Translations]
    text: Mapped[Translations]
    # Whom the answer is for, and what to do in order.
    who: Mapped[Translations | None]
    steps: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    staff_text: Mapped[Translations | None]
    sources: Mapped[list[dict[str, str]]] = mapped_column(Json)
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases | None]
    sensitive: Mapped[bool]
    checked_on: Mapped[datetime.date]
    review_by: Mapped[datetime.date | None]
    owner: Mapped[str]
    # The article that says the same and stays; addresses of this one lead there.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("article.id"), index=True)


class ArticleSlug(Model):
    """A slug that an article had before."""

    __tablename__ = "article_slug"

    slug: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), index=True)


class ArticleService(Model):
    """An article that answers questions about a service."""

    __tablename__ = "article_service"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[int] = mapped_column(
        sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class ArticleAttachment(Model):
    """A file that belongs to an article, for its public or for staff alone."""

    __tablename__ = "article_attachment"
    __table_args__ = (sa.CheckConstraint("audience IN ('public', 'staff')", name="audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=lambda: str(uuid.uuid4()))
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(6))
    title: Mapped[Translations]
    filename: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
    added_by: Mapped[int | None]
    added_at: Mapped[datetime.datetime]


class ArticleUse(Model):
    """How often an article was used in one way on one day on one channel. Nobody is in it."""

    __tablename__ = "article_use"
    __table_args__ = (sa.CheckConstraint(f"kind IN {USES}", name="kind"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    used_on: Mapped[datetime.date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    lang: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    count: Mapped[int]


class ArticleFlag(Model):
    """Somebody of staff says what is wrong with an article; it stays open until someone settles it."""

    __tablename__ = "article_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=lambda: str(uuid.uuid4()))
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str]
    # Staff members; who they are, identity knows.
    raised_by: Mapped[int]
    raised_at: Mapped[datetime.datetime]
    settled_by: Mapped[int | None]
    settled_at: Mapped[datetime.datetime | None]
    settlement: Mapped[str | None]


class ArticlesApart(Model):
    """Two articles that look like duplicates and that an editor keeps apart. The lower id comes first."""

    __tablename__ = "articles_apart"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    decided_by: Mapped[int]
    decided_at: Mapped[datetime.datetime]


class Feedback(Model):
    """What a reader said of a page: no person, no address, and only the day."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(sa.String(200), index=True)
    lang: Mapped[str] = mapped_column(sa.String(3))
    useful: Mapped[bool]
    comment: Mapped[str]
    given_on: Mapped[datetime.date]

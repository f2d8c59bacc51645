"""Tables of the knowledge base: articles, and what readers said of pages."""

import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model, Phrases, Translations


class Article(Model):
    """One knowledge record with public text and staff text."""

    __tablename__ = "article"
    __table_args__ = (sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    status: Mapped[str] = mapped_column(sa.String(10), index=True)
    title: Mapped[Translations]
    summary: Mapped[Translations]
    text: Mapped[Translations]
    staff_text: Mapped[Translations | None]
    sources: Mapped[list[dict[str, str]]] = mapped_column(Json)
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases | None]
    sensitive: Mapped[bool]
    checked_on: Mapped[datetime.date]
    owner: Mapped[str]


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


class Feedback(Model):
    """What a reader said of a page: no person, no address, and only the day."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(sa.String(200), index=True)
    lang: Mapped[str] = mapped_column(sa.String(3))
    useful: Mapped[bool]
    comment: Mapped[str]
    given_on: Mapped[datetime.date]

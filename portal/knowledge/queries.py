"""Reads of the knowledge base."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..errors import Moved, NotFound, Withdrawn
from ..extensions import db
from ..i18n import Text, require
from .models import Article, ArticleService, ArticleSlug


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list."""

    id: int
    slug: str
    title: Text
    summary: Text


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The public side of an article. ``sources`` are records of title, url, checked and maybe edition."""

    id: int
    uid: str
    slug: str
    title: Text
    summary: Text
    text: Text
    sources: list[dict[str, str]]
    sensitive: bool
    checked_on: datetime.date
    languages: list[str]


_ROWS = sa.select(Article.id, Article.slug, Article.title, Article.summary).where(Article.status == "published")


def article_rows(ids: Collection[int], lang: str) -> dict[int, ArticleRow]:
    """Published articles by id."""
    if not ids:
        return {}
    return {row.id: _row(row, lang) for row in db.session.execute(_ROWS.where(Article.id.in_(ids)))}


def articles_of_service(service_id: int, lang: str) -> list[ArticleRow]:
    """Published articles about a service, in their editorial order."""
    rows = db.session.execute(
        _ROWS.join(ArticleService, ArticleService.article_id == Article.id)
        .where(ArticleService.service_id == service_id)
        .order_by(ArticleService.position, Article.slug)
    ).all()
    return [_row(row, lang) for row in rows]


def service_ids_of_article(article_id: int) -> list[int]:
    """The services that an article is about, in their editorial order."""
    return list(
        db.session.scalars(
            sa.select(ArticleService.service_id)
            .where(ArticleService.article_id == article_id)
            .order_by(ArticleService.position)
        )
    )


def article_ids_by_slug(slugs: Collection[str]) -> dict[str, int]:
    """Ids of articles, whatever their status."""
    rows = db.session.execute(sa.select(Article.slug, Article.id).where(Article.slug.in_(slugs))).all()
    return {row.slug: row.id for row in rows}


def article_page(slug: str, lang: str) -> ArticlePage:
    """The page of a published article. Raises Moved, Withdrawn or NotFound."""
    row = db.session.execute(sa.select(*Article.__table__.columns).where(Article.slug == slug)).one_or_none()
    if row is None:
        current = db.session.execute(
            sa.select(Article.slug)
            .join(ArticleSlug, ArticleSlug.article_id == Article.id)
            .where(ArticleSlug.slug == slug)
        ).scalar_one_or_none()
        raise Moved(current) if current else NotFound(slug)
    if row.status != "published":
        raise Withdrawn(slug) if row.status == "withdrawn" else NotFound(slug)
    return ArticlePage(
        id=row.id,
        uid=row.uid,
        slug=row.slug,
        title=require(row.title, lang),
        summary=require(row.summary, lang),
        text=require(row.text, lang),
        sources=row.sources,
        sensitive=row.sensitive,
        checked_on=row.checked_on,
        languages=sorted(row.title),
    )


@dataclass(frozen=True, slots=True)
class ArticleDocument:
    """What search knows of an article, in every language it has."""

    id: int
    uid: str
    slug: str
    title: dict[str, str]
    summary: dict[str, str]
    text: dict[str, str]
    also_asked_as: dict[str, list[str]]
    situations: dict[str, list[str]]
    service_ids: list[int]
    sensitive: bool


def article_documents(ids: Collection[int] | None = None) -> Iterator[ArticleDocument]:
    """What search knows of the published articles; of the named ones only, where ids are given."""
    services: dict[int, list[int]] = defaultdict(list)
    for link in db.session.execute(
        sa.select(ArticleService.article_id, ArticleService.service_id).order_by(ArticleService.position)
    ):
        services[link.article_id].append(link.service_id)
    query = sa.select(*Article.__table__.columns).where(Article.status == "published").order_by(Article.id)
    if ids is not None:
        query = query.where(Article.id.in_(ids))
    for row in db.session.execute(query):
        yield ArticleDocument(
            row.id,
            row.uid,
            row.slug,
            row.title,
            row.summary,
            row.text,
            row.also_asked_as,
            row.situations or {},
            services[row.id],
            row.sensitive,
        )


def _row(row: Any, lang: str) -> ArticleRow:
    return ArticleRow(row.id, row.slug, require(row.title, lang), require(row.summary, lang))

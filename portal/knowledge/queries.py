"""Reads of the knowledge base."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..database import read
from ..errors import Moved, NotFound, Withdrawn
from ..extensions import db
from ..i18n import DEFAULT_LANGUAGE, Text, pick, require
from ..identity.queries import staff_names
from .attachments.queries import PublicFile, public_files
from .models import Article, ArticleFlag, ArticleService, ArticleSlug


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
    who: Text | None
    text: Text
    steps: list[Text]
    files: list[PublicFile]
    sources: list[dict[str, str]]
    sensitive: bool
    checked_on: datetime.date
    languages: list[str]


_article = Article.__table__.c
_link = ArticleService.__table__.c
# What the public may read.
IS_PUBLIC = sa.and_(_article.status == "validated", _article.audience == "public")
# What staff may answer with: also what is for staff alone, and, with care, what nobody has validated yet.
IS_FOR_STAFF = _article.status.in_(("validated", "not_validated"))
_ROWS = sa.select(_article.id, _article.slug, _article.title, _article.summary).where(IS_PUBLIC)
_ROWS_BY_ID = _ROWS.where(_article.id.in_(sa.bindparam("ids", expanding=True)))
_ROWS_OF_SERVICE = (
    _ROWS.join_from(Article.__table__, ArticleService.__table__, _link.article_id == _article.id)
    .where(_link.service_id == sa.bindparam("service_id"))
    .order_by(_link.position, _article.slug)
)
_ARTICLE = sa.select(*_article)
_ARTICLE_BY_ID = _ARTICLE.where(_article.id == sa.bindparam("id"))
_ARTICLE_BY_SLUG = _ARTICLE.where(_article.slug == sa.bindparam("slug"))
_ARTICLE_BY_UID = _ARTICLE.where(_article.uid == sa.bindparam("uid"))
_slug = ArticleSlug.__table__.c
_ARTICLE_BY_OLD_SLUG = _ARTICLE.join_from(
    Article.__table__, ArticleSlug.__table__, _slug.article_id == _article.id
).where(_slug.slug == sa.bindparam("slug"))
_SERVICES_OF_ARTICLE = (
    sa.select(_link.service_id).where(_link.article_id == sa.bindparam("article_id")).order_by(_link.position)
)


def article_rows(ids: Collection[int], lang: str) -> dict[int, ArticleRow]:
    """Published articles by id."""
    if not ids:
        return {}
    return {row.id: _row(row, lang) for row in read(_ROWS_BY_ID, ids=list(ids))}


def articles_of_service(service_id: int, lang: str) -> list[ArticleRow]:
    """Published articles about a service, in their editorial order."""
    return [_row(row, lang) for row in read(_ROWS_OF_SERVICE, service_id=service_id)]


def service_ids_of_article(article_id: int) -> list[int]:
    """The services that an article is about, in their editorial order."""
    return [row.service_id for row in read(_SERVICES_OF_ARTICLE, article_id=article_id)]


def articles_of_services(service_ids: Collection[int]) -> list[int]:
    """Ids of the articles that are about any of the services, whatever their status."""
    query = sa.select(ArticleService.article_id).where(ArticleService.service_id.in_(service_ids)).distinct()
    return list(db.session.scalars(query.order_by(ArticleService.article_id)))


def article_ids_by_slug(slugs: Collection[str]) -> dict[str, int]:
    """Ids of articles, whatever their status."""
    rows = db.session.execute(sa.select(Article.slug, Article.id).where(Article.slug.in_(slugs))).all()
    return {row.slug: row.id for row in rows}


def public_article(key: str, *, by_uid: bool = False) -> Any:
    """The row of an article that the public may read, by its slug; with ``by_uid`` also by its lasting identifier.

    Raises Moved where it stands under another: after a new slug, or merged into the article that stays. Raises
    Withdrawn for one that the public could read once, and NotFound for every other.
    """
    found = read(_ARTICLE_BY_SLUG, slug=key) or read(_ARTICLE_BY_OLD_SLUG, slug=key)
    if by_uid and not found:
        found = read(_ARTICLE_BY_UID, uid=key)
    if not found:
        raise NotFound(key)
    asked = row = found[0]
    # What only staff could read leads nowhere. Merging never closes a circle: what is merged takes nothing in.
    while asked.audience == "public" and row.merged_into_id is not None:
        row = read(_ARTICLE_BY_ID, id=row.merged_into_id)[0]
    if (row.status, row.audience) == ("validated", "public"):
        if key != row.slug and not (by_uid and key == row.uid):
            raise Moved(row.slug)
        return row
    raise Withdrawn(key) if (asked.status, asked.audience) == ("archived", "public") else NotFound(key)


def article_page(key: str, lang: str, *, by_uid: bool = False) -> ArticlePage:
    """The page of an article that the public may read. Raises what ``public_article`` raises."""
    row = public_article(key, by_uid=by_uid)
    return ArticlePage(
        id=row.id,
        uid=row.uid,
        slug=row.slug,
        title=require(row.title, lang),
        summary=require(row.summary, lang),
        who=pick(row.who, lang),
        text=require(row.text, lang),
        steps=[require(step, lang) for step in row.steps],
        files=public_files(row.id, lang),
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
    who: dict[str, str]
    text: dict[str, str]
    steps: list[dict[str, str]]
    also_asked_as: dict[str, list[str]]
    situations: dict[str, list[str]]
    service_ids: list[int]
    sensitive: bool


def article_documents(ids: Collection[int] | None = None) -> Iterator[ArticleDocument]:
    """What search knows of the published articles; of the named ones only, where ids are given."""
    for row, service_ids in _documents(IS_PUBLIC, ids):
        yield ArticleDocument(**_public_parts(row, service_ids))


def _documents(
    condition: sa.ColumnElement[bool], ids: Collection[int] | None
) -> Iterator[tuple[sa.Row[Any], list[int]]]:
    services: dict[int, list[int]] = defaultdict(list)
    for link in db.session.execute(
        sa.select(ArticleService.article_id, ArticleService.service_id).order_by(ArticleService.position)
    ):
        services[link.article_id].append(link.service_id)
    query = sa.select(*_article).where(condition).order_by(_article.id)
    if ids is not None:
        query = query.where(_article.id.in_(ids))
    for row in db.session.execute(query):
        yield row, services[row.id]


def _public_parts(row: sa.Row[Any], service_ids: list[int]) -> dict[str, Any]:
    names = ("id", "uid", "slug", "title", "summary", "text", "steps", "also_asked_as", "sensitive")
    parts = {name: row._mapping[name] for name in names}
    return parts | {"who": row.who or {}, "situations": row.situations or {}, "service_ids": service_ids}


@dataclass(frozen=True, slots=True)
class StaffArticleDocument(ArticleDocument):
    """What search knows of an article for staff: also what only they may read."""

    audience: str
    status: str
    staff_text: dict[str, str]


def staff_article_documents(ids: Collection[int] | None = None) -> Iterator[StaffArticleDocument]:
    """What search knows of the articles that staff may use. Nothing public may be made from it."""
    for row, service_ids in _documents(IS_FOR_STAFF, ids):
        yield StaffArticleDocument(
            **_public_parts(row, service_ids),
            audience=row.audience,
            status=row.status,
            staff_text=row.staff_text or {},
        )


@dataclass(frozen=True, slots=True)
class StaffArticle:
    """An article as staff read it. ``sources`` are records of title, url, checked and maybe edition."""

    id: int
    uid: str
    slug: str
    status: str
    audience: str
    title: Text
    summary: Text
    text: Text
    who: Text | None
    steps: list[Text]
    staff_text: Text | None
    sources: list[dict[str, str]]
    sensitive: bool
    checked_on: datetime.date
    review_by: datetime.date | None
    owner: str

    @property
    def is_public(self) -> bool:
        """Whether there is a page of it that can be sent to someone."""
        return (self.status, self.audience) == ("validated", "public")


def staff_article(uid: str, lang: str) -> StaffArticle:
    """An article that staff may answer with. Raises NotFound, or Moved with the uid of the one it was merged into."""
    row = db.session.execute(sa.select(*_article).where(_article.uid == uid)).one_or_none()
    if row is not None and row.merged_into_id is not None:
        raise Moved(db.session.execute(sa.select(_article.uid).where(_article.id == row.merged_into_id)).scalar_one())
    if row is None or row.status not in ("validated", "not_validated"):
        raise NotFound(uid)
    return StaffArticle(
        *(row.id, row.uid, row.slug, row.status, row.audience),
        *(require(row.title, lang), require(row.summary, lang), require(row.text, lang), pick(row.who, lang)),
        [step for texts in row.steps if (step := pick(texts, lang))],
        pick(row.staff_text, lang),
        *(row.sources, row.sensitive, row.checked_on, row.review_by, row.owner),
    )


def public_article_id(slug: str) -> int | None:
    """The id of an article that the public may read."""
    return db.session.scalar(sa.select(_article.id).where(_article.slug == slug, IS_PUBLIC))


@dataclass(frozen=True, slots=True)
class FlagRow:
    """What somebody of staff says is wrong with an article. ``raised_by`` and ``settled_by`` are names."""

    uid: str
    article_uid: str
    article_title: str
    reason: str
    text: str
    raised_by: str
    raised_at: datetime.datetime
    settled_by: str | None
    settled_at: datetime.datetime | None
    settlement: str | None


def open_flags() -> list[FlagRow]:
    """All flags that nobody has settled, the oldest first."""
    return sorted(_flags(ArticleFlag.settled_at.is_(None)), key=lambda flag: flag.raised_at)


def flags_of_article(article_id: int, *, settled: bool = True) -> list[FlagRow]:
    """The flags of an article, the latest first; without ``settled`` only those that are open."""
    conditions = [ArticleFlag.article_id == article_id]
    if not settled:
        conditions.append(ArticleFlag.settled_at.is_(None))
    return _flags(*conditions)


def _flags(*conditions: sa.ColumnElement[bool]) -> list[FlagRow]:
    rows = db.session.execute(
        sa.select(ArticleFlag, Article.uid, Article.title)
        .join(Article, Article.id == ArticleFlag.article_id)
        .where(*conditions)
        .order_by(ArticleFlag.raised_at.desc(), ArticleFlag.id.desc())
    ).all()
    names = staff_names({one for flag, _, _ in rows for one in (flag.raised_by, flag.settled_by) if one})
    return [
        FlagRow(
            *(flag.uid, uid, str(require(title, DEFAULT_LANGUAGE)), flag.reason, flag.text),
            names[flag.raised_by],
            flag.raised_at,
            names[flag.settled_by] if flag.settled_by else None,
            flag.settled_at,
            flag.settlement,
        )
        for flag, uid, title in rows
    ]


def _row(row: Any, lang: str) -> ArticleRow:
    return ArticleRow(row.id, row.slug, require(row.title, lang), require(row.summary, lang))

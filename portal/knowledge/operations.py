"""Writes of the knowledge base."""

import datetime
import uuid
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from .. import events
from ..caching import advance_content_version
from ..database import assign, replace_rows, take_slugs
from ..extensions import db
from ..identity.operations import record_audit
from ..identity.rules import Staff
from .events import ArticleChanged
from .models import (
    Article,
    ArticleAttachment,
    ArticleFlag,
    ArticlesApart,
    ArticleService,
    ArticleSlug,
    ArticleUse,
    Feedback,
)
from .rules import without_personal_data

_use = ArticleUse.__table__

Outcome = Literal["added", "changed", "unchanged"]


def save_article(record: dict[str, Any], *, service_ids: list[int]) -> Outcome:
    """Add an article or bring it up to date. ``service_ids``: the services it is about, in order.

    The article that an archived one is merged into must be there.
    """
    article = None
    for slug in (record["slug"], *record.get("old_slugs", [])):
        article = article or db.session.scalar(sa.select(Article).where(Article.slug == slug))
    values = {
        "checked_on": datetime.date.fromisoformat(record["checked"]),
        "sensitive": record.get("sensitive", False),
        "staff_text": record.get("staff_text"),
        "situations": record.get("situations"),
        "who": record.get("who"),
        "steps": record.get("steps", []),
        "merged_into_id": _article_id(record["merged_into"]) if "merged_into" in record else None,
        "review_by": datetime.date.fromisoformat(record["review_by"]) if "review_by" in record else None,
        **{
            name: record[name]
            for name in ("slug", "status", "audience", "title", "summary", "text", "sources", "also_asked_as", "owner")
        },
    }
    if article is None:
        article = Article(uid=str(uuid.uuid4()), **values)
        db.session.add(article)
        db.session.flush()
        outcome: Outcome = "added"
        changed = True
    else:
        outcome = "changed"
        changed = assign(article, values)
    old_slugs = [{"slug": slug} for slug in record.get("old_slugs", [])]
    links = [{"service_id": service_id, "position": position} for position, service_id in enumerate(service_ids)]
    take_slugs(ArticleSlug, record.get("old_slugs", []), "article_id", article.id)
    changed |= replace_rows(ArticleSlug, "article_id", article.id, old_slugs)
    changed |= replace_rows(ArticleService, "article_id", article.id, links)
    if not changed:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    events.record(ArticleChanged(article.id))
    return outcome


def keep_apart(article_id: int, other_id: int, *, actor: Staff) -> None:
    """Note that two articles which look alike are two. Noting it again changes nothing."""
    first, second = sorted((article_id, other_id))
    try:
        with db.session.begin_nested():
            db.session.add(ArticlesApart(article_id=first, other_id=second, decided_by=actor.id, decided_at=_now()))
    except IntegrityError:
        return
    slugs = dict(db.session.execute(sa.select(Article.id, Article.slug).where(Article.id.in_([first, second]))).all())
    record_audit("keep apart", "article", slugs[first], actor=actor, note={"other": slugs[second]})


def move_to_merged(article_id: int, kept_id: int) -> None:
    """Give what belongs to an article to the one that it was merged into: its files, its flags, and its use."""
    for model in (ArticleAttachment, ArticleFlag):
        db.session.execute(sa.update(model).where(model.article_id == article_id).values(article_id=kept_id))
    uses = db.session.execute(sa.select(_use).where(_use.c.article_id == article_id)).mappings().all()
    db.session.execute(sa.delete(ArticleUse).where(_use.c.article_id == article_id))
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for use in uses:
        added = insert(ArticleUse).values({**use, "article_id": kept_id})
        both = {"count": _use.c.count + added.excluded.count}
        db.session.execute(added.on_conflict_do_update(index_elements=list(_use.primary_key), set_=both))
    db.session.flush()
    advance_content_version()


def _article_id(slug: str) -> int:
    return db.session.scalars(sa.select(Article.id).where(Article.slug == slug)).one()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def give_feedback(page: str, lang: str, useful: bool, comment: str) -> None:
    """Keep what a reader said of a page, without what would tell who they are."""
    db.session.add(
        Feedback(
            page=page,
            lang=lang,
            useful=useful,
            comment=without_personal_data(comment),
            given_on=datetime.datetime.now(datetime.UTC).date(),
        )
    )
    db.session.flush()

"""Writes of the knowledge base."""

import datetime
import uuid
from typing import Any, Literal

import sqlalchemy as sa

from .. import events
from ..caching import advance_content_version
from ..database import assign, replace_rows, take_slugs
from ..extensions import db
from .events import ArticleChanged
from .models import Article, ArticleService, ArticleSlug, Feedback
from .rules import without_personal_data

Outcome = Literal["added", "changed", "unchanged"]


def save_article(record: dict[str, Any], *, service_ids: list[int]) -> Outcome:
    """Add an article or bring it up to date. ``service_ids``: the services it is about, in order."""
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

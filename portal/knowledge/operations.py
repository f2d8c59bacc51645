"""Writes of the knowledge base."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import events
from ..caching import advance_content_version, today
from ..database import assign, insert_or_add, replace_rows, take_slugs
from ..errors import PortalError
from ..extensions import db
from ..identity.operations import record_audit
from ..identity.rules import Staff
from .events import ArticleChanged, ArticleMerged
from .models import (
    CHANNELS,
    DESK,
    FLAG_REASONS,
    USES,
    Article,
    ArticleAttachment,
    ArticleFlag,
    ArticlesApart,
    ArticleService,
    ArticleSlug,
    ArticleUse,
    Feedback,
)
from .queries import public_article_id
from .rules import Use, article_of_path, without_personal_data

_use = ArticleUse.__table__

Outcome = Literal["added", "changed", "unchanged"]


class Settled(PortalError):
    """The flag was settled before."""


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
    if uses:
        insert_or_add(ArticleUse, [{**use, "article_id": kept_id} for use in uses], "count")
    db.session.flush()
    advance_content_version()
    events.record(ArticleMerged(article_id, kept_id))


def _article_id(slug: str) -> int:
    return db.session.scalars(sa.select(Article.id).where(Article.slug == slug)).one()


def give_feedback(page: str, lang: str, useful: bool, comment: str) -> None:
    """Keep what a reader said of a page, without what would tell who they are; of an article it counts as a use."""
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
    article = article_of_path(page)
    article_id = public_article_id(article[1]) if article else None
    if article and article_id is not None:
        record_use(article_id, "helped" if useful else "not_helped", channel="web", lang=article[0])


def record_use(article_id: int, kind: str, *, channel: str, lang: str, number: int = 1) -> None:
    """Count that an article was used, in the figures of today. Who used it, and for whom, is not kept.

    Raises ValueError for a way or a channel that there is not.
    """
    record_uses({Use(article_id, kind, channel, lang): number})


def record_uses(numbers: Mapping[Use, int]) -> None:
    """Count several uses at once: see ``record_use``."""
    for use in numbers:
        if use.kind not in USES or use.channel not in (*CHANNELS, DESK):
            raise ValueError(f"no use {use.kind} by {use.channel}")
    rows = [
        {
            "article_id": use.article_id,
            "used_on": today(),
            "kind": use.kind,
            "channel": use.channel,
            "lang": use.lang,
            "count": number,
        }
        for use, number in numbers.items()
    ]
    if rows:
        insert_or_add(ArticleUse, rows, "count")


def raise_flag(article_id: int, reason: str, text: str, *, actor: Staff) -> str:
    """Say what is wrong with an article; the uid of the flag. Saying the same again while it is open adds nothing.

    Raises ValueError for a reason that is none of ``models.FLAG_REASONS``.
    """
    if reason not in FLAG_REASONS:
        raise ValueError(f"no reason {reason}")
    article = db.session.get_one(Article, article_id)
    same = (ArticleFlag.article_id == article_id, ArticleFlag.reason == reason, ArticleFlag.text == text.strip())
    known = db.session.scalar(
        sa.select(ArticleFlag.uid).where(*same, ArticleFlag.raised_by == actor.id, ArticleFlag.settled_at.is_(None))
    )
    if known:
        return known
    flag = ArticleFlag(article_id=article_id, reason=reason, text=text.strip(), raised_by=actor.id, raised_at=_now())
    db.session.add(flag)
    db.session.flush()
    record_audit("flag", "article", article.uid, actor=actor, note={"reason": reason})
    return flag.uid


def settle_flag(uid: str, settlement: str, *, actor: Staff) -> None:
    """Close a flag, and say what came of it. Raises LookupError, or Settled where somebody was first."""
    flag = db.session.scalar(sa.select(ArticleFlag).where(ArticleFlag.uid == uid).with_for_update())
    if flag is None:
        raise LookupError(uid)
    if flag.settled_at is not None:
        raise Settled(uid)
    flag.settled_by, flag.settled_at, flag.settlement = actor.id, _now(), settlement.strip()
    article = db.session.get_one(Article, flag.article_id)
    record_audit("settle flag", "article", article.uid, actor=actor, note={"reason": flag.reason})


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

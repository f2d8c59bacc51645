"""Writes of attachments.

They are outside the article's drafts: a file is for staff alone until somebody else than the one who sent it lets the
public have it. So nobody publishes a file alone either.
"""

import datetime
import hashlib
from typing import Literal

import sqlalchemy as sa

from ... import events
from ...caching import advance_content_version
from ...errors import PortalError
from ...extensions import db
from ...identity.operations import record_audit
from ...identity.rules import Staff, may
from ..events import ArticleChanged
from ..models import Article, ArticleAttachment
from . import queries
from .rules import MAX_FILES, filename_for, type_of


class FileRefused(PortalError):
    """The step is not allowed or not possible now; the message says why, in words for the person who asked."""


def add_file(article_id: int, content: bytes, filename: str, title: dict[str, str], *, actor: Staff) -> str:
    """Add a file for staff to an article and give its uid. Raises BadFile, and FileRefused where there are too many."""
    _require("write", actor)
    media_type = type_of(content)
    # Two who add at once are counted one after the other.
    db.session.execute(sa.select(Article.id).where(Article.id == article_id).with_for_update())
    if queries.count_of_files(article_id) >= MAX_FILES:
        raise FileRefused(f"An article has at most {MAX_FILES} files. Remove one first")
    added = ArticleAttachment(
        article_id=article_id,
        audience="staff",
        title=title,
        filename=filename_for(filename, media_type),
        media_type=media_type,
        size=len(content),
        content=content,
        added_by=actor.id,
        added_at=_now(),
    )
    db.session.add(added)
    db.session.flush()
    _changed("add file", added, actor, content)
    return added.uid


def replace_file(uid: str, content: bytes, filename: str, *, actor: Staff) -> None:
    """Put another file in the place of one. It is for staff alone again until somebody else lets the public have it."""
    _require("maintain", actor)
    found = _locked(uid)
    media_type = type_of(content)
    found.filename, found.media_type, found.size = filename_for(filename, media_type), media_type, len(content)
    found.content, found.audience = content, "staff"
    found.added_by, found.added_at = actor.id, _now()
    _changed("replace file", found, actor, content)


def rename_file(uid: str, title: dict[str, str], *, actor: Staff) -> None:
    """Give a file other titles."""
    _require("maintain", actor)
    found = _locked(uid)
    found.title = title
    _changed("rename file", found, actor)


def set_audience(uid: str, audience: Literal["public", "staff"], *, actor: Staff) -> None:
    """Let the public have a file, or no more. Raises FileRefused for who may not.

    A file is given to the public by somebody with the right to publish who did not send it; anyone who keeps the
    articles takes it back.
    """
    found = _locked(uid)
    if audience == "staff":
        _require("maintain", actor)
    elif not may(actor, "publish", "article", author_id=found.added_by):
        raise FileRefused("A second person with the right to publish lets the public have it")
    if found.audience != audience:
        found.audience = audience
        _changed(f"file for {audience}", found, actor)


def remove_file(uid: str, *, actor: Staff) -> None:
    """Remove a file for good."""
    _require("maintain", actor)
    found = _locked(uid)
    _changed("remove file", found, actor)
    db.session.delete(found)
    db.session.flush()


def _locked(uid: str) -> ArticleAttachment:
    head = queries.file_by_uid(uid)
    query = sa.select(ArticleAttachment).where(ArticleAttachment.id == head.id).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise FileRefused("Somebody else has just removed it")
    return found


def _require(verb: Literal["write", "maintain"], actor: Staff) -> None:
    if not may(actor, verb, "article"):
        raise FileRefused("Only who keeps the articles changes their files")


def _changed(verb: str, found: ArticleAttachment, actor: Staff, content: bytes | None = None) -> None:
    article = db.session.get_one(Article, found.article_id)
    note = {"file": found.uid, "filename": found.filename, "size": found.size, "audience": found.audience}
    if content is not None:
        note["sha256"] = hashlib.sha256(content).hexdigest()
    record_audit(verb, "article", article.slug, actor=actor, note=note)
    db.session.flush()
    advance_content_version()
    events.record(ArticleChanged(found.article_id))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

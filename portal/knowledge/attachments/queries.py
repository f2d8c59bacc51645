"""Reads of attachments. The content of a file is read only where it is sent."""

import datetime
from dataclasses import dataclass

import sqlalchemy as sa

from ...database import read
from ...errors import NotFound
from ...extensions import db
from ...i18n import Text, require
from ..models import Article, ArticleAttachment

_article = Article.__table__.c
_file = ArticleAttachment.__table__.c
_COLUMNS = [one for one in _file if one.name != "content"]
_PUBLIC_OF_ARTICLE = (
    sa.select(_file.uid, _file.title, _file.filename, _file.media_type, _file.size)
    .where(_file.article_id == sa.bindparam("article_id"), _file.audience == "public")
    .order_by(_file.id)
)
_HEAD = sa.select(*_COLUMNS, _article.status, _article.audience.label("article_audience")).join_from(
    ArticleAttachment.__table__, Article.__table__, _article.id == _file.article_id
)
_HEAD_BY_UID = _HEAD.where(_file.uid == sa.bindparam("uid"))
_CONTENT = sa.select(_file.content).where(_file.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that everyone may read."""

    uid: str
    title: Text
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FileHead:
    """A file without its content. ``is_public``: everyone may read it, its article included."""

    id: int
    uid: str
    article_id: int
    audience: str
    title: dict[str, str]
    filename: str
    media_type: str
    size: int
    added_by: int | None
    added_at: datetime.datetime
    is_public: bool


def public_files(article_id: int, lang: str) -> list[PublicFile]:
    """The files of an article that are meant for everyone, in the order in which they were added."""
    return [
        PublicFile(row.uid, require(row.title, lang), row.filename, row.media_type, row.size)
        for row in read(_PUBLIC_OF_ARTICLE, article_id=article_id)
    ]


def files_of_article(article_id: int) -> list[FileHead]:
    """All files of an article, those of staff included."""
    return [_head(row) for row in read(_HEAD.where(_file.article_id == article_id).order_by(_file.id))]


def file_by_uid(uid: str) -> FileHead:
    """A file, whoever may read it. Raises NotFound."""
    found = read(_HEAD_BY_UID, uid=uid)
    if not found:
        raise NotFound(uid)
    return _head(found[0])


def content_of(file_id: int) -> bytes:
    """What is in a file. Raises NotFound."""
    found = read(_CONTENT, id=file_id)
    if not found:
        raise NotFound(str(file_id))
    return bytes(found[0].content)


def count_of_files(article_id: int) -> int:
    """How many files an article has."""
    query = sa.select(sa.func.count()).select_from(ArticleAttachment).where(ArticleAttachment.article_id == article_id)
    return db.session.execute(query).scalar_one()


def _head(row: sa.Row[tuple[object, ...]]) -> FileHead:
    values = {one.name: row._mapping[one.name] for one in _COLUMNS}
    is_public = (row.audience, row.article_audience, row.status) == ("public", "public", "validated")
    return FileHead(**values, is_public=is_public)

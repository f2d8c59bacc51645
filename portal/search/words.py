"""Words that staff added to records, as the documents of the index take them up."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from flask import has_app_context

from ..extensions import db
from .models import AddedWords


def folded(text: str) -> str:
    """The form by which the same words are recognised."""
    return " ".join(text.casefold().split())


def added_words(kind: str, ids: Collection[int] | None = None) -> dict[tuple[int, str], list[str]]:
    """The words that count now, the oldest first, by id and language: of these records of a kind, or of all.

    Without an application there are none.
    """
    if not has_app_context():
        return {}
    words = AddedWords.__table__.c
    query = sa.select(words.record_id, words.lang, words.text).where(words.kind == kind, words.removed_at.is_(None))
    if ids is not None:
        query = query.where(words.record_id.in_(ids))
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in db.session.execute(query.order_by(words.id)):
        found[row.record_id, row.lang].append(row.text)
    return found

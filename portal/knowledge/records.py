"""Articles as they stand in the database, in the shape that ``save_article`` takes. What is empty is left out.

What an article is about, its services and intents, ``intents.records.links_of_article`` knows.
"""

from typing import Any

import sqlalchemy as sa

from ..database import read
from .models import Article, ArticleSlug

_article, _slug = Article.__table__.c, ArticleSlug.__table__.c
_ARTICLE = sa.select(*_article).where(_article.id == sa.bindparam("id"))
_SLUGS = sa.select(_slug.slug).where(_slug.article_id == sa.bindparam("id")).order_by(_slug.slug)
_MERGED_INTO = sa.select(_article.slug).where(_article.id == sa.bindparam("id"))
_PLAIN = (
    *("slug", "status", "audience", "title", "summary", "text", "who", "steps", "staff_text", "sources"),
    *("also_asked_as", "situations", "owner"),
)


def article_record(article_id: int) -> dict[str, Any]:
    """An article. Saving it again, with the services it is about, changes nothing. Raises LookupError."""
    found = read(_ARTICLE, id=article_id)
    if not found:
        raise LookupError(f"no article {article_id}")
    row = found[0]
    record = {name: row._mapping[name] for name in _PLAIN} | {
        "checked": row.checked_on.isoformat(),
        "review_by": row.review_by.isoformat() if row.review_by else None,
        "sensitive": row.sensitive or None,
        "merged_into": read(_MERGED_INTO, id=row.merged_into_id)[0].slug if row.merged_into_id else None,
        "old_slugs": [one.slug for one in read(_SLUGS, id=article_id)],
    }
    return {name: value for name, value in record.items() if value is not None and value not in ({}, [], "")}

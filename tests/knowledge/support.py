"""Articles for tests, straight into the database."""

import contextvars
from collections.abc import Callable
from typing import Any

from portal.database import transaction
from portal.editing import kinds
from portal.intents.operations import save_article_intents
from portal.knowledge.operations import save_article
from tests.support import article_record


def add_article(slug: str, **changes: Any) -> int:
    """An article as content files bring it; gives its id. ``services`` and ``intents`` name what is there."""
    record = article_record(slug, **changes)
    with transaction():
        ids = [kinds.record_id_by_slug("service", one) for one in record.get("services", [])]
        save_article(record, service_ids=[one for one in ids if one])
        article_id = kinds.record_id_by_slug("article", slug)
        assert article_id is not None
        save_article_intents(article_id, record.get("intents", []))
        return article_id


def article(slug: str) -> dict[str, Any]:
    """An article as it stands in the database."""
    article_id = kinds.record_id_by_slug("article", slug)
    assert article_id is not None
    return kinds.export("article", article_id)


def outside(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call without the application context of the test: a request of a client has one of its own, as from outside."""
    return contextvars.Context().run(call, *args, **kwargs)

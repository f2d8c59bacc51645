"""Pages that have a list: what each of them is about."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from ...catalogue.models import Service
from ...database import read
from ...intents.models import BundleItem, Intent
from ...knowledge.models import Article
from ...knowledge.queries import public_article_id, service_ids_of_article

_service, _intent, _item, _article = (model.__table__.c for model in (Service, Intent, BundleItem, Article))
_SERVICE_BY_SLUG = sa.select(_service.id, _service.sensitive).where(
    _service.slug == sa.bindparam("slug"), _service.status == "published"
)
_INTENT_BY_SLUG = sa.select(_intent.id).where(_intent.slug == sa.bindparam("slug"))
_SERVICES_OF_INTENT = (
    sa.select(_item.service_id).where(_item.intent_id == sa.bindparam("intent_id")).order_by(_item.position, _item.id)
)
_SLUGS = {
    kind: sa.select(columns.slug).where(columns.id == sa.bindparam("record_id"))
    for kind, columns in (("service", _service), ("intent", _intent), ("article", _article))
}
KINDS = tuple(_SLUGS)


@dataclass(frozen=True)
class Page:
    """What a list stands on: ``place`` as in ``models.RelatedUse``, and the services that speak for others there.

    ``besides`` are not to be shown again.
    """

    place: str
    sources: tuple[int, ...] = ()
    besides: frozenset[int] = frozenset()
    profile: str | None = None


def sources_of(kind: str, record_id: int) -> tuple[int, ...]:
    """The services of a page: of a service itself, of a journey all, of an article those it is about."""
    if kind == "article":
        return tuple(service_ids_of_article(record_id))
    if kind == "intent":
        return tuple(dict.fromkeys(row.service_id for row in read(_SERVICES_OF_INTENT, intent_id=record_id)))
    return (record_id,)


def slug_of(kind: str, record_id: int) -> str:
    """The slug of the record of a page."""
    slug: str = read(_SLUGS[kind], record_id=record_id)[0].slug
    return slug


def record_id(kind: str, slug: str) -> int | None:
    """The id of the record of a page; None where the public has none of that slug."""
    return _FINDERS[kind](slug)


def service_by_slug(slug: str) -> tuple[int, bool] | None:
    """The id of a published service, and whether it is sensitive."""
    rows = read(_SERVICE_BY_SLUG, slug=slug)
    return (rows[0].id, rows[0].sensitive) if rows else None


def _service_id(slug: str) -> int | None:
    found = service_by_slug(slug)
    return found[0] if found else None


def _intent_id(slug: str) -> int | None:
    rows = read(_INTENT_BY_SLUG, slug=slug)
    return rows[0].id if rows else None


_FINDERS: dict[str, Callable[[str], int | None]] = {
    "service": _service_id,
    "intent": _intent_id,
    "article": public_article_id,
}

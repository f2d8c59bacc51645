"""Intents and profiles as they stand in the database, and what ties services and articles to them.

In the shape that the operations take: saving an exported record again changes nothing. What is empty is left out.
"""

from typing import Any

import sqlalchemy as sa

from ..catalogue.models import Service
from ..catalogue.records import told
from ..database import read
from ..knowledge.models import ArticleService
from .models import BundleItem, Intent, IntentArticle, IntentRelation, IntentSlug, Profile, ServiceProfile

Record = dict[str, Any]

_intent, _profile, _service = Intent.__table__, Profile.__table__, Service.__table__
_ID: sa.BindParameter[Any] = sa.bindparam("id")
_parent = _intent.alias("parent")
_INTENT = (
    sa.select(*_intent.c, _parent.c.slug.label("parent"))
    .join_from(_intent, _parent, _parent.c.id == _intent.c.parent_id, isouter=True)
    .where(_intent.c.id == _ID)
)
_slug = IntentSlug.__table__.c
_SLUGS = sa.select(_slug.slug).where(_slug.intent_id == _ID).order_by(_slug.slug)
_relation = IntentRelation.__table__.c
_RELATED = (
    sa.select(_intent.c.slug)
    .join_from(IntentRelation.__table__, _intent, _intent.c.id == _relation.related_id)
    .where(_relation.intent_id == _ID)
    .order_by(_relation.position)
)
_item = BundleItem.__table__
_ITEMS = (
    sa.select(_service.c.slug.label("service"), _profile.c.slug.label("profile"), *_item.c["step", "by", "reason"])
    .join_from(_item, _service, _service.c.id == _item.c.service_id)
    .join(_profile, _profile.c.id == _item.c.profile_id, isouter=True)
    .where(_item.c.intent_id == _ID)
    .order_by(_item.c.position)
)
_PROFILE = sa.select(*_profile.c).where(_profile.c.id == _ID)
_link = ServiceProfile.__table__.c
_PROFILES_OF_SERVICE = (
    sa.select(_profile.c.slug, _link.exclusive)
    .join_from(ServiceProfile.__table__, _profile, _profile.c.id == _link.profile_id)
    .where(_link.service_id == _ID)
    .order_by(_profile.c.slug)
)
_about = ArticleService.__table__.c
_SERVICES_OF_ARTICLE = (
    sa.select(_service.c.slug)
    .join_from(ArticleService.__table__, _service, _service.c.id == _about.service_id)
    .where(_about.article_id == _ID)
    .order_by(_about.position)
)
_answer = IntentArticle.__table__.c
_INTENTS_OF_ARTICLE = (
    sa.select(_intent.c.slug)
    .join_from(IntentArticle.__table__, _intent, _intent.c.id == _answer.intent_id)
    .where(_answer.article_id == _ID)
    .order_by(_answer.position)
)
_TEXTS = ("title", "summary", "also_asked_as", "situations")


def intent_record(intent_id: int) -> Record:
    """An intent with its bundle. Raises LookupError."""
    row = _one(_INTENT, intent_id, "intent")
    fields = {name: row._mapping[name] for name in ("slug", "kind", "position", *_TEXTS)}
    return told(
        fields
        | {name: row._mapping[name] for name in ("parent", "first", "synonyms", "contacts")}
        | {
            "sensitive": row.sensitive or None,
            "old_slugs": [one.slug for one in read(_SLUGS, id=intent_id)],
            "related": [one.slug for one in read(_RELATED, id=intent_id)],
            "services": [told(dict(one._mapping)) for one in read(_ITEMS, id=intent_id)],
        }
    )


def profile_record(profile_id: int) -> Record:
    """A profile. Raises LookupError."""
    row = _one(_PROFILE, profile_id, "profile")
    return told({name: row._mapping[name] for name in ("slug", "position", *_TEXTS)})


def profiles_of_service(service_id: int) -> Record:
    """The part of a service's record that says whom it matters to: ``profiles`` and ``profiles_only``."""
    rows = read(_PROFILES_OF_SERVICE, id=service_id)
    return told(
        {"profiles": [row.slug for row in rows], "profiles_only": True if any(row.exclusive for row in rows) else None}
    )


def links_of_article(article_id: int) -> Record:
    """The part of an article's record that says what it is about: ``services`` and ``intents``."""
    return told(
        {
            "services": [row.slug for row in read(_SERVICES_OF_ARTICLE, id=article_id)],
            "intents": [row.slug for row in read(_INTENTS_OF_ARTICLE, id=article_id)],
        }
    )


def _one(statement: sa.Select[Any], record_id: int, kind: str) -> Any:
    found = read(statement, id=record_id)
    if not found:
        raise LookupError(f"no {kind} {record_id}")
    return found[0]

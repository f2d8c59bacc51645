"""Writes of intents, profiles, bundles and emergencies. Records have the shape of ``content/schema.json``."""

import uuid
from typing import Any, Literal

import sqlalchemy as sa

from .. import events
from ..caching import advance_content_version
from ..database import assign, replace_rows, take_slugs
from ..extensions import db
from .events import ArticleIntentsChanged, IntentChanged, ServiceProfilesChanged
from .models import (
    BundleItem,
    Emergency,
    Intent,
    IntentArticle,
    IntentRelation,
    IntentSlug,
    Profile,
    ServiceProfile,
)

Record = dict[str, Any]
Outcome = Literal["added", "changed", "unchanged"]


def save_profile(record: Record) -> Outcome:
    """Add a profile or bring it up to date."""
    profile = db.session.scalar(sa.select(Profile).where(Profile.slug == record["slug"]))
    values = {name: record[name] for name in ("slug", "position", "title", "summary", "also_asked_as", "situations")}
    if profile is None:
        profile = Profile(uid=str(uuid.uuid4()), **values)
        db.session.add(profile)
        outcome: Outcome = "added"
    elif assign(profile, values):
        outcome = "changed"
    else:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    return outcome


def save_intent(record: Record) -> Outcome:
    """Add an intent or bring its own texts up to date; ``save_bundle`` does its links."""
    intent = None
    for slug in (record["slug"], *record.get("old_slugs", [])):
        intent = intent or db.session.scalar(sa.select(Intent).where(Intent.slug == slug))
    values = {
        "first": record.get("first"),
        "synonyms": record.get("synonyms"),
        "contacts": record.get("contacts", []),
        "sensitive": record.get("sensitive", False),
        **{
            name: record[name]
            for name in ("slug", "kind", "position", "title", "summary", "also_asked_as", "situations")
        },
    }
    if intent is None:
        intent = Intent(uid=str(uuid.uuid4()), **values)
        db.session.add(intent)
        db.session.flush()
        outcome: Outcome = "added"
        changed = True
    else:
        outcome = "changed"
        changed = assign(intent, values)
    take_slugs(IntentSlug, record.get("old_slugs", []), "intent_id", intent.id)
    changed |= replace_rows(
        IntentSlug, "intent_id", intent.id, [{"slug": slug} for slug in record.get("old_slugs", [])]
    )
    if not changed:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    services = db.session.scalars(sa.select(BundleItem.service_id).where(BundleItem.intent_id == intent.id))
    events.record(IntentChanged(intent.id, frozenset(services)))
    return outcome


def save_bundle(record: Record, *, service_ids: dict[str, int]) -> bool:
    """Bring the parent, the related intents and the journey of a saved intent up to date; say whether they changed.

    ``service_ids``: ids by slug of all services that the journey names. The intents and profiles it names exist.
    """
    intent = db.session.scalars(sa.select(Intent).where(Intent.slug == record["slug"])).one()
    parent = record.get("parent")
    changed = assign(intent, {"parent_id": _intent_id(parent) if parent else None})
    related = [
        {"related_id": _intent_id(slug), "position": position}
        for position, slug in enumerate(record.get("related", []))
    ]
    changed |= replace_rows(IntentRelation, "intent_id", intent.id, related)
    before = set(db.session.scalars(sa.select(BundleItem.service_id).where(BundleItem.intent_id == intent.id)))
    items = [
        {
            "service_id": service_ids[item["service"]],
            "profile_id": _profile_id(item["profile"]) if "profile" in item else None,
            "position": position,
            "step": item["step"],
            "by": item.get("by"),
            "reason": item["reason"],
        }
        for position, item in enumerate(record["services"])
    ]
    changed |= replace_rows(BundleItem, "intent_id", intent.id, items)
    if changed:
        db.session.flush()
        advance_content_version()
        events.record(IntentChanged(intent.id, frozenset(before | {item["service_id"] for item in items})))
    return changed


def save_service_profiles(service_id: int, profiles: list[str], *, exclusive: bool) -> bool:
    """Say which profiles a service matters to, and whether it is for them alone; return whether that is new."""
    wanted = [{"profile_id": _profile_id(slug), "exclusive": exclusive} for slug in profiles]
    if not replace_rows(ServiceProfile, "service_id", service_id, wanted):
        return False
    advance_content_version()
    events.record(ServiceProfilesChanged(service_id))
    return True


def save_article_intents(article_id: int, intents: list[str]) -> bool:
    """Say which intents an article answers questions about; return whether that is new."""
    wanted = [{"intent_id": _intent_id(slug), "position": position} for position, slug in enumerate(intents)]
    if not replace_rows(IntentArticle, "article_id", article_id, wanted):
        return False
    advance_content_version()
    events.record(ArticleIntentsChanged(article_id))
    return True


def save_emergency(record: Record) -> Outcome:
    """Add an emergency or bring it up to date."""
    emergency = db.session.scalar(sa.select(Emergency).where(Emergency.slug == record["slug"]))
    values = {
        "position": record.get("position", 1),
        "not_phrases": record.get("not_phrases"),
        **{name: record[name] for name in ("slug", "title", "text", "contacts", "phrases")},
    }
    if emergency is None:
        db.session.add(Emergency(**values))
        outcome: Outcome = "added"
    elif assign(emergency, values):
        outcome = "changed"
    else:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    return outcome


def _intent_id(slug: str) -> int:
    """The id of an intent by its slug, or by one that it had before."""
    known = db.session.scalar(sa.select(Intent.id).where(Intent.slug == slug))
    return known or db.session.scalars(sa.select(IntentSlug.intent_id).where(IntentSlug.slug == slug)).one()


def _profile_id(slug: str) -> int:
    return db.session.scalars(sa.select(Profile.id).where(Profile.slug == slug)).one()

"""The kinds of records that editors write: how each is read from the database, found, and saved.

A record here is whole: a service with its profiles, an intent with its bundle, an article with what it is about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..catalogue.models import Agency, Parameter, Service
from ..catalogue.operations import save_agency, save_parameter, save_service
from ..catalogue.queries import service_ids_by_slug
from ..catalogue.records import agency_record, service_record
from ..eligibility.models import FactRecord
from ..eligibility.operations import save_fact
from ..extensions import db
from ..intents.models import Intent, Profile
from ..intents.operations import (
    save_article_intents,
    save_bundle,
    save_intent,
    save_profile,
    save_service_profiles,
)
from ..intents.records import intent_record, links_of_article, profile_record, profiles_of_service
from ..knowledge.models import Article
from ..knowledge.operations import save_article
from ..knowledge.records import article_record
from .rules import Kind, Record


@dataclass(frozen=True)
class KindOf:
    """One kind. ``plural`` stands in addresses, ``title`` names the field that a record is called by."""

    kind: Kind
    plural: str
    words: str
    many: str
    title: str
    model: type[Any]
    export: Callable[[int], Record]
    save: Callable[[Record], None]
    # Whether the public has a page of each that a preview can show.
    has_page: bool = True
    # The status of what the public sees, and of what it sees no more.
    shown: str = "published"
    gone: str = "withdrawn"

    @property
    def is_keyed(self) -> bool:
        """Whether conditions name its records by a key."""
        return self.kind in ("fact", "parameter")


def _export_service(service_id: int) -> Record:
    return service_record(service_id) | profiles_of_service(service_id)


def _save_service(record: Record) -> None:
    save_service(record)
    service_id = service_ids_by_slug([record["slug"]])[record["slug"]]
    save_service_profiles(service_id, record.get("profiles", []), exclusive=record.get("profiles_only", False))


def _save_intent(record: Record) -> None:
    record = {"also_asked_as": {}, "situations": {}, "services": [], **record}
    save_intent(record)
    save_bundle(record, service_ids=service_ids_by_slug([item["service"] for item in record["services"]]))


def _save_profile(record: Record) -> None:
    save_profile({"also_asked_as": {}, "situations": {}, **record})


def _export_article(article_id: int) -> Record:
    return article_record(article_id) | links_of_article(article_id)


def _save_article(record: Record) -> None:
    record = {"also_asked_as": {}, "sources": [], **record}
    slugs = record.get("services", [])
    ids = service_ids_by_slug(slugs)
    save_article(record, service_ids=[ids[slug] for slug in slugs])
    article_id = db.session.scalars(sa.select(Article.id).where(Article.slug == record["slug"])).one()
    save_article_intents(article_id, record.get("intents", []))


def _save_agency(record: Record) -> None:
    save_agency(record)


def _export_fact(fact_id: int) -> Record:
    fact = db.session.get_one(FactRecord, fact_id)
    return by_slug(fact.values)


def _save_fact(record: Record) -> None:
    save_fact(by_key(record))


def _export_parameter(parameter_id: int) -> Record:
    found = db.session.get_one(Parameter, parameter_id)
    return {"slug": found.slug, "label": found.label, "unit": found.unit, "values": found.values}


def _save_parameter(record: Record) -> None:
    save_parameter(by_key(record))


def by_slug(record: Record) -> Record:
    """A fact or parameter under the name that all records have here: content files call it the key."""
    return {"slug": record["key"], **{name: value for name, value in record.items() if name != "key"}}


def by_key(record: Record) -> Record:
    """A fact or parameter as content files have it."""
    return {"key": record["slug"], **{name: value for name, value in record.items() if name != "slug"}}


ALL: dict[Kind, KindOf] = {
    one.kind: one
    for one in (
        KindOf("service", "services", "service", "Services", "title", Service, _export_service, _save_service),
        KindOf("intent", "intents", "intent", "Intents", "title", Intent, intent_record, _save_intent),
        KindOf("profile", "profiles", "profile", "Profiles", "title", Profile, profile_record, _save_profile),
        KindOf(
            *("article", "articles", "article", "Articles", "title", Article, _export_article, _save_article),
            shown="validated",
            gone="archived",
        ),
        KindOf("agency", "agencies", "agency", "Agencies", "name", Agency, agency_record, _save_agency, False),
        KindOf("fact", "facts", "fact", "Facts", "question", FactRecord, _export_fact, _save_fact, False),
        KindOf(
            "parameter", "amounts", "amount", "Amounts", "label", Parameter, _export_parameter, _save_parameter, False
        ),
    )
}
BY_PLURAL = {one.plural: one for one in ALL.values()}
BY_NAME: dict[str, KindOf] = {one.kind: one for one in ALL.values()}


def export(kind: Kind, record_id: int | None) -> Record:
    """The record as it stands in the database; empty for one that is not there yet."""
    return ALL[kind].export(record_id) if record_id is not None else {}


def save(kind: Kind, record: Record) -> int:
    """Write a sound record and give its id."""
    ALL[kind].save(record)
    found = record_id_by_slug(kind, record["slug"])
    if found is None:
        raise LookupError(record["slug"])
    return found


def record_id_by_slug(kind: Kind, slug: str) -> int | None:
    """The record of a slug of today."""
    model = ALL[kind].model
    found: int | None = db.session.scalar(sa.select(model.id).where(model.slug == slug))
    return found

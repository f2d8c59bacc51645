"""Starter content as one source among others: what editors changed since it was loaded stays."""

import datetime
import hashlib
import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ...catalogue.imports.merge import merge
from ...catalogue.imports.operations import note_conflict
from ...catalogue.models import Agency, Service, Source, SourceRecord
from ...catalogue.records import agency_record, service_record, told
from ...extensions import db
from ...intents.models import Intent, Profile
from ...intents.records import intent_record, links_of_article, profile_record, profiles_of_service
from ...knowledge.models import Article
from ...knowledge.records import article_record

Record = dict[str, Any]
STARTER = "starter"
_MODELS: dict[str, type[Any]] = {
    "agency": Agency,
    "service": Service,
    "profile": Profile,
    "intent": Intent,
    "article": Article,
}
KINDS = frozenset(_MODELS)
_EXPORTS: dict[str, Callable[[int], Record]] = {
    "agency": agency_record,
    "service": lambda service_id: service_record(service_id) | profiles_of_service(service_id),
    "profile": profile_record,
    "intent": intent_record,
    "article": lambda article_id: article_record(article_id) | links_of_article(article_id),
}
# Lists whose order says nothing, and which the database gives sorted.
_SETS = ("old_slugs", "profiles")
_FLAGS = ("sensitive", "profiles_only")


class StarterSource:
    """What was loaded before, by kind and slug, and what stands in the database now."""

    def __init__(self) -> None:
        source = db.session.scalar(sa.select(Source).where(Source.key == STARTER))
        if source is None:
            source = Source(
                key=STARTER, format="yaml", title="Starter content", publisher="Portico", licence="Apache-2.0", url=None
            )
            db.session.add(source)
            db.session.flush()
        self.source_id = source.id
        rows = db.session.scalars(sa.select(SourceRecord).where(SourceRecord.source_id == source.id))
        self.rows = {(row.kind, row.identifier): row for row in rows}
        self.now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

    def merged(self, kind: str, record: Record) -> Record:
        """The record to save: that of the file, with what editors changed since the last load."""
        row = self.rows.get((kind, record["slug"]))
        if row is None or db.session.get(_MODELS[kind], row.record_id) is None:
            return record
        found, conflicts = merge(row.values, _EXPORTS[kind](row.record_id), normal(record))
        for conflict in conflicts if row.digest != _digest(normal(record)) else ():
            note_conflict(row.id, conflict, self.now)
        return found

    def remember(self, kind: str, record: Record) -> None:
        """Note what the file of a saved record says; the transaction's end writes it."""
        values = normal(record)
        row = self.rows.get((kind, record["slug"]))
        if row is None:
            model = _MODELS[kind]
            record_id = db.session.scalars(sa.select(model.id).where(model.slug == record["slug"])).one()
            row = SourceRecord(source_id=self.source_id, kind=kind, identifier=record["slug"], record_id=record_id)
            row.gone, row.digest = False, ""
            db.session.add(row)
            self.rows[kind, record["slug"]] = row
        digest = _digest(values)
        if row.digest != digest:
            row.values, row.digest, row.changed_at, row.seen_at = values, digest, self.now, self.now


def normal(record: Record) -> Record:
    """A record of a file as the database would give it back."""
    record = told({name: value for name, value in record.items() if name not in _FLAGS or value})
    for name in _SETS:
        if name in record:
            record[name] = sorted(record[name])
    if "areas" in record:
        record["areas"] = told({name: sorted(areas) for name, areas in record["areas"].items()})
    for name in ("channels", "contacts"):
        if name in record:
            record[name] = [told(one) for one in record[name]]
    return record


def _digest(record: Record) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

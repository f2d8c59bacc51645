"""Starter content as one source among others: what editors changed since it was loaded stays."""

import datetime
from typing import Any

import sqlalchemy as sa

from ...catalogue.imports.merge import digest, merge
from ...catalogue.imports.operations import note_conflict
from ...catalogue.models import Source, SourceRecord
from ...catalogue.records import told
from ...editing.kinds import BY_NAME
from ...extensions import db

Record = dict[str, Any]
STARTER = "starter"
KINDS = frozenset(BY_NAME)
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
        if row is None or db.session.get(BY_NAME[kind].model, row.record_id) is None:
            return record
        found, conflicts = merge(row.values, BY_NAME[kind].export(row.record_id), normal(record))
        for conflict in conflicts if row.digest != digest(normal(record)) else ():
            note_conflict(row.id, conflict, self.now)
        return found

    def remember(self, kind: str, record: Record) -> None:
        """Note what the file of a saved record says; the transaction's end writes it."""
        values = normal(record)
        row = self.rows.get((kind, record["slug"]))
        if row is None:
            model = BY_NAME[kind].model
            record_id = db.session.scalars(sa.select(model.id).where(model.slug == record["slug"])).one()
            row = SourceRecord(source_id=self.source_id, kind=kind, identifier=record["slug"], record_id=record_id)
            row.gone, row.digest = False, ""
            db.session.add(row)
            self.rows[kind, record["slug"]] = row
        edition = digest(values)
        if row.digest != edition:
            row.values, row.digest, row.changed_at, row.seen_at = values, edition, self.now, self.now


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

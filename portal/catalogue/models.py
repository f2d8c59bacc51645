"""Tables of the catalogue.

What is searched, filtered or counted has a table of its own (agencies, areas, locations, channels). What is only shown
as part of a service (documents, sources, contact points) is a JSON list on its row, of the shape that
``content/schema.json`` gives. Texts are JSON objects with one text for each language.
"""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model, Phrases, Translations

Records = list[dict[str, Any]]


def new_uid() -> str:
    """A random identifier for use outside the database."""
    return str(uuid.uuid4())


class Agency(Model):
    """The organisation responsible for services."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    name: Mapped[Translations]
    short_name: Mapped[Translations | None]
    summary: Mapped[Translations | None]
    url: Mapped[Translations | None]
    contacts: Mapped[Records] = mapped_column(Json)


class Service(Model):
    """Something an agency offers to the public."""

    __tablename__ = "service"
    __table_args__ = (sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    status: Mapped[str] = mapped_column(sa.String(10), index=True)
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    title: Mapped[Translations]
    official_name: Mapped[Translations | None]
    summary: Mapped[Translations | None]
    url: Mapped[Translations | None]
    who: Mapped[Translations | None]
    benefit: Mapped[Translations | None]
    how: Mapped[Translations | None]
    # None where nobody has said.
    cost_free: Mapped[bool | None]
    cost: Mapped[Translations | None]
    processing_time: Mapped[Translations | None]
    appeal: Mapped[Translations | None]
    outputs: Mapped[Records] = mapped_column(Json)
    documents: Mapped[Records] = mapped_column(Json)
    legal_basis: Mapped[Records] = mapped_column(Json)
    contacts: Mapped[Records] = mapped_column(Json)
    sources: Mapped[Records] = mapped_column(Json)
    amounts: Mapped[list[str]] = mapped_column(Json)
    eligibility: Mapped[dict[str, Any]] = mapped_column(Json)
    # The condition under which someone gets the service already.
    already: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Made-up people, and what the rule should say of each.
    households: Mapped[Records] = mapped_column(Json, default=list)
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases]
    sensitive: Mapped[bool]
    # Where the source itself says that addresses and telephone numbers may be out of date.
    not_current: Mapped[bool] = mapped_column(default=False)
    # None where no editor has compared the texts with the agency's own yet.
    checked_on: Mapped[datetime.date | None]
    owner: Mapped[str]


class ServiceSlug(Model):
    """A slug that a service had before; it leads to the slug of today."""

    __tablename__ = "service_slug"

    slug: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)


class ServiceAgency(Model):
    """An agency that delivers a service together with the responsible one."""

    __tablename__ = "service_agency"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, index=True)
    position: Mapped[int]


class Channel(Model):
    """One way to apply for a service."""

    __tablename__ = "channel"
    __table_args__ = (sa.CheckConstraint("kind IN ('online', 'phone', 'in_person', 'post')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[Translations]
    url: Mapped[Translations | None]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    tty: Mapped[str | None] = mapped_column(sa.String(20))
    address: Mapped[str | None]
    hours: Mapped[Records] = mapped_column(Json)


class ServiceArea(Model):
    """An area where a service is offered, or, inside a larger one, is not."""

    __tablename__ = "service_area"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    excluded: Mapped[bool]


class Location(Model):
    """A place where people are served. ``hours`` and ``hours_exceptions`` have the shapes of the content schema."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    name: Mapped[Translations]
    street: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None] = mapped_column(sa.String(2))
    postcode: Mapped[str | None] = mapped_column(sa.String(10))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    hours: Mapped[Records] = mapped_column(Json)
    hours_note: Mapped[Translations | None]
    hours_exceptions: Mapped[Records] = mapped_column(Json)
    languages: Mapped[list[str]] = mapped_column(Json)
    accessibility: Mapped[Translations | None]
    not_current: Mapped[bool] = mapped_column(default=False)


class ServiceLocation(Model):
    """A service is offered at a location."""

    __tablename__ = "service_location"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    location_id: Mapped[int] = mapped_column(
        sa.ForeignKey("location.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class ServiceTerm(Model):
    """A word of a source's own vocabulary that describes a service."""

    __tablename__ = "service_term"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(200), primary_key=True)


class Source(Model):
    """A catalogue of others that records are taken from."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    format: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    url: Mapped[str | None]


class SourceRecord(Model):
    """What a source last said of a record: the base that editors' changes and its next edition are compared with.

    ``record_id`` is the agency, location or service here that ``identifier`` of the source belongs to.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('agency', 'location', 'service', 'article', 'intent', 'profile', 'fact', 'parameter')",
            name="kind",
        ),
        sa.UniqueConstraint("source_id", "kind", "identifier", name="uq_source_record_identifier"),
        sa.Index("ix_source_record_record", "kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    identifier: Mapped[str] = mapped_column(sa.String(200))
    record_id: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    # What the source says that has no place in a record here.
    beside: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Of all that the source says, to tell whether it says something new.
    digest: Mapped[str] = mapped_column(sa.String(64))
    changed_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    gone: Mapped[bool] = mapped_column(default=False)


class ImportConflict(Model):
    """A field that an editor and a later edition of the source both changed. The editor's text stays until decided."""

    __tablename__ = "import_conflict"
    __table_args__ = (sa.CheckConstraint("decision IN ('ours', 'theirs')", name="decision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_record_id: Mapped[int] = mapped_column(sa.ForeignKey("source_record.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(sa.String(80))
    base: Mapped[Any | None] = mapped_column(Json)
    ours: Mapped[Any | None] = mapped_column(Json)
    theirs: Mapped[Any | None] = mapped_column(Json)
    noticed_at: Mapped[datetime.datetime]
    decision: Mapped[str | None] = mapped_column(sa.String(6))
    decided_at: Mapped[datetime.datetime | None]
    # The staff member; who that is, identity knows.
    decided_by: Mapped[int | None]


class ImportRun(Model):
    """One run of an import: what it counted, and the troubles it met, as far as they are kept."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"), index=True)
    started_at: Mapped[datetime.datetime]
    finished_at: Mapped[datetime.datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    troubles: Mapped[Records] = mapped_column(Json)


class Parameter(Model):
    """An amount or limit that changes with time; ``values`` are its dated values, each with its citation.

    ``slug`` is its key in the content files.
    """

    __tablename__ = "parameter"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    label: Mapped[Translations]
    unit: Mapped[str] = mapped_column(sa.String(20))
    values: Mapped[Records] = mapped_column(Json)

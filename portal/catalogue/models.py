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
    summary: Mapped[Translations]
    url: Mapped[Translations]
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
    summary: Mapped[Translations]
    url: Mapped[Translations]
    who: Mapped[Translations]
    benefit: Mapped[Translations]
    how: Mapped[Translations | None]
    cost_free: Mapped[bool]
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
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases]
    sensitive: Mapped[bool]
    checked_on: Mapped[datetime.date]
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
    area: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    excluded: Mapped[bool]


class Location(Model):
    """A place where people are served."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[Translations]
    street: Mapped[str]
    city: Mapped[str]
    state: Mapped[str] = mapped_column(sa.String(2))
    postcode: Mapped[str] = mapped_column(sa.String(10))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    hours: Mapped[Records] = mapped_column(Json)


class Parameter(Model):
    """An amount or limit that changes with time; ``values`` are its dated values, each with its citation."""

    __tablename__ = "parameter"

    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    label: Mapped[Translations]
    unit: Mapped[str] = mapped_column(sa.String(20))
    values: Mapped[Records] = mapped_column(Json)

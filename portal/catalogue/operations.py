"""Writes of the catalogue. Records have the shape of ``content/schema.json`` and have been checked against it."""

import datetime
from typing import Any, Literal

import sqlalchemy as sa

from .. import events
from ..caching import advance_content_version
from ..database import assign, replace_rows, take_slugs
from ..extensions import db
from .events import AgencyChanged, ServiceChanged
from .models import Agency, Channel, Location, Parameter, Service, ServiceAgency, ServiceArea, ServiceSlug

Record = dict[str, Any]
Outcome = Literal["added", "changed", "unchanged"]


def save_agency(record: Record) -> Outcome:
    """Add an agency or bring it up to date. Its parent, if any, must have been saved before."""
    agency = db.session.scalar(sa.select(Agency).where(Agency.slug == record["slug"]))
    parent = record.get("parent")
    values = {
        "parent_id": _agency_id(parent) if parent else None,
        "name": record["name"],
        "short_name": record.get("short_name"),
        "summary": record["summary"],
        "url": record["url"],
        "contacts": record.get("contacts", []),
    }
    if agency is None:
        agency = Agency(slug=record["slug"], **values)
        db.session.add(agency)
        outcome: Outcome = "added"
    elif assign(agency, values):
        outcome = "changed"
    else:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    events.record(AgencyChanged(agency.id))
    return outcome


def save_parameter(record: Record) -> Outcome:
    """Add a parameter or bring it up to date."""
    parameter = db.session.get(Parameter, record["key"])
    values = {"label": record["label"], "unit": record["unit"], "values": record["values"]}
    if parameter is None:
        db.session.add(Parameter(key=record["key"], **values))
        outcome: Outcome = "added"
    elif assign(parameter, values):
        outcome = "changed"
    else:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    return outcome


def save_service(record: Record) -> Outcome:
    """Add a service or bring it up to date, with its channels, areas, locations, partners and old slugs.

    A service is known by its slug, or by an old slug that the record names: then it moves to the new one.
    """
    service = _known_service(record)
    values = {
        "slug": record["slug"],
        "status": record["status"],
        "valid_from": _day(record.get("valid_from")),
        "valid_to": _day(record.get("valid_to")),
        "agency_id": _agency_id(record["agency"]),
        "cost_free": record["cost"]["free"],
        "cost": record["cost"].get("text"),
        "checked_on": _day(record["checked"]),
        "sensitive": record.get("sensitive", False),
        **{name: record[name] for name in _REQUIRED},
        **{name: record.get(name) for name in _OPTIONAL},
        **{name: record.get(name, []) for name in _LISTS},
    }
    if service is None:
        service = Service(**values)
        db.session.add(service)
        db.session.flush()
        outcome: Outcome = "added"
        changed = True
    else:
        outcome = "changed"
        changed = assign(service, values)
    take_slugs(ServiceSlug, record.get("old_slugs", []), "service_id", service.id)
    changed |= _save_parts(service.id, record)
    if not changed:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    events.record(ServiceChanged(service.id))
    return outcome


def withdraw_service(slug: str) -> Outcome:
    """Take a service out of what the public sees; its record stays."""
    service = db.session.scalars(sa.select(Service).where(Service.slug == slug)).one()
    if not assign(service, {"status": "withdrawn"}):
        return "unchanged"
    db.session.flush()
    advance_content_version()
    events.record(ServiceChanged(service.id))
    return "changed"


_REQUIRED = (
    "title",
    "summary",
    "url",
    "who",
    "benefit",
    "sources",
    "eligibility",
    "also_asked_as",
    "situations",
    "owner",
)
_OPTIONAL = ("official_name", "how", "processing_time", "appeal")
_LISTS = ("outputs", "documents", "legal_basis", "contacts", "amounts")


def _save_parts(service_id: int, record: Record) -> bool:
    areas = record["areas"]
    parts: tuple[tuple[type[Any], list[Record]], ...] = (
        (ServiceSlug, [{"slug": slug} for slug in record.get("old_slugs", [])]),
        (
            ServiceAgency,
            [
                {"agency_id": _agency_id(slug), "position": position}
                for position, slug in enumerate(record.get("delivered_with", []))
            ],
        ),
        (
            ServiceArea,
            [{"area": area, "excluded": False} for area in areas["include"]]
            + [{"area": area, "excluded": True} for area in areas.get("exclude", [])],
        ),
        (
            Channel,
            [
                {
                    "position": position,
                    "kind": channel["kind"],
                    "text": channel["text"],
                    "hours": channel.get("hours", []),
                    **{name: channel.get(name) for name in ("url", "phone", "tty", "address")},
                }
                for position, channel in enumerate(record["channels"])
            ],
        ),
        (
            Location,
            [
                {
                    "position": position,
                    "hours": location.get("hours", []),
                    **{name: location[name] for name in ("name", "street", "city", "state", "postcode")},
                    **{name: location.get(name) for name in ("latitude", "longitude", "phone")},
                }
                for position, location in enumerate(record.get("locations", []))
            ],
        ),
    )
    changed = False
    for model, wanted in parts:
        changed |= replace_rows(model, "service_id", service_id, wanted)
    return changed


def _known_service(record: Record) -> Service | None:
    for slug in (record["slug"], *record.get("old_slugs", [])):
        service = db.session.scalar(sa.select(Service).where(Service.slug == slug))
        if service is not None:
            return service
    return None


def _agency_id(slug: str) -> int:
    return db.session.scalars(sa.select(Agency.id).where(Agency.slug == slug)).one()


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None

"""Writes of the catalogue. Records have the shape of ``content/schema.json`` and have been checked.

Starter content fills in all that the schema asks for; records from other catalogues leave out what nobody has told.
"""

import datetime
from typing import Any, Literal

import sqlalchemy as sa

from .. import events
from ..caching import advance_content_version
from ..database import assign, replace_rows, take_slugs
from ..extensions import db
from .events import AgencyChanged, ServiceChanged, ServiceTermsChanged
from .models import (
    Agency,
    Channel,
    Location,
    Parameter,
    Service,
    ServiceAgency,
    ServiceArea,
    ServiceLocation,
    ServiceSlug,
    ServiceTerm,
)

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
        "summary": record.get("summary"),
        "url": record.get("url"),
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
    parameter = db.session.scalar(sa.select(Parameter).where(Parameter.slug == record["key"]))
    values = {"label": record["label"], "unit": record["unit"], "values": record["values"]}
    if parameter is None:
        db.session.add(Parameter(slug=record["key"], **values))
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
        "cost_free": record.get("cost", {}).get("free"),
        "cost": record.get("cost", {}).get("text"),
        "checked_on": _day(record.get("checked")),
        "sensitive": record.get("sensitive", False),
        "not_current": record.get("not_current", False),
        **{name: record[name] for name in _REQUIRED},
        **{name: record.get(name) for name in _OPTIONAL},
        **{name: record.get(name, []) for name in _LISTS},
        **{name: record.get(name, {}) for name in _MAPPINGS},
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


def save_location(record: Record, location_id: int | None = None) -> tuple[int, Outcome]:
    """Add a location, or bring the one with the given id up to date. ``agency`` is a slug. Gives its id too.

    The services that are offered there are not told: who moves a location saves them as well.
    """
    values = {
        "agency_id": _agency_id(record["agency"]) if record.get("agency") else None,
        "name": record["name"],
        "not_current": record.get("not_current", False),
        **{name: record.get(name) for name in ("street", "city", "state", "postcode", "latitude", "longitude")},
        **{name: record.get(name) for name in ("phone", "hours_note", "accessibility")},
        **{name: record.get(name, []) for name in ("hours", "hours_exceptions", "languages")},
    }
    location = db.session.get(Location, location_id) if location_id is not None else None
    if location is None:
        location = Location(**values)
        db.session.add(location)
        outcome: Outcome = "added"
    elif assign(location, values):
        outcome = "changed"
    else:
        return location.id, "unchanged"
    db.session.flush()
    advance_content_version()
    return location.id, outcome


def save_terms(service_id: int, terms: list[tuple[str, str]]) -> bool:
    """Make these (scheme, value) the words of a source for a service, and say whether they differed."""
    wanted = [{"scheme": scheme, "value": value} for scheme, value in dict.fromkeys(terms)]
    if not replace_rows(ServiceTerm, "service_id", service_id, wanted):
        return False
    advance_content_version()
    events.record(ServiceChanged(service_id))
    events.record(ServiceTermsChanged(service_id))
    return True


_REQUIRED = ("title", "owner")
_OPTIONAL = ("official_name", "summary", "url", "who", "benefit", "how", "processing_time", "appeal", "already")
_LISTS = ("outputs", "documents", "legal_basis", "contacts", "amounts", "sources", "households")
_MAPPINGS = ("eligibility", "also_asked_as", "situations")


def _save_parts(service_id: int, record: Record) -> bool:
    areas = record.get("areas", {})
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
            [{"area": area, "excluded": False} for area in areas.get("include", [])]
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
                for position, channel in enumerate(record.get("channels", []))
            ],
        ),
        (
            ServiceLocation,
            [
                {"location_id": location_id, "position": position}
                for position, location_id in enumerate(_location_ids(service_id, record.get("locations", [])))
            ],
        ),
    )
    changed = False
    for model, wanted in parts:
        changed |= replace_rows(model, "service_id", service_id, wanted)
    return changed


def _location_ids(service_id: int, locations: list[Record | str]) -> list[int]:
    """Ids of the locations of a service, each given by its uid or as a record; one known by its address is kept."""
    ids = []
    for location in locations:
        if isinstance(location, str):
            ids.append(db.session.scalars(sa.select(Location.id).where(Location.uid == location)).one())
            continue
        known = db.session.scalars(
            sa.select(Location.id)
            .join(ServiceLocation, ServiceLocation.location_id == Location.id)
            .where(
                ServiceLocation.service_id == service_id,
                Location.street == location["street"],
                Location.postcode == location["postcode"],
            )
            .order_by(Location.id)
        ).first()
        ids.append(save_location(location, known)[0])
    return list(dict.fromkeys(ids))


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

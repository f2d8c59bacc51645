"""Records of the catalogue as they stand in the database, in the shape that its operations take.

Saving an exported record again changes nothing. What nobody has told is left out.
"""

from typing import Any

import sqlalchemy as sa

from ..database import read
from .imports.merge import is_empty
from .models import Agency, Channel, Location, Service, ServiceAgency, ServiceArea, ServiceLocation, ServiceSlug

Record = dict[str, Any]

_service, _agency, _location = Service.__table__, Agency.__table__, Location.__table__
_ID: sa.BindParameter[int] = sa.bindparam("id")
_SERVICE = (
    sa.select(*_service.c, _agency.c.slug.label("agency"))
    .join_from(_service, _agency, _agency.c.id == _service.c.agency_id)
    .where(_service.c.id == _ID)
)
_AGENCY = sa.select(*_agency.c).where(_agency.c.id == _ID)
_AGENCY_SLUG = sa.select(_agency.c.slug).where(_agency.c.id == _ID)
_LOCATION = sa.select(*_location.c).where(_location.c.id == _ID)


def _of_service(model: type[Any], *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).where(model.__table__.c.service_id == _ID)


_SLUGS = _of_service(ServiceSlug, ServiceSlug.__table__.c.slug).order_by(ServiceSlug.__table__.c.slug)
_PARTNERS = (
    _of_service(ServiceAgency, _agency.c.slug)
    .join_from(ServiceAgency.__table__, _agency, _agency.c.id == ServiceAgency.__table__.c.agency_id)
    .order_by(ServiceAgency.__table__.c.position)
)
_AREAS = _of_service(ServiceArea, ServiceArea.__table__.c.area, ServiceArea.__table__.c.excluded).order_by(
    ServiceArea.__table__.c.area
)
_CHANNELS = _of_service(Channel, *Channel.__table__.c).order_by(Channel.__table__.c.position)
_LOCATIONS = (
    _of_service(ServiceLocation, _location.c.uid)
    .join_from(ServiceLocation.__table__, _location, _location.c.id == ServiceLocation.__table__.c.location_id)
    .order_by(ServiceLocation.__table__.c.position)
)
_PLAIN = (
    *("title", "official_name", "summary", "url", "who", "benefit", "how", "processing_time", "appeal"),
    *("outputs", "documents", "legal_basis", "contacts", "amounts", "sources"),
    *("eligibility", "already", "households", "also_asked_as", "situations", "owner", "status", "slug", "agency"),
)


def service_record(service_id: int) -> Record:
    """A service with all its parts; ``locations`` are the uids of its locations. Raises LookupError."""
    row = _one(_SERVICE, service_id, "service")
    areas = read(_AREAS, id=service_id)
    cost = {"free": row.cost_free, "text": row.cost}
    return told(
        {
            **{name: row._mapping[name] for name in _PLAIN},
            "valid_from": row.valid_from and row.valid_from.isoformat(),
            "valid_to": row.valid_to and row.valid_to.isoformat(),
            "checked": row.checked_on and row.checked_on.isoformat(),
            "sensitive": row.sensitive or None,
            "not_current": row.not_current or None,
            "cost": {name: value for name, value in cost.items() if value is not None},
            "old_slugs": [one.slug for one in read(_SLUGS, id=service_id)],
            "delivered_with": [one.slug for one in read(_PARTNERS, id=service_id)],
            "areas": told(
                {
                    "include": [one.area for one in areas if not one.excluded],
                    "exclude": [one.area for one in areas if one.excluded],
                }
            ),
            "channels": [
                told({name: one._mapping[name] for name in ("kind", "text", "url", "phone", "tty", "address", "hours")})
                for one in read(_CHANNELS, id=service_id)
            ],
            "locations": [one.uid for one in read(_LOCATIONS, id=service_id)],
        }
    )


def agency_record(agency_id: int) -> Record:
    """An agency; ``parent`` is the slug of the one above it. Raises LookupError."""
    row = _one(_AGENCY, agency_id, "agency")
    parent = read(_AGENCY_SLUG, id=row.parent_id) if row.parent_id else ()
    return told(
        {
            **{name: row._mapping[name] for name in ("slug", "name", "short_name", "summary", "url", "contacts")},
            "parent": parent[0].slug if parent else None,
        }
    )


def location_record(location_id: int) -> Record:
    """A location; ``agency`` is a slug. Raises LookupError."""
    row = _one(_LOCATION, location_id, "location")
    agency = read(_AGENCY_SLUG, id=row.agency_id) if row.agency_id else ()
    fields = {name: row._mapping[name] for name in _location.c.keys() if name not in ("id", "uid", "agency_id")}  # noqa: SIM118
    return told(fields | {"not_current": row.not_current or None, "agency": agency[0].slug if agency else None})


def told(record: Record) -> Record:
    """The fields of a record that say something: what is None or empty is left out."""
    return {name: value for name, value in record.items() if not is_empty(value)}


def _one(statement: sa.Select[Any], record_id: int, kind: str) -> Any:
    found = read(statement, id=record_id)
    if not found:
        raise LookupError(f"no {kind} {record_id}")
    return found[0]

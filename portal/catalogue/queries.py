"""Reads of the catalogue. Each reads columns, not entities, in a number of queries that does not depend on the data."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..caching import kept_for_version, today
from ..database import read
from ..errors import Moved, NotFound, Withdrawn
from ..extensions import db
from ..i18n import Text, pick, require
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
    SourceRecord,
)
from .models import Source as CatalogueSource
from .places.queries import area_names
from .places.rules import Coverage, Place, grouped, miles_between
from .rules import is_offered, parameter_on


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One way to reach people who can help. ``hours`` as in the content schema."""

    label: Text
    phone: str | None
    tty: str | None
    text_to: str | None
    email: str | None
    url: Text | None
    hours: list[dict[str, Any]]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency as it is named beside a service."""

    id: int
    slug: str
    name: Text
    short_name: Text
    url: Text | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service in a list."""

    id: int
    uid: str
    slug: str
    title: Text
    summary: Text | None
    agency: AgencyRow
    free: bool | None
    cost: Text | None
    processing_time: Text | None
    documents: list[Text]
    sensitive: bool
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One way to apply; ``kind`` is online, phone, in_person or post."""

    kind: str
    text: Text
    url: Text | None
    phone: str | None
    tty: str | None
    address: str | None
    hours: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LocationRow:
    """A place where people are served. The note of an exception from its hours is a Text or None."""

    name: Text
    street: str | None
    city: str | None
    state: str | None
    postcode: str | None
    latitude: float | None
    longitude: float | None
    phone: str | None
    hours: list[dict[str, Any]]
    hours_note: Text | None
    hours_exceptions: list[dict[str, Any]]
    languages: list[str]
    accessibility: Text | None
    not_current: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of a record come from, and when its text was compared with it."""

    title: str
    url: str
    edition: datetime.date | None
    checked: datetime.date


@dataclass(frozen=True, slots=True)
class Origin:
    """The catalogue that a record was taken over from, and when that last said so."""

    title: str
    publisher: str
    licence: str
    url: str | None
    seen_on: datetime.date


@dataclass(frozen=True, slots=True)
class Amount:
    """The value of a parameter today. ``value`` is a number in ``unit``; ``citation`` says where it is laid down."""

    label: Text
    value: float
    unit: str
    since: datetime.date
    citation: str
    url: str
    checked: datetime.date


@dataclass(frozen=True, slots=True)
class ServicePage:
    """Everything that the page of a service shows of the catalogue."""

    id: int
    uid: str
    slug: str
    title: Text
    official_name: Text | None
    summary: Text | None
    url: Text | None
    agency: AgencyRow
    delivered_with: list[AgencyRow]
    who: Text | None
    benefit: Text | None
    outputs: list[Text]
    how: Text | None
    channels: list[ChannelRow]
    free: bool | None
    cost: Text | None
    processing_time: Text | None
    documents: list[Text]
    appeal: Text | None
    legal_basis: list[dict[str, str]]
    areas: list[str]
    areas_excluded: list[str]
    coverage: Coverage
    locations: list[LocationRow]
    contacts: list[ContactPoint]
    sources: list[Source]
    origins: list[Origin]
    amounts: list[Amount]
    sensitive: bool
    not_current: bool
    checked_on: datetime.date | None
    valid_to: datetime.date | None
    languages: list[str]


NOWHERE = Coverage((), ())
_service = Service.__table__.c
_agency = Agency.__table__.c
_AGENCY_COLUMNS = (_agency.id, _agency.slug, _agency.name, _agency.short_name, _agency.url)
_AGENCY_LABELS = tuple(column.label(f"agency_{column.key}") for column in _AGENCY_COLUMNS[1:])
_TODAY = sa.bindparam("today", type_=sa.Date)
# The condition that the public sees a service; the same rule as ``rules.is_offered``.
_OFFERED = sa.and_(
    _service.status == "published",
    sa.or_(_service.valid_from.is_(None), _service.valid_from <= _TODAY),
    sa.or_(_service.valid_to.is_(None), _service.valid_to >= _TODAY),
)
_SERVICES_BY_ID = (
    sa.select(
        _service.id,
        _service.uid,
        _service.slug,
        _service.title,
        _service.summary,
        _service.agency_id,
        _service.cost_free,
        _service.cost,
        _service.processing_time,
        _service.documents,
        _service.sensitive,
        *_AGENCY_LABELS,
    )
    .join_from(Service.__table__, Agency.__table__, _agency.id == _service.agency_id)
    .where(_service.id.in_(sa.bindparam("ids", expanding=True)), _OFFERED)
)
_SERVICE_BY_SLUG = (
    sa.select(*_service, *_AGENCY_LABELS)
    .join_from(Service.__table__, Agency.__table__, _agency.id == _service.agency_id)
    .where(_service.slug == sa.bindparam("slug"))
)
_SERVICE_BY_KEY = sa.select(*Service.__table__.c["id", "slug", "status", "valid_from", "valid_to"]).where(
    sa.or_(_service.slug == sa.bindparam("key"), _service.uid == sa.bindparam("key"))
)
_partner = ServiceAgency.__table__.c
_PARTNERS = (
    sa.select(*_AGENCY_COLUMNS)
    .join_from(Agency.__table__, ServiceAgency.__table__, _partner.agency_id == _agency.id)
    .where(_partner.service_id == sa.bindparam("service_id"))
    .order_by(_partner.position)
)
_area = ServiceArea.__table__.c
_AREAS = (
    sa.select(_area.area, _area.excluded).where(_area.service_id == sa.bindparam("service_id")).order_by(_area.area)
)
_channel = Channel.__table__.c
_CHANNELS = sa.select(*_channel).where(_channel.service_id == sa.bindparam("service_id")).order_by(_channel.position)
_location = Location.__table__.c
_at = ServiceLocation.__table__.c
_LOCATIONS = (
    sa.select(*_location)
    .join_from(Location.__table__, ServiceLocation.__table__, _at.location_id == _location.id)
    .where(_at.service_id == sa.bindparam("service_id"))
    .order_by(_at.position)
)
_origin = SourceRecord.__table__.c
_ORIGINS = (
    sa.select(
        *(CatalogueSource.__table__.c[name] for name in ("title", "publisher", "licence", "url")), _origin.seen_at
    )
    .join_from(SourceRecord.__table__, CatalogueSource.__table__, _origin.source_id == CatalogueSource.__table__.c.id)
    .where(
        _origin.kind == "service",
        _origin.record_id == sa.bindparam("service_id"),
        # What ships with Portico names its sources itself.
        CatalogueSource.__table__.c.key != "starter",
    )
    .order_by(CatalogueSource.__table__.c.key)
)
_OFFERED_SERVICES = (
    sa.select(_service.id, _agency.slug)
    .join_from(Service.__table__, Agency.__table__, _agency.id == _service.agency_id)
    .where(_OFFERED)
    .order_by(_service.title["en"].as_string(), _service.id)
)


def contact_points(records: Iterable[dict[str, Any]], lang: str) -> list[ContactPoint]:
    """Contact points from their JSON records."""
    return [
        ContactPoint(
            label=require(record["label"], lang),
            phone=record.get("phone"),
            tty=record.get("tty"),
            text_to=record.get("text_to"),
            email=record.get("email"),
            url=pick(record.get("url"), lang),
            hours=record.get("hours", []),
            languages=record.get("languages", []),
        )
        for record in records
    ]


def service_rows(ids: Collection[int], lang: str) -> dict[int, ServiceRow]:
    """Offered services by id; one that is not offered today is left out. One query."""
    if not ids:
        return {}
    held = coverages()
    return {
        row.id: _service_row(row, held.get(row.id, NOWHERE), lang)
        for row in read(_SERVICES_BY_ID, ids=list(ids), today=today())
    }


def service_page(slug: str, lang: str) -> ServicePage:
    """The page of an offered service.

    Raises Moved for an old slug, Withdrawn for a service that is no longer offered, NotFound for any other.
    """
    found = read(_SERVICE_BY_SLUG, slug=slug)
    if not found:
        raise _missing(slug)
    row = found[0]
    _require_offered(row)
    areas = read(_AREAS, service_id=row.id)
    included = [area.area for area in areas if not area.excluded]
    excluded = [area.area for area in areas if area.excluded]
    return ServicePage(
        id=row.id,
        uid=row.uid,
        slug=row.slug,
        title=require(row.title, lang),
        official_name=pick(row.official_name, lang),
        summary=pick(row.summary, lang),
        url=pick(row.url, lang),
        agency=_service_agency(row, lang),
        delivered_with=[_agency_row(one, lang) for one in read(_PARTNERS, service_id=row.id)],
        who=pick(row.who, lang),
        benefit=pick(row.benefit, lang),
        outputs=[require(record, lang) for record in row.outputs],
        how=pick(row.how, lang),
        channels=_channels(row.id, lang),
        free=row.cost_free,
        cost=pick(row.cost, lang),
        processing_time=pick(row.processing_time, lang),
        documents=[require(record, lang) for record in row.documents],
        appeal=pick(row.appeal, lang),
        legal_basis=row.legal_basis,
        areas=included,
        areas_excluded=excluded,
        coverage=_coverage(included, excluded, area_names([*included, *excluded])),
        locations=_locations(row.id, lang),
        contacts=contact_points(row.contacts, lang),
        sources=sources(row.sources),
        origins=[
            Origin(one.title, one.publisher, one.licence, one.url, one.seen_at.date())
            for one in read(_ORIGINS, service_id=row.id)
        ],
        amounts=amounts({*row.amounts, *amounts_in(row.eligibility)}, lang),
        sensitive=row.sensitive,
        not_current=row.not_current,
        checked_on=row.checked_on,
        valid_to=row.valid_to,
        languages=sorted(row.title),
    )


def offered_service(key: str) -> int:
    """The id of an offered service by its slug or its lasting identifier.

    Raises Moved for an old slug, Withdrawn for a service that is no longer offered, NotFound for any other.
    """
    found = read(_SERVICE_BY_KEY, key=key)
    if not found:
        raise _missing(key)
    _require_offered(found[0])
    service_id: int = found[0].id
    return service_id


def sources(records: Iterable[dict[str, Any]]) -> list[Source]:
    """Sources from their JSON records."""
    return [
        Source(
            title=record["title"],
            url=record["url"],
            edition=datetime.date.fromisoformat(record["edition"]) if "edition" in record else None,
            checked=datetime.date.fromisoformat(record["checked"]),
        )
        for record in records
    ]


def amounts_in(criterion: Any) -> set[str]:
    """Keys of the parameters that a criterion compares with as they are.

    A share of one, or one that depends on the size of a home, says nothing to readers by itself.
    """
    parts = criterion.values() if isinstance(criterion, dict) else criterion if isinstance(criterion, list) else ()
    found = {key for part in parts for key in amounts_in(part)}
    if isinstance(criterion, dict) and set(criterion) == {"parameter"}:
        found.add(criterion["parameter"])
    return found


def amounts(keys: Collection[str], lang: str) -> list[Amount]:
    """Today's values of parameters; one without a value today is left out."""
    if not keys:
        return []
    rows = db.session.execute(
        sa.select(Parameter.label, Parameter.unit, Parameter.values)
        .where(Parameter.slug.in_(keys))
        .order_by(Parameter.slug)
    ).all()
    held = ((row, parameter_on(row[2], today())) for row in rows)
    return [
        Amount(
            label=require(row.label, lang),
            value=value["value"],
            unit=row.unit,
            since=datetime.date.fromisoformat(value["from"]),
            citation=value["citation"],
            url=value["url"],
            checked=datetime.date.fromisoformat(value["checked"]),
        )
        for row, value in held
        if value is not None
    ]


def offered_services() -> list[tuple[int, str]]:
    """(id, slug of the responsible agency) of every service offered today, by default title."""
    rows = read(_OFFERED_SERVICES, today=today())
    return [(row.id, row.slug) for row in rows]


def service_titles(lang: str) -> dict[int, Text]:
    """Titles of all services by id."""
    rows = db.session.execute(sa.select(Service.id, Service.title)).all()
    return {row.id: require(row.title, lang) for row in rows}


def areas_served() -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """(areas included, areas excluded) of each service by id."""
    named: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in db.session.execute(sa.select(ServiceArea.service_id, ServiceArea.area, ServiceArea.excluded)):
        named[row.service_id][row.excluded].add(row.area)
    return {service_id: (frozenset(inside), frozenset(outside)) for service_id, (inside, outside) in named.items()}


@kept_for_version
def coverages() -> dict[int, Coverage]:
    """Where each service is offered, by id; one of which nobody has said so is left out.

    Services of the same areas share what is kept.
    """
    served = areas_served()
    names = area_names({area for named in served.values() for areas in named for area in areas})
    shared = {named: _coverage(*named, names) for named in set(served.values())}
    return {service_id: shared[named] for service_id, named in served.items()}


def nearest_first(locations: Iterable[LocationRow], place: Place | None) -> list[tuple[LocationRow, float | None]]:
    """Locations with their distance from a place in miles, the nearest first; without a place in the given order."""
    if place is None or place.latitude is None or place.longitude is None:
        return [(location, None) for location in locations]
    measured = [
        (
            location,
            miles_between(place.latitude, place.longitude, location.latitude, location.longitude)
            if location.latitude is not None and location.longitude is not None
            else None,
        )
        for location in locations
    ]
    return sorted(measured, key=lambda one: (one[1] is None, one[1]))


@kept_for_version
def agency_titles(lang: str) -> list[tuple[str, Text]]:
    """(slug, name) of the agencies, by name."""
    rows = db.session.execute(sa.select(Agency.slug, Agency.name)).all()
    return sorted(((row.slug, require(row.name, lang)) for row in rows), key=lambda item: item[1])


def agency_rows(lang: str) -> dict[int, AgencyRow]:
    """All agencies by id."""
    rows = db.session.execute(sa.select(*_AGENCY_COLUMNS)).all()
    return {row.id: _agency_row(row, lang) for row in rows}


def agency_contacts(agency_id: int, lang: str) -> list[ContactPoint]:
    """The contact points of an agency."""
    records = db.session.execute(sa.select(Agency.contacts).where(Agency.id == agency_id)).scalar_one()
    return contact_points(records, lang)


def services_of_agency(agency_id: int) -> list[int]:
    """Ids of the services that an agency is responsible for, whatever their status."""
    return list(db.session.scalars(sa.select(Service.id).where(Service.agency_id == agency_id).order_by(Service.id)))


def services_changed_since(day: datetime.date) -> list[int]:
    """Ids of the services that the public began or ceased to see, by their validity, between a day and today."""
    eve = day - datetime.timedelta(days=1)
    began = Service.valid_from.between(day, today())
    query = sa.select(Service.id).where(sa.or_(began, Service.valid_to.between(eve, today())))
    return list(db.session.scalars(query.order_by(Service.id)))


def service_ids_by_slug(slugs: Collection[str]) -> dict[str, int]:
    """Ids of services, whatever their status."""
    if not slugs:
        return {}
    rows = db.session.execute(sa.select(Service.slug, Service.id).where(Service.slug.in_(slugs))).all()
    return {row.slug: row.id for row in rows}


def _require_offered(row: Any) -> None:
    if not is_offered(row.status, row.valid_from, row.valid_to, today()):
        closed = row.status == "withdrawn" or (row.valid_to is not None and row.valid_to < today())
        raise Withdrawn(row.slug) if closed else NotFound(row.slug)


def _missing(slug: str) -> Exception:
    current = db.session.execute(
        sa.select(Service.slug).join(ServiceSlug, ServiceSlug.service_id == Service.id).where(ServiceSlug.slug == slug)
    ).scalar_one_or_none()
    return Moved(current) if current else NotFound(slug)


def _channels(service_id: int, lang: str) -> list[ChannelRow]:
    rows = read(_CHANNELS, service_id=service_id)
    return [
        ChannelRow(row.kind, require(row.text, lang), pick(row.url, lang), row.phone, row.tty, row.address, row.hours)
        for row in rows
    ]


def _locations(service_id: int, lang: str) -> list[LocationRow]:
    rows = read(_LOCATIONS, service_id=service_id)
    return [
        LocationRow(
            name=require(row.name, lang),
            street=row.street,
            city=row.city,
            state=row.state,
            postcode=row.postcode,
            latitude=row.latitude,
            longitude=row.longitude,
            phone=row.phone,
            hours=row.hours,
            hours_note=pick(row.hours_note, lang),
            hours_exceptions=[{**one, "note": pick(one.get("note"), lang)} for one in row.hours_exceptions],
            languages=row.languages,
            accessibility=pick(row.accessibility, lang),
            not_current=row.not_current,
        )
        for row in rows
    ]


def _coverage(included: Collection[str], excluded: Collection[str], names: dict[str, str]) -> Coverage:
    return Coverage(grouped(included, names), grouped(excluded, names))


def _service_row(row: Any, coverage: Coverage, lang: str) -> ServiceRow:
    return ServiceRow(
        id=row.id,
        uid=row.uid,
        slug=row.slug,
        title=require(row.title, lang),
        summary=pick(row.summary, lang),
        agency=_service_agency(row, lang),
        free=row.cost_free,
        cost=pick(row.cost, lang),
        processing_time=pick(row.processing_time, lang),
        documents=[require(record, lang) for record in row.documents],
        sensitive=row.sensitive,
        coverage=coverage,
    )


def _service_agency(row: Any, lang: str) -> AgencyRow:
    name = require(row.agency_name, lang)
    return AgencyRow(
        row.agency_id, row.agency_slug, name, pick(row.agency_short_name, lang) or name, pick(row.agency_url, lang)
    )


def _agency_row(row: Any, lang: str) -> AgencyRow:
    name = require(row.name, lang)
    return AgencyRow(row.id, row.slug, name, pick(row.short_name, lang) or name, pick(row.url, lang))


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """What search knows of a service, in every language it has."""

    id: int
    uid: str
    slug: str
    agency: str
    title: dict[str, str]
    summary: dict[str, str] | None
    texts: list[dict[str, str]]
    also_asked_as: dict[str, list[str]]
    situations: dict[str, list[str]]
    sensitive: bool


def service_documents(ids: Collection[int] | None = None) -> Iterator[ServiceDocument]:
    """What search knows of the services offered today; of the named ones only, where ids are given."""
    query = (
        sa.select(
            Service.id,
            Service.uid,
            Service.slug,
            Agency.slug.label("agency"),
            Agency.name.label("agency_name"),
            Service.title,
            Service.summary,
            Service.official_name,
            Service.who,
            Service.benefit,
            Service.how,
            Service.outputs,
            Service.documents,
            Service.also_asked_as,
            Service.situations,
            Service.sensitive,
        )
        .join(Agency, Agency.id == Service.agency_id)
        .where(_OFFERED)
        .order_by(Service.id)
        .execution_options(yield_per=200)
    )
    if ids is not None:
        query = query.where(Service.id.in_(ids))
    for row in db.session.execute(query, {"today": today()}):
        texts = [row.official_name, row.summary, row.who, row.benefit, row.how, row.agency_name]
        yield ServiceDocument(
            row.id,
            row.uid,
            row.slug,
            row.agency,
            row.title,
            row.summary,
            [text for text in texts if text] + row.outputs + row.documents,
            row.also_asked_as,
            row.situations,
            row.sensitive,
        )

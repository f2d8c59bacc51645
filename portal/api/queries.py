"""Reads for machines."""

from dataclasses import dataclass

import sqlalchemy as sa

from ..caching import kept_for_version
from ..catalogue.models import Service
from ..database import read
from ..eligibility.queries import rulebook
from ..eligibility.records import rules_digest

_service = Service.__table__.c
_PUBLISHED = (
    sa.select(_service.slug, _service.uid, _service.title).where(_service.status == "published").order_by(_service.slug)
)


@dataclass(frozen=True, slots=True)
class ServiceName:
    """How a service is named: its lasting identifier, and its title in each language."""

    uid: str
    title: dict[str, str]


@kept_for_version
def published_services() -> dict[str, ServiceName]:
    """All published services by slug, those that are closed today included."""
    return {row.slug: ServiceName(row.uid, row.title) for row in read(_PUBLISHED)}


@kept_for_version
def digest() -> str:
    """The short name of the rules that hold for everybody now."""
    return rules_digest(rulebook())

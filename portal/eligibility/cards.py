"""What the pages show of the services and intents beside the rules: names, next steps, contacts, documents."""

import itertools
from dataclasses import dataclass

import sqlalchemy as sa

from ..caching import kept_for_version, today
from ..catalogue.models import Agency, Channel, Service
from ..catalogue.queries import ContactPoint, contact_points
from ..catalogue.rules import is_offered
from ..database import read
from ..i18n import Text, pick, require
from ..intents.models import Intent
from .queries import HAS_RULE

_service = Service.__table__.c
_agency = Agency.__table__.c
_channel = Channel.__table__.c
_intent = Intent.__table__.c
_CARDS = (
    sa.select(_service.id, _service.slug, _service.title, _service.url, _service.documents, _service.sensitive)
    .add_columns(_service.status, _service.valid_from, _service.valid_to, _service.contacts)
    .add_columns(_agency.name.label("agency"), _agency.contacts.label("agency_contacts"))
    .join_from(Service.__table__, Agency.__table__, _agency.id == _service.agency_id)
    .where(HAS_RULE)
    .order_by(_service.slug)
)
_CHANNELS = (
    sa.select(_channel.service_id, _channel.kind, _channel.url, _channel.phone)
    .join_from(Channel.__table__, Service.__table__, _service.id == _channel.service_id)
    .where(HAS_RULE)
    .order_by(_channel.service_id, _channel.position)
)
_INTENTS = sa.select(_intent.slug, _intent.kind, _intent.title, _intent.first, _intent.sensitive).order_by(
    _intent.position, _intent.slug
)


@dataclass(frozen=True, slots=True)
class Card:
    """A service that has a rule. ``online`` and ``phone`` are where one applies; ``contact`` is who answers questions.

    ``offered``: whether it has a page today.
    """

    id: int
    slug: str
    title: Text
    agency: Text
    online: Text | None
    phone: str | None
    contact: ContactPoint | None
    documents: tuple[Text, ...]
    sensitive: bool
    offered: bool


@dataclass(frozen=True, slots=True)
class IntentCard:
    """An intent; ``first`` is what to do before all else."""

    slug: str
    kind: str
    title: Text
    first: Text | None
    sensitive: bool


@kept_for_version
def service_cards(lang: str) -> dict[str, Card]:
    """All published services that have a rule, by slug."""
    channels = {
        service_id: list(rows) for service_id, rows in itertools.groupby(read(_CHANNELS), lambda row: row.service_id)
    }
    cards = {}
    for row in read(_CARDS):
        ways = channels.get(row.id, [])
        contacts = contact_points([*row.contacts, *row.agency_contacts][:1], lang)
        cards[row.slug] = Card(
            id=row.id,
            slug=row.slug,
            title=require(row.title, lang),
            agency=require(row.agency, lang),
            online=next((pick(way.url, lang) for way in ways if way.kind == "online" and way.url), pick(row.url, lang)),
            phone=next((way.phone for way in ways if way.phone), None),
            contact=contacts[0] if contacts else None,
            documents=tuple(require(record, lang) for record in row.documents),
            sensitive=row.sensitive,
            offered=is_offered(row.status, row.valid_from, row.valid_to, today()),
        )
    return cards


@kept_for_version
def intent_cards(lang: str) -> dict[str, IntentCard]:
    """All intents by slug, in editorial order."""
    return {
        row.slug: IntentCard(row.slug, row.kind, require(row.title, lang), pick(row.first, lang), row.sensitive)
        for row in read(_INTENTS)
    }

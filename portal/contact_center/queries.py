"""Reads of the contact page."""

import re
from dataclasses import dataclass

from ..catalogue.queries import ContactPoint, agency_contacts, service_page
from ..errors import PortalError
from ..i18n import Text
from ..intents.queries import bundle_page

_SERVICE = re.compile(r"^/[a-z]{2}/services/([a-z0-9-]+)$")
_INTENT = re.compile(r"^/[a-z]{2}/(?:(life-events|needs)|for/([a-z0-9-]+))/([a-z0-9-]+)$")


@dataclass(frozen=True, slots=True)
class Topic:
    """What the person was reading, a service or an intent, and who can help with it."""

    kind: str
    id: int
    title: Text
    contacts: list[ContactPoint]


def topic_of_page(path: str, lang: str) -> Topic | None:
    """The topic of a page of this portal by its path; None for a page that is about nothing in particular."""
    try:
        if match := _SERVICE.match(path):
            service = service_page(match[1], lang)
            contacts = [*service.contacts, *agency_contacts(service.agency.id, lang)]
            # A service and its agency often name the same line: it is shown once, as the service names it.
            lines: dict[str, ContactPoint] = {}
            for contact in contacts:
                lines.setdefault(contact.phone or contact.email or str(contact.url), contact)
            return Topic("service", service.id, service.title, list(lines.values()))
        if match := _INTENT.match(path):
            bundle = bundle_page(match[3], None, lang, match[2])
            return Topic("intent", bundle.intent.id, bundle.intent.title, bundle.contacts)
    except PortalError:
        pass
    return None

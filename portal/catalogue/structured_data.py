"""Services as schema.org GovernmentService, for search engines and assistants."""

from typing import Any

from ..markup import plain_text
from .queries import AgencyRow, ContactPoint, ServicePage

_DAYS = {
    "mo": "Monday",
    "tu": "Tuesday",
    "we": "Wednesday",
    "th": "Thursday",
    "fr": "Friday",
    "sa": "Saturday",
    "su": "Sunday",
}


def government_service(page: ServicePage, address: str) -> dict[str, Any]:
    """The JSON-LD object of a service whose page stands at ``address``."""
    agency = _organization(page.agency)
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "name": page.title,
        **({"description": page.summary} if page.summary else {}),
        "url": address,
        "serviceType": page.official_name or page.title,
        "provider": agency,
        **({"sameAs": page.url} if page.url else {}),
        **({"audience": {"@type": "Audience", "audienceType": plain_text(page.who)}} if page.who else {}),
        "areaServed": [{"@type": "AdministrativeArea", "identifier": area} for area in page.areas],
        "availableChannel": [
            {
                "@type": "ServiceChannel",
                "name": plain_text(channel.text),
                **({"serviceUrl": channel.url} if channel.url else {}),
                **(
                    {"servicePhone": {"@type": "ContactPoint", "telephone": _telephone(channel.phone)}}
                    if channel.phone
                    else {}
                ),
                **({"servicePostalAddress": channel.address} if channel.address else {}),
            }
            for channel in page.channels
        ],
    }
    if page.contacts:
        agency["contactPoint"] = [_contact(contact) for contact in page.contacts if contact.phone]
    if page.outputs:
        document["serviceOutput"] = [{"@type": "Thing", "name": output} for output in page.outputs]
    if page.delivered_with:
        document["serviceOperator"] = [_organization(partner) for partner in page.delivered_with]
    return document


def _organization(agency: AgencyRow) -> dict[str, Any]:
    return {"@type": "GovernmentOrganization", "name": agency.name, **({"url": agency.url} if agency.url else {})}


def _contact(contact: ContactPoint) -> dict[str, Any]:
    point: dict[str, Any] = {
        "@type": "ContactPoint",
        "name": contact.label,
        "telephone": _telephone(contact.phone or ""),
    }
    if contact.languages:
        point["availableLanguage"] = contact.languages
    hours = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_DAYS[day] for day in entry["days"]],
            "opens": entry["opens"],
            "closes": entry["closes"],
        }
        for entry in contact.hours
        if "opens" in entry
    ]
    if hours:
        point["hoursAvailable"] = hours
    return point


def _telephone(number: str) -> str:
    """A number with the country's code; a short one as it is."""
    return f"+1-{number}" if sum(digit.isdigit() for digit in number) == 10 else number

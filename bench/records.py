"""Made-up catalogues of any size, as records of the shape of ``portal/content/schema.json``. Nothing here does I/O.

A catalogue is made in blocks of 100 services. References stay within a block, and every record has its own random
numbers. So the first block, the *core*, is in every catalogue of the same seed, to the letter: what a page of the core
costs more in a large catalogue than in a small one is the cost of size alone.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .words import Vocabulary

Record = dict[str, Any]

BLOCK = 100
PROFILES = 12
PARAMETERS = 20
CORE_AGENCIES, MORE_AGENCIES = 30, 2
CORE_INTENTS, MORE_INTENTS = 20, 5
MAX_BUNDLE = 20
MAX_CHILDREN = 12
LANGUAGES = ("en", "es")
CHECKED = "2026-11-01"
STATES = ("US-AZ", "US-CA", "US-FL", "US-GA", "US-IL", "US-MI", "US-NY", "US-OH", "US-PA", "US-PR", "US-TX", "US-WA")
_VOCABULARIES = {lang: Vocabulary.of(lang) for lang in LANGUAGES}


@dataclass
class Records:
    """A catalogue, each kind in an order in which it can be saved."""

    agencies: list[Record] = field(default_factory=list)
    profiles: list[Record] = field(default_factory=list)
    parameters: list[Record] = field(default_factory=list)
    services: list[Record] = field(default_factory=list)
    intents: list[Record] = field(default_factory=list)
    articles: list[Record] = field(default_factory=list)


def make_records(services: int, seed: int) -> Records:
    """A catalogue of so many services (a multiple of 100): an article to two services, an intent to about twenty.

    As many intents stand at the top whatever the size; the others lie below the last of these, in a tree.
    """
    if services % BLOCK:
        raise ValueError(f"{services} is not a multiple of {BLOCK}")
    made = Records(
        profiles=[_profile(seed, number) for number in range(PROFILES)],
        parameters=[_parameter(seed, number) for number in range(PARAMETERS)],
    )
    for block in range(services // BLOCK):
        _add_block(made, seed, block)
    return made


def _add_block(made: Records, seed: int, block: int) -> None:
    core = block == 0
    agencies = [_agency(seed, block, number) for number in range(CORE_AGENCIES if core else MORE_AGENCIES)]
    agency_slugs = [record["slug"] for record in agencies]
    services = [_service(seed, block * BLOCK + number, agency_slugs) for number in range(BLOCK)]
    service_slugs = [record["slug"] for record in services]
    if core:
        intents = [_intent(seed, number, service_slugs, None) for number in range(CORE_INTENTS)]
    else:
        first = CORE_INTENTS + (block - 1) * MORE_INTENTS
        parts = [service_slugs[start : start + MAX_BUNDLE] for start in range(0, BLOCK, MAX_BUNDLE)]
        intents = [_intent(seed, first + place, part, _parent(first + place)) for place, part in enumerate(parts)]
    intent_slugs = [record["slug"] for record in intents]
    made.agencies += agencies
    made.services += services
    made.intents += intents
    made.articles += [
        _article(seed, block * BLOCK // 2 + number, service_slugs, intent_slugs) for number in range(BLOCK // 2)
    ]


def _parent(number: int) -> str:
    """The intent above one that is not of the core: a tree in which none has more than so many children."""
    place = number - CORE_INTENTS
    return f"intent-{CORE_INTENTS - 1 + place // MAX_CHILDREN}"


def _rng(seed: int, kind: str, number: int) -> random.Random:
    return random.Random(f"{seed}-{kind}-{number}")


def _line(rng: random.Random, shortest: int, longest: int) -> Record:
    return {lang: _VOCABULARIES[lang].line(rng, rng.randint(shortest, longest)).capitalize() for lang in LANGUAGES}


def _sentence(rng: random.Random, shortest: int = 8, longest: int = 18) -> Record:
    return {lang: _VOCABULARIES[lang].sentence(rng, shortest, longest) for lang in LANGUAGES}


def _text(rng: random.Random, words: int) -> Record:
    return {lang: _VOCABULARIES[lang].text(rng, words) for lang in LANGUAGES}


def _phrases(rng: random.Random, count: int) -> Record:
    return {
        lang: list(dict.fromkeys(_VOCABULARIES[lang].line(rng, rng.randint(1, 5)) for _ in range(count)))
        for lang in LANGUAGES
    }


def _situations(rng: random.Random, count: int) -> Record:
    return {
        lang: list(dict.fromkeys(_VOCABULARIES[lang].sentence(rng, 8, 20) for _ in range(count))) for lang in LANGUAGES
    }


def _links(slug: str, rng: random.Random) -> Record:
    links = {"en": f"https://www.example.gov/{slug}"}
    return links | {"es": f"https://www.example.gov/es/{slug}"} if rng.random() < 0.5 else links


def _phone(rng: random.Random) -> str:
    return f"800-555-{rng.randint(0, 9999):04}"


def _hours(rng: random.Random) -> list[Record]:
    if rng.random() < 0.2:
        return [{"days": ["mo", "tu", "we", "th", "fr", "sa", "su"]}]
    return [{"days": ["mo", "tu", "we", "th", "fr"], "opens": "08:00", "closes": "19:00", "zone": "local"}]


def _contact(rng: random.Random, slug: str) -> Record:
    contact = {"label": _line(rng, 2, 4), "phone": _phone(rng), "hours": _hours(rng), "languages": ["en", "es"]}
    if rng.random() < 0.5:
        contact |= {"tty": _phone(rng), "url": _links(slug, rng)}
    return contact


def _sources(slug: str) -> list[Record]:
    return [
        {
            "key": key,
            "title": f"Source {key} of {slug}",
            "url": f"https://www.example.gov/{key}/{slug}",
            "checked": CHECKED,
        }
        for key in ("page", "law", "data")
    ]


def _profile(seed: int, number: int) -> Record:
    rng = _rng(seed, "profile", number)
    return {
        "slug": f"profile-{number}",
        "position": number + 1,
        "title": _line(rng, 1, 3),
        "summary": _sentence(rng),
        "also_asked_as": _phrases(rng, 6),
        "situations": _situations(rng, 3),
    }


def _parameter(seed: int, number: int) -> Record:
    rng = _rng(seed, "parameter", number)
    value = {
        "from": "2020-01-01",
        "value": rng.randint(500, 5_000),
        "citation": f"Notice {number}",
        "url": "https://www.example.gov/amounts",
        "checked": CHECKED,
    }
    return {"key": f"parameter_{number}", "label": _line(rng, 3, 6), "unit": "dollars_per_month", "values": [value]}


def _agency(seed: int, block: int, number: int) -> Record:
    slug = f"agency-{block}-{number}"
    rng = _rng(seed, slug, 0)
    return {
        "slug": slug,
        "name": _line(rng, 3, 6),
        "short_name": _line(rng, 1, 2),
        "summary": _sentence(rng),
        "url": _links(slug, rng),
        "contacts": [_contact(rng, slug)],
    }


def _service(seed: int, number: int, agencies: list[str]) -> Record:
    rng = _rng(seed, "service", number)
    slug = f"service-{number}"
    agency, *partners = rng.sample(agencies, min(len(agencies), rng.choice((1, 1, 1, 2, 3))))
    free = rng.random() < 0.8
    record: Record = {
        "slug": slug,
        "status": "published",
        "agency": agency,
        "delivered_with": partners,
        "title": _line(rng, 3, 7),
        "official_name": _line(rng, 3, 7),
        "summary": _sentence(rng),
        "url": _links(slug, rng),
        "who": _text(rng, 80),
        "benefit": _text(rng, 45),
        "outputs": [_line(rng, 2, 5)],
        "how": _text(rng, 35),
        "channels": list(_channels(rng, slug)),
        "cost": {"free": True} if free else {"free": False, "text": _sentence(rng, 5, 10)},
        "processing_time": _sentence(rng, 5, 10),
        "documents": [_line(rng, 2, 6) for _ in range(rng.randint(2, 6))],
        "appeal": _text(rng, 20),
        "legal_basis": [{"citation": f"{rng.randint(1, 50)} U.S.C. {rng.randint(100, 9999)}"}],
        "areas": {"include": ["US"] if rng.random() < 0.7 else rng.sample(STATES, rng.randint(1, 5))},
        "locations": [_location(rng) for _ in range(rng.choice((0, 0, 1, 3)))],
        "contacts": [_contact(rng, slug) for _ in range(rng.randint(1, 2))],
        "checked": CHECKED,
        "owner": "Measuring editors",
        "sources": _sources(slug),
        "eligibility": {"all": [_condition(rng), {"any": [_condition(rng), _condition(rng)]}, _condition(rng)]},
        "also_asked_as": _phrases(rng, 7),
        "situations": _situations(rng, 4),
    }
    if rng.random() < 0.5:
        record["profiles"] = [f"profile-{one}" for one in sorted(rng.sample(range(PROFILES), rng.randint(1, 3)))]
        record["profiles_only"] = rng.random() < 0.3
    return record


def _channels(rng: random.Random, slug: str) -> Iterator[Record]:
    yield {"kind": "online", "text": _text(rng, 10), "url": _links(slug, rng)}
    yield {"kind": "phone", "text": _text(rng, 10), "phone": _phone(rng), "tty": _phone(rng), "hours": _hours(rng)}
    if rng.random() < 0.6:
        yield {"kind": "post", "text": _text(rng, 10), "address": "PO Box 1, Springfield, OH 45501"}


def _location(rng: random.Random) -> Record:
    return {
        "name": _line(rng, 2, 4),
        "street": f"{rng.randint(1, 999)} Main Street",
        "city": "Springfield",
        "state": rng.choice(STATES).removeprefix("US-"),
        "postcode": f"{rng.randint(10_000, 99_999)}",
        "latitude": round(rng.uniform(25, 48), 4),
        "longitude": round(rng.uniform(-120, -75), 4),
        "phone": _phone(rng),
        "hours": _hours(rng),
    }


def _condition(rng: random.Random) -> Record:
    text = _sentence(rng, 6, 12)
    if rng.random() < 0.3:
        parameter = {"parameter": f"parameter_{rng.randrange(PARAMETERS)}"}
        return {"fact": "monthly_income", "is": "at_most", "value": parameter, "text": text, "source": "data"}
    return {"fact": "age", "is": "at_least", "value": rng.randint(16, 70), "text": text, "source": "law"}


def _intent(seed: int, number: int, services: list[str], parent: str | None) -> Record:
    rng = _rng(seed, "intent", number)
    if parent:
        chosen = services
        related: list[str] = []
    else:
        chosen = rng.sample(services, rng.randint(MAX_BUNDLE // 2, MAX_BUNDLE))
        related = [f"intent-{one}" for one in rng.sample(range(CORE_INTENTS), 4) if one != number]
    record: Record = {
        "slug": f"intent-{number}",
        "kind": "life_event" if number % 2 == 0 else "need",
        "position": number + 1,
        "title": _line(rng, 2, 5),
        "summary": _sentence(rng),
        "first": _text(rng, 30),
        "related": related,
        "synonyms": _phrases(rng, 5),
        "also_asked_as": _phrases(rng, 8),
        "situations": _situations(rng, 4),
        "contacts": [_contact(rng, f"intent-{number}")],
        "services": [_bundle_item(rng, slug, place) for place, slug in enumerate(chosen)],
    }
    return record | {"parent": parent} if parent else record


def _bundle_item(rng: random.Random, service: str, place: int) -> Record:
    item = {"service": service, "step": ("first", "then", "consider")[min(place // 4, 2)], "reason": _sentence(rng)}
    if rng.random() < 0.3:
        item["by"] = _sentence(rng, 4, 8)
    if rng.random() < 0.2:
        item["profile"] = f"profile-{rng.randrange(PROFILES)}"
    return item


def _article(seed: int, number: int, services: list[str], intents: list[str]) -> Record:
    rng = _rng(seed, "article", number)
    slug = f"article-{number}"
    return {
        "slug": slug,
        "status": "validated",
        "audience": "public",
        "title": _line(rng, 4, 8),
        "summary": _sentence(rng),
        "text": _text(rng, 250),
        "staff_text": _text(rng, 60),
        "services": rng.sample(services, rng.randint(1, 3)),
        "intents": rng.sample(intents, rng.randint(0, 2)),
        "checked": CHECKED,
        "owner": "Measuring editors",
        "sources": _sources(slug),
        "also_asked_as": _phrases(rng, 5),
        "situations": _situations(rng, 3),
    }

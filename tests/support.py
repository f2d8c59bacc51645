"""What tests share: leaving a test out by name, and records to build on."""

import os
from typing import Any

import pytest

REQUIRE_ALL = os.environ.get("PORTAL_REQUIRE_ALL") == "1"


def needs(present: bool, what: str) -> None:
    """Leave the running test out because ``what`` is missing here; where everything is required, fail it."""
    if present:
        return
    if REQUIRE_ALL:
        pytest.fail(f"needs {what}, and PORTAL_REQUIRE_ALL is set")
    pytest.skip(f"needs {what}")


def both(text: str) -> dict[str, str]:
    """A text in both content languages."""
    return {"en": text, "es": f"{text} (es)"}


def source_record() -> dict[str, Any]:
    return {"key": "law", "title": "The law", "url": "https://example.gov/law", "checked": "2026-11-01"}


def agency_record(slug: str = "agency", **changes: Any) -> dict[str, Any]:
    """A sound agency; ``changes`` replace fields."""
    return {
        "slug": slug,
        "name": both(f"Agency {slug}"),
        "summary": both("It helps people."),
        "url": {"en": "https://example.gov"},
    } | changes


def service_record(slug: str = "service", **changes: Any) -> dict[str, Any]:
    """A sound service of the agency "agency"; ``changes`` replace fields."""
    return {
        "slug": slug,
        "status": "published",
        "agency": "agency",
        "title": both(f"Title of {slug}"),
        "summary": both(f"Summary of {slug}."),
        "url": {"en": f"https://example.gov/{slug}"},
        "who": both("Anyone."),
        "benefit": both("Money."),
        "channels": [
            {"kind": "online", "text": both("Apply on the site."), "url": {"en": "https://example.gov/apply"}}
        ],
        "cost": {"free": True},
        "areas": {"include": ["US"]},
        "checked": "2026-11-01",
        "owner": "Editors",
        "sources": [source_record()],
        "eligibility": {"fact": "age", "is": "at_least", "value": 65, "text": both("You are 65"), "source": "law"},
        "also_asked_as": {"en": [f"{slug} please"], "es": [f"{slug} por favor"]},
        "situations": {"en": ["I need it.", "We need it.", "She needs it."], "es": ["Lo necesito.", "Sí.", "No."]},
    } | changes


def intent_record(slug: str = "intent", services: tuple[str, ...] = ("service",), **changes: Any) -> dict[str, Any]:
    """A sound life event whose journey has the given services, the first one under "first"."""
    return {
        "slug": slug,
        "kind": "life_event",
        "position": 1,
        "title": both(f"Title of {slug}"),
        "summary": both(f"Summary of {slug}."),
        "also_asked_as": {"en": [f"{slug} phrase"], "es": [f"{slug} frase"]},
        "situations": {"en": ["One.", "Two.", "Three."], "es": ["Uno.", "Dos.", "Tres."]},
        "services": [
            {"service": service, "step": "then" if number else "first", "reason": both(f"Because of {service}")}
            for number, service in enumerate(services)
        ],
    } | changes


def profile_record(slug: str = "profile", **changes: Any) -> dict[str, Any]:
    """A sound profile."""
    return {
        "slug": slug,
        "position": 1,
        "title": both(f"Title of {slug}"),
        "summary": both(f"Summary of {slug}."),
        "also_asked_as": {"en": [f"{slug} people"], "es": [f"gente {slug}"]},
        "situations": {"en": ["I am one.", "We are.", "They are."], "es": ["Soy.", "Somos.", "Son."]},
    } | changes


def article_record(slug: str = "article", **changes: Any) -> dict[str, Any]:
    """A sound article."""
    return {
        "slug": slug,
        "status": "validated",
        "audience": "public",
        "title": both(f"Title of {slug}"),
        "summary": both(f"Summary of {slug}."),
        "text": both("The answer is **yes**."),
        "checked": "2026-11-01",
        "owner": "Editors",
        "sources": [source_record()],
        "also_asked_as": {"en": [f"{slug} question"], "es": [f"{slug} pregunta"]},
    } | changes

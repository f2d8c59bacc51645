"""What intents add to the pages of services and articles."""

from ..catalogue.queries import service_rows
from ..knowledge.queries import service_ids_of_article
from ..panels import Panel
from . import queries


def intents_of_service(service_id: int, lang: str) -> Panel | None:
    """The journeys that a service belongs to."""
    intents = queries.intents_of_service(service_id, lang)
    return Panel("intents/intents_panel.html", {"intents": intents}) if intents else None


def intents_of_article(article_id: int, lang: str) -> Panel | None:
    """The journeys that an article answers questions about."""
    intents = queries.intents_of_article(article_id, lang)
    return Panel("intents/intents_panel.html", {"intents": intents}) if intents else None


def services_of_article(article_id: int, lang: str) -> Panel | None:
    """The services that an article is about."""
    ids = service_ids_of_article(article_id)
    rows = service_rows(ids, lang)
    services = [rows[service_id] for service_id in ids if service_id in rows]
    return Panel("intents/services_panel.html", {"services": services}) if services else None

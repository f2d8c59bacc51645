"""Fills an instance of Portico with a made-up catalogue, through its own operations.

``python -m bench.generate SERVICES SEED`` fills the empty instance that the environment names; ``instances.prepare``
calls it. It is a process of its own, so that the one that measures holds none of Portico.
"""

import sys

import sqlalchemy as sa
from flask_migrate import upgrade

from portal import create_app
from portal.catalogue.operations import save_agency, save_parameter, save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.cli.content.files import CONTENT, parse
from portal.database import transaction
from portal.extensions import db
from portal.intents.operations import (
    save_article_intents,
    save_bundle,
    save_emergency,
    save_intent,
    save_profile,
    save_service_profiles,
)
from portal.jobs import OutboxRow
from portal.knowledge.operations import save_article
from portal.knowledge.queries import article_ids_by_slug
from portal.search.operations import rebuild_index

from .records import Record, Records, make_records


def save(records: Records) -> None:
    """Save a catalogue in the running transaction, with the emergencies that ship with Portico."""
    save_catalogue(records)
    services = service_ids_by_slug([service["slug"] for service in records.services])
    for service in records.services:
        save_service_profiles(
            services[service["slug"]], service.get("profiles", []), exclusive=service.get("profiles_only", False)
        )
    for intent in records.intents:
        save_intent(intent)
    for intent in records.intents:
        save_bundle(intent, service_ids=services)
    save_articles(records.articles, services)
    for path in sorted((CONTENT / "emergency").glob("*.yaml")):
        save_emergency(parse(path.read_text(encoding="utf-8")))


def save_catalogue(records: Records) -> None:
    for agency in records.agencies:
        save_agency(agency)
    for profile in records.profiles:
        save_profile(profile)
    for parameter in records.parameters:
        save_parameter(parameter)
    for service in records.services:
        save_service(service)


def save_articles(articles: list[Record], services: dict[str, int]) -> None:
    for article in articles:
        save_article(article, service_ids=[services[slug] for slug in article["services"]])
    ids = article_ids_by_slug([article["slug"] for article in articles])
    for article in articles:
        save_article_intents(ids[article["slug"]], article["intents"])


def main(services: int, seed: int) -> None:
    """Fill the instance and make its index, which then holds all that the outbox asks for."""
    with create_app().app_context():
        upgrade()
        with transaction():
            save(make_records(services, seed))
            db.session.execute(sa.delete(OutboxRow))
        rebuild_index()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""The search index follows the database."""

import datetime

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.catalogue.models import Service
from portal.catalogue.operations import save_agency, save_service, withdraw_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.intents.operations import (
    save_article_intents,
    save_bundle,
    save_intent,
    save_profile,
    save_service_profiles,
)
from portal.knowledge.operations import save_article
from portal.knowledge.queries import article_ids_by_slug
from portal.search.operations import rebuild_index
from portal.search.queries import search
from tests.support import agency_record, article_record, both, intent_record, profile_record, service_record


def build():
    with transaction():
        save_agency(agency_record())
        save_service(service_record(title=both("Winter coats")))
        save_profile(profile_record("parents"))
        record = intent_record(title=both("I am cold"))
        save_intent(record)
        ids = service_ids_by_slug(["service"])
        save_bundle(record, service_ids=ids)
        save_article(article_record(title=both("Which coat is mine?")), service_ids=list(ids.values()))
    rebuild_index()
    with transaction():
        db.session.execute(sa.delete(jobs.OutboxRow))
    return ids["service"]


def work():
    while jobs.work_once():
        pass


def slugs(words, **facets):
    return {hit.stored["slug"] for hit in search(words, lang="en", facets=facets).hits}


def test_a_changed_service_is_found_by_its_new_words(app):
    build()
    with transaction():
        save_service(service_record(title=both("Umbrella loans")))
    assert slugs("umbrella") == set()
    work()
    assert slugs("umbrella") == {"service"}
    assert "service" not in slugs("winter coats")


def test_a_withdrawn_service_is_found_no_more(app):
    build()
    with transaction():
        withdraw_service("service")
    work()
    assert "service" not in slugs("winter coats")


def test_facets_of_services_and_their_articles_follow(app):
    service_id = build()
    assert slugs("coat", profile=["parents"]) == set()
    with transaction():
        save_service_profiles(service_id, ["parents"], exclusive=False)
    work()
    assert slugs("coat", profile=["parents"]) == {"service", "article"}


def test_intents_of_an_article_follow(app):
    build()
    with transaction():
        save_article_intents(article_ids_by_slug(["article"])["article"], ["intent"])
    work()
    assert "article" in slugs("coat", intent=["intent"])


def test_a_renamed_agency_is_found(app):
    build()
    with transaction():
        save_agency(agency_record(name=both("Ministry of Warmth")))
    work()
    assert "service" in slugs("ministry of warmth")


@pytest.mark.parametrize("days", [1, 3, 40])
def test_a_service_that_closed_leaves_the_index_when_a_worker_starts(app, days):
    """Also when no worker ran at the midnight that mattered."""
    build()
    closed = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=days)
    with transaction():
        db.session.execute(sa.update(Service).values(valid_to=closed))
    work()
    assert "service" in slugs("winter coats")
    jobs.start_day()
    work()
    assert "service" not in slugs("winter coats")


def test_a_renamed_intent_is_chosen_by_its_new_slug(app):
    build()
    with transaction():
        save_article_intents(article_ids_by_slug(["article"])["article"], ["intent"])
        save_intent(intent_record("new-intent", title=both("I am cold"), old_slugs=["intent"]))
    work()
    assert slugs("coat", intent=["new-intent"]) == {"service", "article"}
    assert slugs("coat", intent=["intent"]) == set()

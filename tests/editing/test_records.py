"""Every record can be taken out of the database and saved again without any change."""

import pytest

from portal.catalogue.operations import save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.catalogue.records import service_record
from portal.database import transaction
from portal.editing import fields, kinds
from portal.editing.checks import check
from portal.extensions import db
from portal.intents.operations import (
    save_article_intents,
    save_bundle,
    save_intent,
    save_profile,
    save_service_profiles,
)
from portal.intents.records import intent_record, links_of_article, profile_record, profiles_of_service
from portal.knowledge.operations import save_article
from portal.knowledge.records import article_record


@pytest.fixture
def content(starter):
    with starter.app_context():
        yield


def ids(kind):
    return list(db.session.scalars(db.select(kinds.ALL[kind].model.id)))


class TakeBack(Exception):
    pass


@pytest.fixture
def nothing_stays(content):
    """Writes of the test are taken back."""
    try:
        with transaction():
            yield
            raise TakeBack
    except TakeBack:
        pass


def test_saving_an_exported_intent_or_profile_changes_nothing(nothing_stays):
    for one in ids("profile"):
        assert save_profile(profile_record(one)) == "unchanged"
    for one in ids("intent"):
        record = intent_record(one)
        assert save_intent(record) == "unchanged"
        services = service_ids_by_slug([item["service"] for item in record["services"]])
        assert save_bundle(record, service_ids=services) is False


def test_saving_an_exported_article_changes_nothing(nothing_stays):
    for one in ids("article"):
        links = links_of_article(one)
        services = service_ids_by_slug(links.get("services", []))
        linked = [services[slug] for slug in links.get("services", [])]
        assert save_article(article_record(one), service_ids=linked) == "unchanged"
        assert save_article_intents(one, links.get("intents", [])) is False


def test_saving_an_exported_service_changes_nothing(nothing_stays):
    for one in ids("service"):
        assert save_service(service_record(one)) == "unchanged"
        links = profiles_of_service(one)
        exclusive = links.get("profiles_only", False)
        assert save_service_profiles(one, links.get("profiles", []), exclusive=exclusive) is False


@pytest.mark.parametrize("kind", list(kinds.ALL))
def test_a_record_comes_back_from_its_form_as_it_was(content, kind):
    """What the form shows and nobody changed is read back to the letter, and the schema has nothing against it."""
    for one in ids(kind):
        record = kinds.export(kind, one)
        values, unread = fields.read_form(kind, fields.shown(kind, record), record)
        assert unread == {}
        assert values == record
        again, _ = fields.read_form(kind, fields.shown(kind, record), {}, is_new=True)
        lost = {name for name in record if name not in again} - {"old_slugs"}
        assert lost == set()


@pytest.mark.parametrize("kind", list(kinds.ALL))
def test_the_starter_content_is_sound(content, kind):
    for one in ids(kind)[:40]:
        assert check(kind, kinds.export(kind, one), {}, record_id=one).errors == []

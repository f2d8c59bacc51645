"""Starter content that is loaded again after editors changed it."""

import shutil

import pytest
import sqlalchemy as sa
import yaml

from portal.catalogue.imports.merge import units
from portal.catalogue.models import ImportConflict, Service, SourceRecord
from portal.catalogue.operations import save_service
from portal.catalogue.records import service_record
from portal.cli.content.files import CONTENT, read_content
from portal.cli.content.load import load_content
from portal.cli.content.merge import normal
from portal.database import transaction
from portal.editing.kinds import BY_NAME, by_slug
from portal.extensions import db
from portal.intents.models import Intent
from portal.intents.operations import save_intent
from portal.intents.records import intent_record
from tests.conftest import close, make_app


def test_every_record_is_given_back_as_its_file_has_it(starter):
    content = read_content()
    with starter.app_context():
        for kind, one in BY_NAME.items():
            for slug, found in getattr(content, kind).items():
                record = by_slug(found) if "key" in found else found
                number = db.session.scalars(sa.select(one.model.id).where(one.model.slug == slug)).one()
                assert units(one.export(number)) == units(normal(record)), slug


@pytest.fixture
def edition(starter_folder, tmp_path):
    """A function that changes a file of the content that was loaded, in a copy of it, and loads that."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    shutil.copy(starter_folder / "portico.db", tmp_path)
    app = make_app(tmp_path)

    def change(path, **values):
        file = folder / path
        record = yaml.safe_load(file.read_text()) | values
        file.write_text(yaml.safe_dump(record, allow_unicode=True))
        return load_content(folder)

    with app.app_context():
        yield change
    close(app)


def service(slug):
    return service_record(db.session.scalars(sa.select(Service.id).where(Service.slug == slug)).one())


def test_what_editors_changed_stays_and_what_the_files_changed_comes(edition):
    with transaction():
        save_service(service("snap") | {"summary": {"en": "Ours."}})
    report = edition("services/snap.yaml", owner="New owner")
    assert (report.outcomes["services"]["changed"], report.problems) == (1, [])
    assert service("snap")["summary"] == {"en": "Ours."}
    assert service("snap")["owner"] == "New owner"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportConflict)) == 0


def test_both_changed_the_same_text_and_a_person_is_asked_once(edition):
    old = service("snap")["summary"]
    with transaction():
        save_service(service("snap") | {"summary": {"en": "Ours.", "es": old["es"]}})
    for _ in range(2):
        edition("services/snap.yaml", summary={"en": "Theirs.", "es": "De ellos."})
        assert service("snap")["summary"] == {"en": "Ours.", "es": "De ellos."}
        rows = db.session.execute(sa.select(*ImportConflict.__table__.c)).all()
        assert [(row.field, row.base, row.ours, row.theirs) for row in rows] == [
            ("summary.en", old["en"], "Ours.", "Theirs.")
        ]


def test_slugs_that_editors_changed_are_followed(edition):
    with transaction():
        save_service(service("snap") | {"slug": "food-money", "old_slugs": ["snap"]})
        number = db.session.scalars(sa.select(Intent.id).where(Intent.slug == "losing-a-job")).one()
        save_intent(intent_record(number) | {"slug": "no-job", "old_slugs": ["losing-a-job"]})
    report = edition("services/snap.yaml", owner="New owner")
    assert report.problems == []
    assert service("food-money")["owner"] == "New owner"
    assert db.session.scalar(sa.select(sa.func.count()).where(Service.slug == "snap").select_from(Service)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(Intent.slug == "losing-a-job").select_from(Intent)) == 0


def test_where_nothing_is_known_of_an_earlier_load_the_files_are_followed(edition):
    with transaction():
        db.session.execute(sa.delete(SourceRecord))
        save_service(service("snap") | {"owner": "Somebody"})
    edition("services/snap.yaml", summary={"en": "Theirs."})
    assert service("snap")["summary"] == {"en": "Theirs."}
    assert service("snap")["owner"] != "Somebody"

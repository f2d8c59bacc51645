"""Real catalogues into one portal, one edition after the other."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.catalogue.imports.operations import import_source
from portal.catalogue.imports.readers import read_source, source_info
from portal.catalogue.models import Agency, ImportConflict, Location, Service, ServiceLocation, ServiceTerm
from portal.catalogue.models import SourceRecord as Kept
from portal.catalogue.operations import save_service
from portal.catalogue.places.gazetteer import fill_gazetteer
from portal.catalogue.records import service_record
from portal.database import transaction
from portal.extensions import db
from tests.support import needs

DATA = Path(__file__).parents[4] / "shared" / "data"
NYC_2022 = ("csv", "nyc/programs_2022-02.csv", "nyc-programs-2022.yaml")
NYC_2026 = ("csv", "nyc/programs_2026-08-16.json", "nyc-programs-2026.yaml")


@pytest.fixture(autouse=True)
def shared():
    needs(DATA.is_dir(), "the shared catalogues")


def take(form, path, mapping=None):
    file = Path(mapping) if mapping else None
    info = source_info(form, DATA / path, file)
    report = import_source(info, read_source(form, DATA / path, file), form=form)
    return {kind: dict(counts) for kind, counts in report.counts.items() if counts}, report


def service_of(identifier):
    return db.session.scalars(
        sa.select(Kept.record_id).where(Kept.identifier == identifier, Kept.kind == "service")
    ).one()


def test_two_editions_of_new_york_one_after_the_other(site_sqlite):
    counts, _ = take(*NYC_2022)
    assert counts["service"] == {"added": 110}
    edited = service_of("P007en")
    with transaction():
        record = service_record(edited)
        title = {"en": record["title"]["en"], "es": "Ayuda para comprar comida"}
        save_service(record | {"title": title, "processing_time": {"en": "Ours."}})
    counts, report = take(*NYC_2026)
    assert counts["service"] == {"changed": 86, "added": 11, "withdrawn": 24}
    after = service_record(edited)
    assert after["title"]["es"] == "Ayuda para comprar comida"
    assert after["processing_time"] == {"en": "Ours."}
    statuses = db.session.execute(sa.select(Service.status, sa.func.count()).group_by(Service.status)).all()
    assert sorted(tuple(row) for row in statuses) == [("published", 97), ("withdrawn", 24)]
    values = set(db.session.scalars(sa.select(ServiceTerm.value).where(ServiceTerm.scheme == "nyc:population")))
    assert "Older Adults" in values
    assert values.isdisjoint({"Seniors", "Everyone", "regardless of immigration status"})
    assert sum("no agency is named" in trouble.reason for trouble in report.troubles) == 3
    again, report = take(*NYC_2026)
    assert (again["service"], report.changes, report.conflicts) == ({"unchanged": 97}, 0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportConflict)) == 0


def test_offices_of_new_york_belong_to_its_programs(site_sqlite):
    take(*NYC_2022)
    counts, _ = take("csv", "nyc/locations_2020-03/homebase_locations.csv", "nyc-locations-homebase.yaml")
    assert counts["location"] == {"added": 26}
    linked = db.session.execute(
        sa.select(Service.title).join(ServiceLocation, ServiceLocation.service_id == Service.id).distinct()
    ).all()
    assert len(linked) == 1


def test_federal_benefits_in_both_languages(site_sqlite):
    counts, _ = take("us-benefits", "us-federal-benefits")
    assert counts == {"agency": {"added": 12}, "service": {"added": 79}}
    spanish = [title for title in db.session.scalars(sa.select(Service.title)) if "es" in title]
    assert len(spanish) == 71
    assert take("us-benefits", "us-federal-benefits")[1].changes == 0


def test_a_hundred_services_of_baltimore(app):
    with transaction():
        fill_gazetteer()
    counts, report = take(
        "hsds-jsonl",
        "hsds/baltimore-charmcare-2019/services_sample_100.jsonl",
        "baltimore-charmcare-2019.yaml",
    )
    assert [t.reason for t in report.troubles if t.refused] == []
    assert counts["service"] == {"added": 100}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Location)) == counts["location"]["added"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Agency)) == counts["agency"]["added"]
    assert all(db.session.scalars(sa.select(Service.not_current)))
    uncertain = [trouble for trouble in report.troubles if trouble.refused]
    assert uncertain == []

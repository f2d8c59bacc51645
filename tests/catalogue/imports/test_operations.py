"""Imports into a real database: editions one after the other, editors in between, and what a source gets wrong."""

import pytest
import sqlalchemy as sa

from portal.catalogue.imports.operations import (
    TooManyWithdrawn,
    decide_conflict,
    free_slug,
    import_source,
    plain_name,
)
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import Place, SourceRecord, Term, Trouble
from portal.catalogue.models import (
    Agency,
    ImportConflict,
    ImportRun,
    Location,
    Service,
    ServiceLocation,
    ServiceTerm,
)
from portal.catalogue.models import SourceRecord as Kept
from portal.catalogue.operations import save_agency, save_service
from portal.catalogue.queries import service_page
from portal.catalogue.records import agency_record, location_record, service_record
from portal.database import transaction
from portal.errors import Moved
from portal.extensions import db
from tests import support

INFO = SourceInfo("city", "City directory", "The City", "CC0 1.0", "https://example.org/data", match_agencies=False)


def agency(identifier="a", **values):
    return SourceRecord("agency", identifier, {"name": {"en": f"Agency {identifier}"}} | values, Place("f", identifier))


def location(identifier="l", **values):
    known = {"name": {"en": f"Place {identifier}"}, "street": "1 Main St", "city": "Town", "agency": "a"}
    return SourceRecord("location", identifier, known | values, Place("f", identifier))


def service(identifier="s", terms=(), **values):
    known = {"title": {"en": f"Service {identifier}"}, "agency": "a"}
    return SourceRecord("service", identifier, known | values, Place("f", identifier), terms)


def run(*incoming, info=INFO, **options):
    return import_source(info, list(incoming), form="csv", **options)


def counts(report):
    return {kind: dict(found) for kind, found in report.counts.items() if found}


def state():
    """All that an import may change, except when it was seen."""
    tables = {}
    for model in (Agency, Location, Service, ServiceLocation, ServiceTerm, ImportConflict):
        rows = db.session.execute(sa.select(model.__table__)).mappings().all()
        tables[model.__tablename__] = sorted(repr(sorted(row.items(), key=str)) for row in rows)
    kept = db.session.execute(sa.select(Kept.kind, Kept.identifier, Kept.record_id, Kept.digest, Kept.gone)).all()
    return tables, sorted(tuple(row) for row in kept)


def record_of(identifier, kind="service"):
    number = db.session.scalar(sa.select(Kept.record_id).where(Kept.identifier == identifier, Kept.kind == kind))
    return {"service": service_record, "agency": agency_record, "location": location_record}[kind](number)


def open_conflict():
    return db.session.execute(sa.select(*ImportConflict.__table__.c).where(ImportConflict.decision.is_(None))).one()


def edit(identifier, **values):
    with transaction():
        save_service(record_of(identifier) | values)


def test_a_first_edition_adds_agencies_locations_and_services(app):
    report = run(
        agency(),
        agency("b", parent="a"),
        location(),
        service(
            locations=["l"],
            delivered_with=["b"],
            who={"en": "Anyone."},
            areas={"include": ["US-NY"]},
            cost={"free": True},
            channels=[{"kind": "phone", "text": {"en": "Call."}, "phone": "311"}],
            terms=(Term("city:group", "Seniors"),),
        ),
    )
    assert counts(report) == {"agency": {"added": 2}, "location": {"added": 1}, "service": {"added": 1}}
    assert report.troubles == []
    found = record_of("s")
    uid = db.session.scalar(sa.select(Location.uid))
    assert found == {
        "slug": "service-s",
        "status": "published",
        "title": {"en": "Service s"},
        "agency": "agency-a",
        "delivered_with": ["agency-b"],
        "locations": [uid],
        "who": {"en": "Anyone."},
        "areas": {"include": ["US-NY"]},
        "cost": {"free": True},
        "channels": [{"kind": "phone", "text": {"en": "Call."}, "phone": "311"}],
        "owner": "The City",
    }
    assert record_of("b", "agency")["parent"] == "agency-a"
    assert db.session.execute(sa.select(ServiceTerm.scheme, ServiceTerm.value)).all() == [("city:group", "Seniors")]


def test_the_same_edition_again_changes_nothing(app):
    edition = (agency(), location(), service(locations=["l"], terms=(Term("g", "x"),), criteria=[{"key": "k"}]))
    run(*edition)
    before = state()
    report = run(*edition)
    assert counts(report) == {"agency": {"unchanged": 1}, "location": {"unchanged": 1}, "service": {"unchanged": 1}}
    assert report.changes == 0
    assert state() == before


def test_a_dry_run_reports_the_same_and_changes_nothing(app):
    run(agency(), service())
    before = state()
    edition = (agency(name={"en": "New"}), service(who={"en": "You."}), service("t"))
    dry = run(*edition, dry_run=True)
    assert state() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) == 1
    db.session.rollback()
    assert counts(run(*edition)) == counts(dry)


def test_a_later_edition_updates_and_withdraws_and_never_deletes(app):
    run(agency(), *(service(name) for name in "stu"))
    report = run(agency(), service("s", who={"en": "You."}), service("t"), service("v"))
    assert counts(report)["service"] == {"changed": 1, "unchanged": 1, "added": 1, "withdrawn": 1}
    assert record_of("s")["who"] == {"en": "You."}
    assert record_of("u")["status"] == "withdrawn"
    again = run(agency(), service("s", who={"en": "You."}), service("t"), service("v"))
    assert again.changes == 0


def test_what_comes_back_is_published_again(app):
    run(agency(), service("s"), service("t"))
    run(agency(), service("s"))
    assert record_of("t")["status"] == "withdrawn"
    report = run(agency(), service("s"), service("t"))
    assert counts(report)["service"] == {"unchanged": 1, "changed": 1}
    assert record_of("t")["status"] == "published"


def test_what_an_editor_withdrew_stays_withdrawn(app):
    run(agency(), service("s"), service("t"))
    edit("s", status="withdrawn")
    run(agency(), service("s", who={"en": "You."}), service("t"))
    assert record_of("s")["status"] == "withdrawn"


def test_a_service_that_the_source_calls_closed_is_withdrawn(app):
    run(agency(), service(closed=True))
    assert record_of("s")["status"] == "withdrawn"


def test_an_editors_change_survives_and_a_conflict_is_listed(app):
    run(agency(), service(who={"en": "Old."}, how={"en": "Old."}))
    edit("s", who={"en": "Ours.", "es": "Nuestro."}, benefit={"en": "Money."})
    report = run(agency(), service(who={"en": "Theirs."}, how={"en": "New."}))
    assert report.conflicts == 1
    found = record_of("s")
    assert found["who"] == {"en": "Ours.", "es": "Nuestro."}
    assert found["benefit"] == {"en": "Money."}
    assert found["how"] == {"en": "New."}
    conflict = open_conflict()
    assert (conflict.field, conflict.base, conflict.ours, conflict.theirs) == ("who.en", "Old.", "Ours.", "Theirs.")
    assert run(agency(), service(who={"en": "Theirs."}, how={"en": "New."})).changes == 0
    run(agency(), service(who={"en": "Theirs again."}, how={"en": "New."}))
    conflict = open_conflict()
    assert (conflict.ours, conflict.theirs) == ("Ours.", "Theirs again.")
    with transaction():
        decide_conflict(conflict.id, "ours", by=7)
    with pytest.raises(LookupError), transaction():
        decide_conflict(conflict.id, "theirs", by=7)


def test_bad_records_are_refused_one_by_one(app):
    report = run(
        agency(),
        Trouble(Place("f", "9"), "name", "it has no name", refused=True),
        service("ok"),
        service("no-agency", agency="nobody"),
        service("no-place", locations=["nowhere"]),
        service("no-title", title={}),
        service("ok"),
        service("script", url={"en": "javascript:alert(1)"}),
        service("deep", contacts=[{"label": {"en": "Us"}, "url": {"en": "data:text/html,x"}}]),
        service("x" * 201),
    )
    assert counts(report) == {"agency": {"added": 1}, "service": {"added": 1, "refused": 7}}
    assert [(trouble.place.record[:9], trouble.field) for trouble in report.troubles] == [
        ("9", "name"),
        ("no-agency", "agency"),
        ("no-place", "locations"),
        ("no-title", "title"),
        ("ok", "identifier"),
        ("script", "url"),
        ("deep", "url"),
        ("xxxxxxxxx", "identifier"),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Service)) == 1
    kept = db.session.scalars(sa.select(ImportRun)).one()
    assert kept.counts["service"] == {"added": 1, "refused": 7}
    assert len(kept.troubles) == 8


def test_a_record_that_is_refused_later_stays_as_it_was(app):
    run(agency(), service("s"), service("t"))
    run(agency(), service("s"), service("t", title={}))
    assert record_of("t")["status"] == "published"
    run(agency(), service("s"), Trouble(Place("f", "t"), "", "damaged", refused=True))
    assert record_of("t")["status"] == "published"


def test_nothing_is_withdrawn_when_the_source_breaks_off(app):
    run(agency(), service("s"), service("t"))
    report = run(agency(), service("s"), Trouble(Place("f", ""), "", "the file breaks off", refused=True))
    assert "could not be read to its end" in report.kept_open
    assert record_of("t")["status"] == "published"


def test_a_source_that_loses_most_of_its_services_is_not_believed(app):
    run(agency(), *(service(name) for name in "stu"))
    with pytest.raises(TooManyWithdrawn, match="2 of 3 services"):
        run(agency(), service("s"))
    assert record_of("t")["status"] == "published"
    run(agency(), service("s"), allow_withdrawals=True)
    assert record_of("t")["status"] == "withdrawn"


def test_agencies_of_the_same_name_are_one_where_the_source_says_so(app):
    with transaction():
        save_agency(support.agency_record("doe", name={"en": "U.S. Department of Energy (DOE)"}))
    matching = SourceInfo("federal", "Federal", "GSA", "Public domain", match_agencies=True)
    report = run(agency(name={"en": "Department of Energy"}, summary={"en": "x"}), service(), info=matching)
    assert counts(report)["agency"] == {"matched": 1}
    assert record_of("s")["agency"] == "doe"
    assert agency_record(1)["name"] == {"en": "U.S. Department of Energy (DOE)"}
    assert counts(run(agency(name={"en": "Department of Energy"}), service(), info=INFO))["agency"] == {"added": 1}


def test_locations_are_linked_to_services_of_another_source_and_survive_its_next_edition(app):
    run(agency(), service())
    offices = SourceInfo("offices", "Offices", "The City", "CC0", links_to="city")
    report = run(agency(), location(services=["s"]), location("m", services=["unknown"]), info=offices)
    assert counts(report)["location"] == {"added": 1, "refused": 1}
    run(agency(), service(who={"en": "You."}))
    assert record_of("s")["locations"] == [db.session.scalar(sa.select(Location.uid))]
    assert record_of("s")["who"] == {"en": "You."}


def test_languages_of_signs_and_unknown_codes_are_told(site_sqlite):
    run(agency(), location(languages=["ase", "es", "qqq"]), service(locations=["l"], languages=["ase", "es"]))
    assert record_of("s")["how"] == {"en": "Languages: American Sign Language, Spanish."}
    page = site_sqlite.test_client().get("/en/services/service-s")
    assert page.status_code == 200
    assert "American Sign Language, Spanish, qqq" in page.text


def test_slugs_are_free(app):
    with transaction():
        save_agency(support.agency_record())
        for title in ("Food Pantry", "food  pantry!", "食べ物"):
            slug = free_slug(Service, title)
            save_service(support.service_record(slug))
    assert sorted(db.session.scalars(sa.select(Service.slug))) == ["food-pantry", "food-pantry-2", "untitled"]


def test_a_former_slug_goes_on_leading_to_the_service_that_had_it(app):
    with transaction():
        save_agency(support.agency_record())
        save_service(support.service_record("food-bank", old_slugs=["food-pantry", "food-pantry-2"]))
        slug = free_slug(Service, "Food Pantry")
        save_service(support.service_record(slug))
    assert slug == "food-pantry-3"
    with pytest.raises(Moved, match="food-bank"):
        service_page("food-pantry", "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U.S. Department of Energy (DOE)", "Department of Energy"),
        ("Dept. of Health & Human Services", "Department of Health and Human Services"),
        ("The Peace Corps", "Peace Corps"),
    ],
)
def test_plain_names(one, other):
    assert plain_name(one) == plain_name(other)


def test_every_starter_record_is_exported_as_it_was_saved(starter):
    with starter.app_context(), transaction():
        for number in db.session.scalars(sa.select(Agency.id)).all():
            assert save_agency(agency_record(number)) == "unchanged"
        for number in db.session.scalars(sa.select(Service.id)).all():
            assert save_service(service_record(number)) == "unchanged"

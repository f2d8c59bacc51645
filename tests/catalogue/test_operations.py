import pytest
import sqlalchemy as sa

from portal import jobs
from portal.caching import content_version
from portal.catalogue import queries
from portal.catalogue.models import Channel, Service
from portal.catalogue.operations import save_agency, save_parameter, save_service, withdraw_service
from portal.database import transaction
from portal.errors import Moved, NotFound, Withdrawn
from portal.extensions import db
from tests.support import agency_record, both, service_record


def save(*records):
    with transaction():
        save_agency(agency_record())
        return [save_service(record) for record in records]


def test_save_service_says_what_it_did(app):
    assert save(service_record()) == ["added"]
    assert save(service_record()) == ["unchanged"]
    assert save(service_record(summary=both("Another summary."))) == ["changed"]
    assert queries.service_page("service", "es").summary == "Another summary. (es)"


def test_save_service_updates_parts_alone(app):
    save(service_record())
    phone = {"kind": "phone", "text": both("Call."), "phone": "800-555-0100"}
    assert save(service_record(channels=[phone])) == ["changed"]
    assert [(one.kind, one.phone) for one in queries.service_page("service", "en").channels] == [
        ("phone", "800-555-0100")
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Channel)) == 1


def test_service_moves_to_a_new_slug_and_the_old_one_leads_there(app):
    save(service_record("old-name"))
    assert save(service_record("new-name", old_slugs=["old-name"])) == ["changed"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Service)) == 1
    with pytest.raises(Moved) as moved:
        queries.service_page("old-name", "en")
    assert moved.value.slug == "new-name"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"status": "draft"}, NotFound),
        ({"status": "withdrawn"}, Withdrawn),
        ({"valid_from": "2999-01-01"}, NotFound),
        ({"valid_to": "2020-01-01"}, Withdrawn),
    ],
)
def test_service_that_is_not_offered(app, changes, error):
    save(service_record(**changes))
    with pytest.raises(error):
        queries.service_page("service", "en")
    assert queries.offered_services() == []


def test_withdraw_service(app):
    save(service_record())
    with transaction():
        assert withdraw_service("service") == "changed"
        assert withdraw_service("service") == "unchanged"
    with pytest.raises(Withdrawn):
        queries.service_page("service", "en")


def test_missing_translation_falls_back_and_says_so(app):
    save(service_record(title={"en": "Only English"}))
    title = queries.service_page("service", "es").title
    assert (title, title.lang, title.fallback) == ("Only English", "en", True)


def test_amounts_come_from_parameters_that_hold_today(app):
    value = {"from": "2020-01-01", "value": 255, "citation": "42 U.S.C. 402(i)", "url": "https://example.gov"}
    with transaction():
        save_parameter(
            {
                "key": "lump_sum",
                "label": both("Lump sum"),
                "unit": "dollars",
                "values": [value | {"checked": "2026-01-01"}],
            }
        )
    leaf = {"fact": "age", "is": "at_least", "value": {"parameter": "lump_sum"}, "text": both("x"), "source": "law"}
    save(service_record(eligibility={"all": [{"not": leaf}]}))
    (amount,) = queries.service_page("service", "en").amounts
    assert (amount.label, amount.value, amount.unit, amount.citation) == (
        "Lump sum",
        255,
        "dollars",
        "42 U.S.C. 402(i)",
    )


def test_a_change_advances_the_version_and_asks_for_the_index(app):
    save(service_record())
    db.session.execute(sa.delete(jobs.OutboxRow))
    db.session.commit()
    before = content_version()
    save(service_record())
    assert jobs.waiting()[0] == 0
    save(service_record(summary=both("New.")))
    assert content_version() == before + 1
    assert [(row.task, row.payload["kind"]) for row in db.session.scalars(sa.select(jobs.OutboxRow))] == [
        ("search.update", "service")
    ]


def test_a_failed_transaction_leaves_nothing(app):
    with pytest.raises(KeyError), transaction():
        save_agency(agency_record())
        save_service({"slug": "half"})
    assert queries.agency_rows("en") == {}
    assert jobs.waiting()[0] == 0


def test_service_page_takes_as_many_queries_for_one_channel_as_for_thirty(app, count_queries):
    channel = service_record()["channels"][0]
    save(service_record("small"), service_record("large", channels=[channel] * 8, documents=[both("Paper")] * 30))
    queries.service_page("small", "en")
    with count_queries() as small:
        queries.service_page("small", "en")
    with count_queries() as large:
        queries.service_page("large", "en")
    assert small.number == large.number


def test_an_old_slug_can_move_to_another_service(app):
    save(service_record(old_slugs=["former"]))
    save(service_record("other", old_slugs=["former"]), service_record(old_slugs=[]))
    with pytest.raises(Moved) as moved:
        queries.service_page("former", "en")
    assert moved.value.slug == "other"

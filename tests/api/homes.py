"""Four small services and their facts, for tests that look at exact answers."""

from portal.catalogue.operations import save_agency, save_parameter, save_service
from portal.database import transaction
from portal.eligibility.operations import save_fact
from tests.support import agency_record, both, service_record

LAW = {"title": "The law", "url": "https://example.gov/law", "checked": "2026-11-01"}
ON = "2026-11-22"


def fact(key, about="person", **more):
    other = {"question_other": both(f"{key} of that person?")} if about == "person" else {}
    return {
        "key": key,
        "about": about,
        "topic": "you",
        "question": both(f"{key}?"),
        "not_known": both(f"{key} is not known"),
        **other,
        **more,
    }


def leaf(key, operator, value, **more):
    return {"fact": key, "is": operator, "value": value, "text": both(f"{key} {operator}"), "source": "law", **more}


FACTS = [
    fact("age", type="age"),
    fact("disabled", type="boolean", sensitivity="sensitive", why=both("Because.")),
    fact("income", "household", type="money", unit="per_month", changeable=True, non_answers=["dont_know"]),
    fact("household_size", "household", type="number", unit="people", min=1, max=20),
    fact("work", type="choice", values={"employed": both("With an employer"), "none": both("Not at all")}),
    fact("lives_in", "household", type="area"),
]
LIMIT = {
    "key": "limit",
    "label": both("The limit"),
    "unit": "dollars_per_month",
    "values": [
        {
            "from": "2026-01-01",
            "until": "2027-01-01",
            "value": 1000,
            "each_further": 500,
            "citation": "Law 1",
            "url": "https://example.gov/limit",
            "checked": "2026-11-01",
        }
    ],
}
OLD = leaf("age", "at_least", 65, not_met=both("Too young"))
POOR = leaf("income", "at_most", {"parameter": "limit", "percent": 150, "size": "household_size"})
SERVICES = [
    service_record("pension", eligibility=OLD, already=leaf("work", "equal", "none")),
    service_record("food", eligibility={"all": [POOR, leaf("work", "equal", "employed", not_known=both("Work?"))]}),
    service_record(
        "care",
        eligibility={
            "any": [
                {"some_person": {"all": [leaf("age", "less_than", 5), {"not": leaf("disabled", "equal", False)}]}},
                {"at_least": 2, "of": [OLD, POOR, leaf("disabled", "equal", True)]},
            ]
        },
    ),
    service_record("judged", eligibility={"ask": "agency", "text": both("They decide"), "source": "law"}),
    service_record("helpline", eligibility={"open_to": "everyone", "text": both("For all"), "source": "law"}),
    service_record("local", areas={"include": ["US-CA"]}, eligibility=OLD),
    service_record("future", valid_from="2027-03-01"),
    service_record("unruled", eligibility={}),
    service_record("draft", status="draft"),
]


def save_all():
    with transaction():
        save_agency(agency_record())
        save_parameter(LIMIT)
        for one in FACTS:
            save_fact(one)
        for one in SERVICES:
            save_service(one)

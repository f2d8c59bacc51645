"""Readers on the real catalogues, where they are on this machine: exact numbers, and each known trait of the data."""

import functools
from collections import Counter
from pathlib import Path

import pytest

from portal.catalogue.imports.readers import read_source
from portal.catalogue.imports.records import SourceRecord, Trouble
from portal.cli.content.files import schema_problems
from tests.catalogue.imports.test_readers import check_promises
from tests.support import needs

SHARED = Path(__file__).parents[4] / "shared" / "data"
BALTIMORE = SHARED / "hsds" / "baltimore-charmcare-2019"
FOLDERS = {
    "benefits": ("us-benefits", SHARED / "us-federal-benefits", None),
    "lines": ("hsds-jsonl", BALTIMORE, "baltimore-charmcare-2019"),
    "tables": ("hsds-tabular", BALTIMORE, "baltimore-charmcare-2019"),
    "federal": ("csv", SHARED / "us-federal-programs", "us-federal-programs"),
    "2022": ("csv", SHARED / "nyc", "nyc-programs-2022"),
    "2026": ("csv", SHARED / "nyc", "nyc-programs-2026"),
    **{
        name: ("csv", SHARED / "nyc" / "locations_2020-03", f"nyc-locations-{name}")
        for name in ("homebase", "job-centers", "snap-centers", "homeless-drop-in", "health-insurance", "runaway-youth")
    },
}


@functools.cache
def found(name):
    """Everything that the reader of a real source yields, read once."""
    format_name, path, mapping = FOLDERS[name]
    needs(path.exists(), f"{path.name} in ../shared/data")
    return list(read_source(format_name, path, Path(f"{mapping}.yaml") if mapping else None))


def records(name, kind):
    return {one.identifier: one for one in found(name) if isinstance(one, SourceRecord) and one.kind == kind}


def troubles(name, *, refused):
    return [one for one in found(name) if isinstance(one, Trouble) and one.refused is refused]


def terms(record, scheme):
    return [term.value for term in record.terms if term.scheme == scheme]


@pytest.mark.parametrize(
    ("name", "agencies", "locations", "services", "mended", "refused"),
    [
        ("benefits", 12, 0, 79, 23, 3),
        ("lines", 748, 1482, 1875, 10, 0),
        ("tables", 748, 1482, 1875, 9, 0),
        ("federal", 188, 0, 2473, 7, 0),
        ("2022", 45, 0, 110, 2, 0),
        ("2026", 43, 0, 97, 26, 0),
        ("homebase", 1, 26, 0, 0, 0),
        ("job-centers", 1, 28, 0, 1, 0),
        ("snap-centers", 0, 32, 0, 0, 2),
        ("homeless-drop-in", 1, 5, 0, 0, 0),
        ("health-insurance", 1, 11, 0, 0, 0),
        ("runaway-youth", 1, 22, 0, 0, 0),
    ],
)
def test_numbers_of_each_source(name, agencies, locations, services, mended, refused):
    kinds = [len(records(name, kind)) for kind in ("agency", "location", "service")]
    counts = [len(troubles(name, refused=is_refused)) for is_refused in (False, True)]
    assert (kinds, counts) == ([agencies, locations, services], [mended, refused])


@pytest.mark.parametrize("name", FOLDERS)
def test_real_sources_keep_the_promises(name):
    check_promises(found(name))


@pytest.mark.parametrize("name", FOLDERS)
def test_values_have_the_shape_of_the_content(name):
    """Apart from what is not required here, http addresses, areas by county, and costs that are only told in words."""
    fields = {"service": ("title", "summary", "who", "benefit", "how", "documents", "processing_time", "also_asked_as")}
    fields |= {"agency": ("name", "short_name", "summary"), "location": ("name", "street", "city", "state", "hours")}
    for one in [one for one in found(name) if isinstance(one, SourceRecord)][::7]:
        shape = {key: value for key, value in one.values.items() if key in fields[one.kind]}
        problems = [problem for problem in schema_problems(one.kind, shape) if "required" not in problem[1]]
        assert problems == [], one


# Federal benefits


def test_benefits_belong_to_life_events_and_the_misspelt_one_is_mended():
    count = Counter(
        event for one in records("benefits", "service").values() for event in terms(one, "us-benefits:life-event")
    )
    assert count == {
        "financial-hardship": 77,
        "military-service": 36,
        "death-of-a-loved-one": 33,
        "disability": 22,
        "retirement": 18,
        "school-and-education": 6,
        "becoming-a-parent": 5,
        "national-emergency-and-disaster": 3,
    }
    assert [one.place.record for one in troubles("benefits", refused=False) if one.field == "life_events"] == [
        "ssa-extra-help"
    ]


def test_five_agencies_of_benefits_come_from_their_names_alone():
    named = [one.reason for one in troubles("benefits", refused=False) if one.field == "agency"]
    assert len(named) == 5
    assert all("agencies.json has no record of" in reason for reason in named)
    assert all("agency" in one.values for one in records("benefits", "service").values())


def test_eight_benefits_have_no_spanish():
    titles = [set(one.values["title"]) for one in records("benefits", "service").values()]
    assert titles.count({"en"}) == 8
    assert titles.count({"en", "es"}) == 71


def test_all_295_rows_of_eligibility_are_there():
    services = records("benefits", "service").values()
    assert sum(len(one.values["eligibility"]["all"]) for one in services) == 295
    assert all(one.values["who"]["en"].count("\n") + 1 == len(one.values["eligibility"]["all"]) for one in services)


def test_spanish_links_only_where_the_page_is_spanish():
    services = records("benefits", "service")
    assert services["fema-covid-19-funeral-assistance"].values["url"]["es"].startswith("https://www.fema.gov/es/")
    assert set(services["ssa-retirement-benefits"].values["url"]) == {"en"}


def test_the_later_form_adds_to_28_of_its_30_benefits_and_its_test_entry_is_refused():
    later = [
        one.values["criteria_later"]
        for one in records("benefits", "service").values()
        if "criteria_later" in one.values
    ]
    assert len(later) == 28
    refused = [one.place.record for one in troubles("benefits", refused=True)]
    assert refused[0] == "nested_child_criteria_test"
    assert len(refused) == 3


# Baltimore


def test_lines_and_tables_of_baltimore_give_equal_records():
    for kind in ("agency", "location", "service"):
        lines, tables = records("lines", kind), records("tables", kind)
        assert lines.keys() == tables.keys()
        assert all((one.values, one.terms) == (tables[key].values, tables[key].terms) for key, one in lines.items())


def test_baltimore_is_not_shown_as_current():
    services = records("lines", "service").values()
    assert all(one.values["not_current"] is True for one in (*services, *records("lines", "location").values()))
    assert all(one.values["areas"] == {"include": ["US-MD-baltimore-city"]} for one in services)


def test_terms_and_texts_of_baltimore():
    services = records("lines", "service").values()
    assert sum(bool(one.terms) for one in services) == 1734
    assert sum(bool(terms(one, "open-eligibility:service")) for one in services) == 1615
    assert sum(bool(terms(one, "open-eligibility:situation")) for one in services) == 1147
    assert sum("who" in one.values for one in services) == 1852
    assert not any("hours" in one.values for one in records("lines", "location").values())
    assert sum("latitude" in one.values for one in records("lines", "location").values()) == 1349


# Federal programs


def test_agencies_of_federal_programs_are_parents_and_children():
    agencies = records("federal", "agency").values()
    assert sum("parent" not in one.values for one in agencies) == 57
    # 13 of the 144 sub-agencies bear the name of their agency and are the same.
    assert sum("parent" in one.values for one in agencies) == 131


def test_who_may_apply_to_federal_programs():
    services = records("federal", "service").values()
    applicants = [terms(one, "us-programs:applicant") for one in services]
    assert sum("Individual/Family" in words for words in applicants) == 293
    assert sum(bool({"Individual/Family", "Anyone/general public"} & set(words)) for words in applicants) == 398
    assert sum(bool(terms(one, "us-programs:beneficiary")) for one in services) == 2110
    assert len({word for one in services for word in terms(one, "us-programs:beneficiary")}) == 68
    assert sum(bool(terms(one, "us-programs:category")) for one in services) == 292
    assert not any("Interstate" in word for one in services for word in terms(one, "us-programs:assistance"))


def test_cut_off_labels_are_completed_and_reported_once():
    completed = [one.reason for one in troubles("federal", refused=False) if one.field == "terms"]
    assert len(completed) == 2
    words = {term.value for one in records("federal", "service").values() for term in one.terms}
    assert "Veteran/Service person/Reservist (including dependents)" in words
    assert not any(word.count("(") != word.count(")") for word in words)


# New York City


def test_86_programs_are_in_both_editions_24_dropped_and_11_added():
    old, new = records("2022", "service").keys(), records("2026", "service").keys()
    assert (len(old & new), len(old - new), len(new - old)) == (86, 24, 11)


def test_labels_of_both_editions_are_the_same():
    old = {word for one in records("2022", "service").values() for word in terms(one, "nyc:population")}
    new = {word for one in records("2026", "service").values() for word in terms(one, "nyc:population")}
    assert "All New Yorkers, regardless of immigration status" in old & new
    assert "Older Adults" in old & new
    assert not {"Seniors", "Everyone", "regardless of immigration status", "All New Yorkers"} & (old | new)
    assert new - old == {"Homeowners"}
    assert old - new == set()


def test_14_programs_have_no_population_among_them_snap_and_cash_assistance():
    without = {key for key, one in records("2026", "service").items() if not terms(one, "nyc:population")}
    assert len(without) == 14
    assert {"P007en", "P010en"} <= without


def test_agencies_of_new_york_have_one_spelling_each():
    names = [one.values["name"]["en"] for one in records("2026", "agency").values()]
    assert not [name for name in names if ";" in name or "Childrens" in name]
    assert sum("Health & Mental Hygiene" in name or "Health and Mental Hygiene" in name for name in names) == 1
    both = {one.values["name"]["en"] for one in records("2022", "agency").values()} & set(names)
    assert len(both) >= 30
    homeless = records("2026", "service")["P138en"].values
    assert homeless["agency"] == "nyc-department-of-social-services-dss"
    assert len(homeless["delivered_with"]) == 2


def test_documents_and_online_applications_of_2026():
    services = records("2026", "service").values()
    assert sum("documents" in one.values for one in services) == 39
    online = [
        one
        for one in services
        for channel in one.values.get("channels", ())
        if channel["kind"] == "online" and "url" in channel
    ]
    assert len(online) == 53


def test_texts_of_both_editions_are_comparable():
    old, new = records("2022", "service")["P010en"].values, records("2026", "service")["P010en"].values
    assert old["summary"] == new["summary"]
    assert "- how much money you earn" in new["who"]["en"]
    assert [item["en"].split(":")[0] for item in new["documents"][:2]] == ["Your identity", "Where you live"]
    assert "311" in [contact.get("phone") for contact in old["contacts"]]


def test_126_locations_of_which_two_rows_are_empty():
    names = ("homebase", "job-centers", "snap-centers", "homeless-drop-in", "health-insurance", "runaway-youth")
    assert sum(len(records(name, "location")) + len(troubles(name, refused=True)) for name in names) == 126
    assert all("latitude" in one.values for name in names for one in records(name, "location").values())
    assert all("phone" in one.values for name in names[:3] for one in records(name, "location").values())


def test_locations_belong_to_programs_of_the_city():
    programs = records("2022", "service")
    for name, program, count in (
        ("homebase", "P122en", 26),
        ("job-centers", "P010en", 28),
        ("snap-centers", "P007en", 14),
        ("homeless-drop-in", "P146en", 5),
        ("health-insurance", "P011en", 11),
        ("runaway-youth", "P144en", 5),
    ):
        assert program in programs
        linked = [one for one in records(name, "location").values() if program in one.values.get("services", ())]
        assert len(linked) == count, name


def test_hours_of_health_insurance_sites():
    sites = records("health-insurance", "location").values()
    assert sum("hours" in one.values for one in sites) == 10
    assert [one.values["hours_note"]["en"] for one in sites if "hours_note" in one.values] == [
        "By appointment, By appointment only"
    ]

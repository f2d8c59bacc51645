"""Readers of catalogue formats, on small sources made by hand, and on damage of every kind."""

import contextlib
import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue.imports.readers import FORMATS, UnreadableSource, parts, read_source, source_info
from portal.catalogue.imports.records import KINDS, SourceRecord, Trouble

DATA = Path(__file__).parent / "data"
TABLE_MAPPING = DATA / "table" / "mapping.yaml"
SMALL = {
    "us-benefits": (DATA / "benefits", None),
    "hsds-jsonl": (DATA / "hsds", None),
    "hsds-tabular": (DATA / "tabular", None),
    "csv": (DATA / "table" / "services.csv", TABLE_MAPPING),
}


def read(format_name, path=None, mapping=None):
    """All records of a source by kind and identifier, and its troubles."""
    default, default_mapping = SMALL[format_name]
    found = list(read_source(format_name, path or default, mapping or default_mapping))
    records = {(one.kind, one.identifier): one for one in found if isinstance(one, SourceRecord)}
    return records, [one for one in found if isinstance(one, Trouble)]


def reasons(troubles, *, refused):
    return [(one.place.record, one.field, one.reason) for one in troubles if one.refused is refused]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def check_promises(found):
    """What every stream of a reader keeps, whatever its source holds."""
    position, agencies, seen = 0, set(), set()
    for one in found:
        if isinstance(one, Trouble):
            assert one.reason
            assert one.place.file
            one.reason.encode("utf-8")
            continue
        assert KINDS.index(one.kind) >= position
        position = KINDS.index(one.kind)
        assert (one.kind, one.identifier) not in seen
        seen.add((one.kind, one.identifier))
        if one.kind == "agency":
            assert one.values.get("parent") in {None, *agencies}
            agencies.add(one.identifier)
        for text in (*strings(one.values), *(term.value for term in one.terms)):
            assert not re.search(r"<[A-Za-z/!?]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text), text
        assert one.values.get("agency") in {None, *agencies}


# The promises of the interface


def test_the_formats_have_names():
    assert list(FORMATS) == ["us-benefits", "hsds-jsonl", "hsds-tabular", "csv"]


@pytest.mark.parametrize("format_name", SMALL)
def test_small_sources_keep_the_promises(format_name):
    path, mapping = SMALL[format_name]
    check_promises(read_source(format_name, path, mapping))


@pytest.mark.parametrize(
    ("format_name", "path", "mapping", "says"),
    [
        ("rdf", DATA, None, "no format rdf"),
        ("csv", DATA / "table" / "services.csv", None, "needs a mapping"),
        ("csv", DATA / "absent.csv", TABLE_MAPPING, "there is no"),
        ("csv", DATA / "table" / "services.csv", DATA / "absent.yaml", "cannot be opened"),
        ("us-benefits", DATA / "table", None, "there is no file"),
        ("us-benefits", DATA / "table" / "services.csv", None, "is no folder"),
        ("hsds-jsonl", DATA / "table", None, "holds neither"),
        ("hsds-tabular", DATA / "benefits", None, "holds neither"),
    ],
)
def test_an_unusable_source_is_told_before_anything_is_read(format_name, path, mapping, says):
    with pytest.raises(UnreadableSource, match=says):
        read_source(format_name, path, mapping)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("source: {key: A key, title: Town}", "source.key"),
        ("source: {title: Town}", "'key' is a required property"),
        ("source: {key: a, title: Town}\nfields: {titel: x}", "titel"),
        ("source: {key: a, title: Town}\nagency: {split: '('}", "agency.split"),
        ("source: {key: a, title: Town}\nsource: {key: b, title: Town}", "stands twice"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("- a list", "must hold one mapping"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_place(tmp_path, text, says):
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableSource, match=says):
        read_source("csv", DATA / "table" / "services.csv", tmp_path / "m.yaml")


def test_what_is_known_about_a_source():
    assert source_info("us-benefits", DATA).licence == "CC0 1.0"
    assert source_info("hsds-jsonl", DATA / "hsds").key == "hsds"
    baltimore = source_info("hsds-jsonl", DATA, Path("baltimore-charmcare-2019.yaml"))
    assert (baltimore.area, baltimore.not_current) == (("US-MD-baltimore-city",), True)


def test_editions_of_new_york_are_one_source():
    keys = {source_info("csv", DATA, Path(f"nyc-programs-{year}.yaml")).key for year in (2022, 2026)}
    assert keys == {"nyc-programs"}
    assert source_info("csv", DATA, Path("nyc-locations-homebase.yaml")).links_to == "nyc-programs"


# Federal benefits


def test_a_benefit_in_two_languages():
    records, _ = read("us-benefits")
    values = records["service", "heat-help"].values
    assert values["who"] == {
        "en": "- Your date of birth: at least 60 years old\n- You are: not married or widowed\n"
        "- You have little income.",
        "es": "- Su fecha de nacimiento: al menos 60 años\n- Usted es: no casado o viudo\n- Tiene pocos ingresos.",
    }
    assert values["eligibility"]["all"][1] == {
        "fact": "marital_status",
        "is": "one_of",
        "value": ["never_married", "widowed"],
        "text": {"en": "You are: not married or widowed", "es": "Usted es: no casado o viudo"},
        "source": "agency_page",
    }
    assert values["sources"][0]["url"] == "https://example.gov/heat"
    assert values["url"] == {"en": "https://example.gov/heat"}
    assert values["agency"] == "warmth"
    assert values["areas"] == {"include": ["US"]}


def test_a_benefit_without_spanish_has_none():
    records, _ = read("us-benefits")
    assert set(records["service", "roof-help"].values["title"]) == {"en"}


def test_faults_of_benefits_are_mended_or_refused():
    _, troubles = read("us-benefits")
    assert reasons(troubles, refused=True) == [
        ("heat-help", "id", "duplicate identifier, first in benefits.json, heat-help"),
        ("untitled", "title", "missing"),
    ]
    mended = reasons(troubles, refused=False)
    assert ("heat-help", "eligibility", "applicant_marital_status: en 'unmarried' read as 'not married'") in mended
    assert ("heat-help", "life_events", "financial_hardship read as financial-hardship") in mended
    assert any(field == "agency" and "Office of Roofs" in reason for _, field, reason in mended)
    assert any(field == "url" and "javascript" in reason for _, field, reason in mended)
    assert ("roof-help", "eligibility", "nowhere: no rule for this criterion: left to the agency") in mended


# HSDS


def test_both_forms_of_hsds_give_equal_records():
    lines, _ = read("hsds-jsonl")
    tables, _ = read("hsds-tabular")
    assert lines.keys() == tables.keys()
    assert {key: (one.values, one.terms) for key, one in lines.items()} == {
        key: (one.values, one.terms) for key, one in tables.items()
    }


def test_a_service_of_hsds():
    records, _ = read("hsds-jsonl")
    service = records["service", "s1"]
    assert service.values["who"] == {"en": "Residents.\n\nAges 18 and older."}
    assert service.values["documents"] == [{"en": "Proof of address"}]
    assert service.values["cost"] == {"free": True, "text": {"en": "None."}}
    assert service.values["processing_time"] == {"en": "One day"}
    assert service.values["areas"] == {"include": ["US-MD"]}
    assert service.values["languages"] == ["es"]
    assert service.values["locations"] == ["l1"]
    assert service.values["contacts"] == [{"label": {"en": "Intake, ext. 12"}, "phone": "410-555-0100"}]
    assert [(term.scheme, term.value) for term in service.terms] == [("open-eligibility:situation", "Seniors")]


def test_hours_and_what_differs_on_some_days():
    values = read("hsds-jsonl")[0]["location", "l1"].values
    zone = "America/New_York"
    assert values["street"] == "1 Main St, Room 2"
    assert values["accessibility"] == {"en": "A ramp."}
    assert values["hours"] == [{"days": ["mo", "tu"], "opens": "09:00", "closes": "17:00", "zone": zone}]
    assert values["hours_exceptions"] == [
        {"from": "2026-12-24", "to": "2026-12-26", "closed": True, "note": {"en": "Closed for the holidays."}},
        {"from": "2026-12-31", "to": "2026-12-31", "opens": "10:00", "closes": "12:00", "zone": zone},
    ]


@pytest.mark.parametrize("format_name", ["hsds-jsonl", "hsds-tabular"])
def test_faults_of_hsds_are_mended(format_name):
    records, troubles = read(format_name)
    assert records["service", "s2"].values["closed"] is True
    assert "agency" not in records["service", "s2"].values
    assert "latitude" not in records["location", "l2"].values
    assert [key for kind, key in records if kind == "agency"].index("o1") == 0
    mended = {(record, field) for record, field, _ in reasons(troubles, refused=False)}
    assert {
        ("s2", "status"),
        ("s2", "agency"),
        ("l2", "latitude"),
        ("s1", "phones"),
        ("s3", "url"),
        ("o5", "parent"),
    } <= mended
    assert len({one for one in mended if one[0] in ("o3", "o4")}) == 1


def test_a_sample_beside_the_full_file_is_not_read(tmp_path):
    shutil.copy(DATA / "hsds" / "services.jsonl", tmp_path / "services.jsonl")
    shutil.copy(DATA / "hsds" / "services.jsonl", tmp_path / "services_sample_3.jsonl")
    records, troubles = read("hsds-jsonl", tmp_path)
    assert sum(kind == "service" for kind, _ in records) == 3
    assert [one.place.file for one in troubles if "sample" in one.reason] == ["services_sample_3.jsonl"]


def test_a_broken_line_is_refused_and_reading_goes_on(tmp_path):
    lines = (DATA / "hsds" / "services.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "services.jsonl").write_bytes(lines[0][:50] + b"\n" + b"[1]\n" + lines[2])
    records, troubles = read("hsds-jsonl", tmp_path)
    assert ("service", "s3") in records
    refused = [(one.place.record, one.reason.split(":")[0]) for one in troubles if one.refused and one.field == ""]
    assert refused == [("line 1", "not a JSON object"), ("line 2", "not a JSON object")]


def test_a_gzip_file_that_breaks_off_ends_with_one_trouble(tmp_path):
    rows = [json.dumps({"id": f"s{number}", "name": f"Service {number * 7919}"}) for number in range(3000)]
    packed = gzip.compress("\n".join(rows).encode())
    (tmp_path / "services.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    records, troubles = read("hsds-jsonl", tmp_path)
    assert len(records) > 100
    assert sum("breaks off" in one.reason for one in troubles) == 1


# Tables


def test_a_row_becomes_a_service():
    records, _ = read("csv")
    service = records["service", "1"]
    assert service.values["benefit"] == {"en": "Food for a week.\n\n- Bread\n- Milk"}
    assert service.values["documents"] == [{"en": "Proof of address"}, {"en": "ID"}]
    assert service.values["url"] == {"en": "http://example.org"}
    assert service.values["agency"] == "food-department"
    assert service.values["delivered_with"] == ["county"]
    assert service.values["channels"] == [
        {"kind": "phone", "text": {"en": "Call (410) 555-0100."}, "phone": "410-555-0100"}
    ]
    assert service.values["areas"] == {"include": ["US-MD"]}
    assert [term.value for term in service.terms] == ["Older people", "Everyone, wherever born"]


def test_faults_of_a_table_are_mended_or_refused():
    records, troubles = read("csv")
    assert records["service", "2"].values["title"] == {"en": '=HYPERLINK("http://evil.example","Click")'}
    assert reasons(troubles, refused=True) == [
        ("1", "id", "duplicate identifier, first in services.csv, 1"),
        ("3", "title", "missing"),
    ]
    mended = reasons(troubles, refused=False)
    assert [(field, reason.split(":")[0]) for record, field, reason in mended if record == "2"] == [
        ("title", "begins like a formula, kept as plain text"),
        ("benefit", "begins like a formula, kept as plain text"),
        ("terms", "cut-off label completed, here and in every later record"),
        ("url", "left out"),
    ]
    assert ("1", "benefit", "script, style or handler removed") in mended


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_tables(tmp_path, encoding):
    (tmp_path / "t.csv").write_bytes("id,title,description\n1,Café,Señor “x”\n".encode(encoding))
    records, troubles = read("csv", tmp_path / "t.csv")
    assert records["service", "1"].values["title"] == {"en": "Café"}
    assert [one.reason for one in troubles] == (["not UTF-8: read as Windows-1252"] if encoding == "cp1252" else [])


def test_tables_may_be_json(tmp_path):
    rows = [{"id": 1, "title": "One", "deep": {"er": "x"}}, "no row", {"id": 2, "title": None}]
    (tmp_path / "t.json").write_text(json.dumps({"a": {"b": rows}}), encoding="utf-8")
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "m.yaml").write_text(
        "source: {key: t, title: Town}\ntable: {rows: a.b}\nidentifier: id\nfields: {title: title, benefit: deep.er}",
        "utf-8",
    )
    for file in ("t.json", "t.jsonl"):
        records, troubles = read("csv", tmp_path / file, tmp_path / "m.yaml")
        assert records["service", "1"].values["benefit"] == {"en": "x"}
        assert [one.refused for one in troubles] == [True, True]


@pytest.mark.parametrize(
    ("text", "says"), [("", "no header"), ("id,id,title\n", "twice"), ("id,name\n1,x\n", "no column title")]
)
def test_a_table_without_a_usable_header_is_unreadable(tmp_path, text, says):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableSource, match=says):
        read_source("csv", tmp_path / "t.csv", TABLE_MAPPING)


def test_a_field_without_end_refuses_its_record_and_a_long_one_is_cut(tmp_path):
    long, longer = "A sentence. " * 1000, "x" * 100_001
    (tmp_path / "t.csv").write_text(f"id,title,description\n1,Long,{long}\n2,Longer,{longer}\n", encoding="utf-8")
    records, troubles = read("csv", tmp_path / "t.csv")
    assert len(records["service", "1"].values["benefit"]["en"]) <= 8000
    assert reasons(troubles, refused=False) == [("1", "benefit", "cut to 8000 characters")]
    assert reasons(troubles, refused=True) == [("2", "benefit", "longer than 100000 characters")]


def test_control_characters_are_removed_and_reported(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"id,title\n1,Fo\x00od\x07\n2,Wa\xefter\n")
    records, troubles = read("csv", tmp_path / "t.csv")
    assert records["service", "1"].values["title"] == {"en": "Food"}
    assert ("1", "title", "control characters removed") in reasons(troubles, refused=False)


# Small values


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("(410) 555-0100", "410-555-0100", ""),
        ("+1 410.555.0100 ext. 12", "410-555-0100", "12"),
        ("1-800-555-0100", "800-555-0100", ""),
        ("(800) AGE-DIAL", "800-243-3425", ""),
        ("(711)    -", "711", ""),
        ('"+44 1234 234567"', "011-44-1234-234567", ""),
        ("718-408-5756 x37100", "718-408-5756", "37100"),
    ],
)
def test_telephone_numbers(text, number, extension):
    found = parts.phone(text)
    assert (found.number, found.extension) == (number, extension)


@pytest.mark.parametrize("text", ["", "call Ann", "(3  )    -", "555-0100", "12", "<b>", "(410) 555-010"])
def test_what_is_no_telephone_number(text):
    assert parts.phone(text) is None


@pytest.mark.parametrize(
    ("days", "times", "hours"),
    [
        ("Monday - Friday", "8:30 a.m. - 4:30 p.m.", (["mo", "tu", "we", "th", "fr"], "08:30", "16:30")),
        ("Tuesday, Thursday", "10:00 a.m - 5:00 p.m.", (["tu", "th"], "10:00", "17:00")),
        ("", "Open 24 hours", (["mo", "tu", "we", "th", "fr", "sa", "su"], "00:00", "24:00")),
    ],
)
def test_hours_in_simple_words(days, times, hours):
    (found,) = parts.opening_hours(days, times, "local")
    assert (found["days"], found["opens"], found["closes"]) == hours


@pytest.mark.parametrize(
    "times", ["By appointment", "9 - 5", "5 pm - 9 am", "Open from 7:30 a.m.-8:30 p.m. Open 24 hours in winter"]
)
def test_hours_in_other_words_stay_words(times):
    assert parts.opening_hours("Monday", times, "local") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("HTTP://Example.ORG?x=1", "http://example.org/?x=1"),
        ("www.example.org/a", "http://www.example.org/a"),
        ("http://www.example.org.", "http://www.example.org"),
        ("javascript:alert(1)", None),
        ("https://exa mple.org", None),
        ("nyc.gov/health and search insurance", None),
        ("ftp://example.org", None),
    ],
)
def test_addresses_of_the_web(text, address):
    assert parts.web_address(text) == address


# Damage of every kind

PIECES = [
    b"\x00",
    b"\xff",
    b"<script>alert(1)</script>",
    b"null",
    b"[]",
    b"{}",
    b'"',
    b",",
    b"\n",
    b"1e999",
    b"\\ud800",
]
VALUES = [b"{}", b"[1]", b"null", b"true", b"-1", b'"<b>x"', b"NaN"]
POSITION = st.integers(0, 5000)
DAMAGE = st.one_of(
    st.tuples(st.just("cut"), POSITION, st.just(b"")),
    st.tuples(st.just("put"), POSITION, st.binary(min_size=1, max_size=40) | st.sampled_from(PIECES)),
    st.tuples(st.just("swap"), POSITION, st.sampled_from(VALUES)),
)


def damaged(data, damages):
    for kind, position, piece in damages:
        at = position % (len(data) + 1)
        if kind == "cut":
            data = data[:at]
        elif kind == "put":
            data = data[:at] + piece + data[at:]
        else:  # a whole JSON value or cell replaced by another
            values = list(re.finditer(rb'"[^"]*"|\[[^\[\]]*\]|\d+|[^,\n]+', data))
            if values:
                chosen = values[position % len(values)]
                data = data[: chosen.start()] + piece + data[chosen.end() :]
    return data


@pytest.mark.parametrize("format_name", SMALL)
@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_never_raises_anything_else(format_name, tmp_path, data):
    source, mapping = SMALL[format_name]
    target = tmp_path / "source"
    shutil.rmtree(target, ignore_errors=True)
    folder = source if source.is_dir() else source.parent
    shutil.copytree(folder, target)
    file = target / data.draw(st.sampled_from(sorted(path.name for path in folder.iterdir())))
    content = data.draw(st.one_of(st.lists(DAMAGE, min_size=1, max_size=4), st.binary(max_size=200)))
    file.write_bytes(content if isinstance(content, bytes) else damaged(file.read_bytes(), content))
    path = target if source.is_dir() else target / source.name
    with contextlib.suppress(UnreadableSource):
        check_promises(read_source(format_name, path, target / mapping.name if mapping else None))

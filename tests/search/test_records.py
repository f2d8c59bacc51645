import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import analyzer_for
from portal.search.records import Record, read_body, read_head, read_terms

from .building import doc

# Words that stand together, dotted, numbers, letters that come apart, and what is no word.
PIECES = ["passport", "passports", "U.S.", "10,000", "don't", "dying", "fee", "ﷺ", "é", "the", " ", "\n", ". ", "_"]


def test_record_is_read_as_it_was_written() -> None:
    document = doc(
        7,
        "Passport fees",
        "Fees for a passport.",
        summary="What it costs.",
        phrases=("the", "cost of passports"),
        situations=("I travel.",),
        facets={"agency": ("state",), "place": ()},
        stored={"url": "services/passport"},
    )
    record = Record.of(document)
    assert (record.key, record.text, record.title, record.asked) == (
        "service:7",
        {"passport": 2, "fee": 2, "cost": 1},
        {"passport": 1, "fee": 1},
        {"cost": 1, "passport": 1, "travel": 1},
    )
    head = read_head(record.head, {})
    assert (head.entry.kind, head.entry.id, head.entry.title) == ("service", 7, "Passport fees")
    assert head.entry.facets == {"agency": ("state",), "kind": ("service",)}
    assert (head.phrases, head.lengths) == (["the", "cost of passports"], [5, 2, 3])
    terms = read_terms(record.terms)
    assert terms.title == {"passport", "fee"}
    assert terms.text == "passport fee cost fee passport"
    assert terms.sayings == (("cost", "passport"), ("travel",))
    body = read_body(record.body, record.terms)
    assert (body.summary, body.text) == ("What it costs.", "Fees for a passport.")
    assert body.stored == {"url": "services/passport"}
    assert body.sayings == ("cost of passports", "I travel.")
    assert body.spots({"passport"}) == [(11, 19, "passport")]


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20))
def test_spots_of_a_record_are_those_found_in_its_text(lang: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    record = Record.of(doc(1, "Passport", text, lang=lang, summary="A fee."))
    analyzer = analyzer_for(lang)
    body = read_body(record.body, record.terms)
    for wanted in (analyzer.terms("passports U.S. dying fee ﷺ é 10000"), analyzer.terms(text)):
        assert body.spots(wanted) == analyzer.find(text, wanted)

"""What becomes of a record when its source says something new."""

from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.imports.merge import Conflict, changed_units, from_units, merge, units

TEXT = st.sampled_from(["", "a", "b", "c"])
LINE = st.sampled_from("abc")
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.dictionaries(st.sampled_from(["en", "es"]), TEXT, max_size=2),
        "summary": st.dictionaries(st.sampled_from(["en", "es"]), TEXT, max_size=2),
        "phone": st.none() | TEXT,
        "channels": st.lists(st.fixed_dictionaries({"kind": TEXT}), max_size=2),
        "sensitive": st.booleans(),
        "steps": st.lists(st.fixed_dictionaries({"en": LINE}, optional={"es": LINE}), max_size=3),
    },
)


def told(value):
    """A value without the lines that only keep others in their place: one that nobody wrote may go."""
    return [line for line in value if line] if isinstance(value, list) else value


@given(RECORDS)
def test_units_and_back(record):
    assert units(from_units(units(record))) == units(record)


@given(RECORDS, RECORDS, RECORDS)
def test_each_unit_is_one_of_the_two_and_nothing_an_editor_changed_is_lost(base, ours, theirs):
    merged, conflicts = merge(base, ours, theirs)
    was, here, there, now = units(base), units(ours), units(theirs), units(merged)
    clashing = {conflict.unit for conflict in conflicts}
    for unit in {**was, **here, **there, **now}:
        old, own, new = was.get(unit), here.get(unit), there.get(unit)
        assert told(now.get(unit)) == told(new if own == old else own)
        assert (unit in clashing) == (old != own != new != old) or unit not in {**here, **there}


@given(RECORDS, RECORDS)
def test_where_nobody_here_changed_anything_the_source_is_followed(base, theirs):
    merged, conflicts = merge(base, base, theirs)
    assert units(merged) == units(theirs)
    assert conflicts == []


@given(RECORDS, RECORDS)
def test_where_the_source_did_not_change_ours_stays(base, ours):
    merged, conflicts = merge(base, ours, base)
    assert units(merged) == units(ours)
    assert conflicts == []


def test_a_translation_made_here_survives_a_new_title():
    merged, conflicts = merge(
        {"title": {"en": "Old"}}, {"title": {"en": "Old", "es": "Viejo"}}, {"title": {"en": "New"}}
    )
    assert merged == {"title": {"en": "New", "es": "Viejo"}}
    assert conflicts == []


def test_both_changed_the_same_text():
    merged, conflicts = merge({"title": {"en": "Old"}}, {"title": {"en": "Ours"}}, {"title": {"en": "Theirs"}})
    assert merged == {"title": {"en": "Ours"}}
    assert conflicts == [Conflict("title.en", "Old", "Ours", "Theirs")]


def test_both_made_the_same_change():
    assert merge({"phone": "1"}, {"phone": "2"}, {"phone": "2"}) == ({"phone": "2"}, [])


def test_changed_units():
    assert changed_units({"title": {"en": "A"}, "x": 1}, {"title": {"en": "B"}, "y": None, "x": 1}) == ["title.en"]


def test_each_language_of_steps_is_a_unit_and_lines_stay_beside_their_translations():
    rows = [{"en": "Call", "es": "Llame"}, {"en": "Wait"}, {"en": "Sign", "es": "Firme"}, {"en": "Go"}]
    assert units({"steps": rows}) == {"steps.en": ["Call", "Wait", "Sign", "Go"], "steps.es": ["Llame", "", "Firme"]}
    assert from_units(units({"steps": rows})) == {"steps": rows}


def test_a_translator_and_an_editor_of_steps_never_clash():
    base = {"steps": [{"en": "Call", "es": "Llame"}, {"en": "Sign"}]}
    editor = {"steps": [{"en": "Call today", "es": "Llame"}, {"en": "Sign"}, {"en": "Go"}]}
    translator = {"steps": [{"en": "Call", "es": "Llame"}, {"en": "Sign", "es": "Firme"}]}
    both = {"steps": [{"en": "Call today", "es": "Llame"}, {"en": "Sign", "es": "Firme"}, {"en": "Go"}]}
    assert merge(base, translator, editor) == (both, [])
    assert merge(base, editor, translator) == (both, [])

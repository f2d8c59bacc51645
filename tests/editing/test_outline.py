"""Criteria as outlines: every criterion becomes rows and the same criterion again; rows that make none are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cli.content.files import read_content
from portal.editing.outline import BadOutline, rows_of, tree_of, value_of, value_text

TEXT = {"text": {"en": "You are"}, "source": "law"}
KEYS = st.from_regex(r"[a-z][a-z_]{2,10}", fullmatch=True).filter(lambda key: key not in ("yes", "no", "true", "false"))
VALUES = (
    st.tuples(st.sampled_from(["equal", "at_least", "less_than"]), st.integers(-5, 10**6) | st.booleans() | KEYS)
    | st.tuples(st.sampled_from(["one_of", "none_of"]), st.lists(KEYS, min_size=1, max_size=4))
    | st.tuples(
        st.just("at_most"),
        st.fixed_dictionaries({"parameter": KEYS}, optional={"percent": st.integers(1, 400), "size": KEYS})
        | st.fixed_dictionaries({"ago": st.dictionaries(st.sampled_from(["years"]), st.integers(0, 99), min_size=1)}),
    )
)
LEAVES = st.builds(
    lambda fact, compared, extra: {"fact": fact, "is": compared[0], "value": compared[1], **TEXT, **extra},
    KEYS,
    VALUES,
    st.fixed_dictionaries({}, optional={"not_met": st.just({"en": "No"}), "from": st.just("2026-01-01")}),
) | st.sampled_from([{"ask": "agency", **TEXT}, {"open_to": "everyone", **TEXT}])
CRITERIA = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(
            lambda kind, below: {kind: below}, st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=4)
        ),
        st.builds(lambda below: {"at_least": len(below), "of": below}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda kind, below: {kind: below}, st.sampled_from(["not", "some_person"]), parts),
    ),
    max_leaves=12,
)


@given(CRITERIA)
def test_every_criterion_comes_back(criterion):
    assert tree_of(rows_of(criterion)) == criterion


def test_every_rule_of_the_starter_content_comes_back():
    rules = {slug: service["eligibility"] for slug, service in read_content().service.items()}
    assert {slug: tree_of(rows_of(rule)) for slug, rule in rules.items()} == rules
    assert len(rules) > 100


def test_rows_say_what_people_read():
    rule = {"all": [{"fact": "age", "is": "at_least", "value": 62, **TEXT}, {"not": {"ask": "agency", **TEXT}}]}
    assert rows_of(rule) == [
        {"part": "all", "indent": 0},
        {"part": "condition", "indent": 1, "fact": "age", "is": "at_least", "value": "62", **TEXT},
        {"part": "not", "indent": 1},
        {"part": "ask", "indent": 2, **TEXT},
    ]


def test_outermost_rows_belong_together():
    rows = [{"fact": "age", "is": "at_least", "value": "62", **TEXT}, {"part": "ask", **TEXT}]
    assert tree_of(rows) == {"all": [{"fact": "age", "is": "at_least", "value": 62, **TEXT}, {"ask": "agency", **TEXT}]}
    assert tree_of([]) == {}


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (True, "yes"),
        (62, "62"),
        (59.5, "59.5"),
        (["citizen", "other"], "citizen, other"),
        ({"ago": {"years": 2, "months": 6}}, "2 years 6 months ago"),
        ({"parameter": "guideline"}, "amount guideline"),
        (
            {"parameter": "guideline", "percent": 130, "size": "household_size"},
            "130% of amount guideline by household_size",
        ),
        ("2026-11-22", "2026-11-22"),
    ],
)
def test_values_are_typed_in_words(value, typed):
    assert value_text(value) == typed
    assert value_of(typed, "one_of" if isinstance(value, list) else "equal") == value


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        ([{"part": "all"}], 0, "part"),
        ([{"part": "all"}, {"part": "ask", "indent": 2}], 1, "indent"),
        ([{"part": "ask", "indent": 1}], 0, "indent"),
        ([{"part": "ask"}, {"part": "ask", "indent": 1}], 1, "indent"),
        ([{"part": "ask", "indent": 99}], 0, "indent"),
        ([{"part": "ask", "indent": "deep"}], 0, "indent"),
        ([{"part": "at_least"}, {"part": "ask", "indent": 1}], 0, "wanted"),
        ([{"part": "at_least", "wanted": 2}, {"part": "ask", "indent": 1}], 0, "wanted"),
        ([{"fact": "", "is": "equal", "value": "yes"}], 0, "fact"),
        ([{"fact": "age", "is": "", "value": "yes"}], 0, "is"),
        ([{"fact": "age", "is": "equal", "value": ""}], 0, "value"),
    ],
)
def test_rows_that_make_no_criterion_are_refused(rows, row, field):
    with pytest.raises(BadOutline) as refused:
        tree_of(rows)
    assert (refused.value.row, refused.value.field) == (row, field)

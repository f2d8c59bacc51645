"""Three-valued logic and comparisons, against the textbook and against every point of an interval."""

import datetime
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.eligibility.rules.conditions import (
    FALSE,
    TRUE,
    UNKNOWN,
    at_least,
    every,
    invert,
    make_test,
    some,
)
from portal.eligibility.rules.facts import Interval, born_by, day_aged, months_after, months_before, read_answer

from .rules_support import DAY, fact, parameter

TRUTHS = {True: TRUE, False: FALSE, None: UNKNOWN}
WORDS = {truth: word for word, truth in TRUTHS.items()}
THREE = (True, False, None)
ORDER = ("equal", "not_equal", "at_least", "more_than", "at_most", "less_than")
COMPARE = {
    "equal": lambda one, two: one == two,
    "not_equal": lambda one, two: one != two,
    "at_least": lambda one, two: one >= two,
    "more_than": lambda one, two: one > two,
    "at_most": lambda one, two: one <= two,
    "less_than": lambda one, two: one < two,
}


def completions(values):
    return itertools.product(*([value] if value is not None else [True, False] for value in values))


def agreed(outcomes):
    """What strong Kleene logic says where parts are independent: what every completion says, else unknown."""
    outcomes = set(outcomes)
    return outcomes.pop() if len(outcomes) == 1 else None


@pytest.mark.parametrize("values", [*itertools.product(THREE, repeat=2), *itertools.product(THREE, repeat=3)])
def test_all_any_and_at_least_follow_strong_kleene_logic(values):
    truths = [TRUTHS[value] for value in values]
    assert WORDS[every(truths)] is agreed(map(all, completions(values)))
    assert WORDS[some(truths)] is agreed(map(any, completions(values)))
    for wanted in range(len(values) + 2):
        assert WORDS[at_least(wanted, truths)] is agreed(sum(one) >= wanted for one in completions(values))


def test_not_follows_strong_kleene_logic():
    assert [WORDS[invert(TRUTHS[value])] for value in THREE] == [False, True, None]


def test_nothing_at_all_is_all_true_and_none_of_it_is():
    assert (every([]), some([]), at_least(0, [])) == (TRUE, FALSE, TRUE)


@given(st.lists(st.lists(st.sampled_from(THREE), min_size=4, max_size=4), min_size=1, max_size=5), st.integers(0, 6))
def test_each_bit_of_a_mask_is_a_world_of_its_own(parts, wanted):
    masks = [
        (
            sum(1 << bit for bit, value in enumerate(worlds) if value is True),
            sum(1 << bit for bit, value in enumerate(worlds) if value is False),
        )
        for worlds in parts
    ]
    for combine in (every, some, lambda truths: at_least(wanted, list(truths))):
        true, false = combine(masks)
        for bit in range(4):
            alone = WORDS[combine([TRUTHS[worlds[bit]] for worlds in parts])]
            assert {(1, 0): True, (0, 1): False, (0, 0): None}[true >> bit & 1, false >> bit & 1] is alone


# Numbers


def number_test(operator, value, **more):
    return make_test(fact("n", "number", **more), {"is": operator, "value": value}, {}, DAY)


@pytest.mark.parametrize("operator", ORDER)
def test_an_interval_is_decided_where_all_of_its_points_agree(operator):
    for low, high, limit in itertools.product(range(6), repeat=3):
        if low <= high:
            expected = agreed(COMPARE[operator](point / 2, limit) for point in range(2 * low, 2 * high + 1))
            assert WORDS[number_test(operator, limit).truth(Interval(low, high), DAY)] is expected


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("at_least", True),
        ("more_than", True),
        ("at_most", False),
        ("less_than", False),
        ("equal", False),
        ("not_equal", True),
    ],
)
def test_an_interval_without_an_end_is_decided_above_its_other_end(operator, value):
    test = number_test(operator, 4)
    assert WORDS[test.truth(Interval(5, math.inf), DAY)] is value
    assert WORDS[test.truth(Interval(3, math.inf), DAY)] is None


# Money


@pytest.mark.parametrize(
    ("unit", "raw", "yearly"),
    [
        ("per_month", 1000, 12_000),
        ("per_year", 1000, 1000),
        ("per_year", {"amount": 1000, "per": "month"}, 12_000),
        ("per_month", {"amount": 1000, "per": "year"}, 1000),
        ("per_month", {"amount": 300, "per": "week"}, 15_600),
        ("per_month", {"amount": 300, "per": "two_weeks"}, 7800),
        (None, 500, 500),
        (None, {"amount": 500}, 500),
    ],
)
def test_money_is_compared_by_the_year(unit, raw, yearly):
    assert read_answer(fact("m", "money", unit=unit), raw, DAY) == Interval(yearly, yearly)


def test_a_limit_of_money_is_in_the_period_of_the_fact():
    test = make_test(fact("m", "money", unit="per_month"), {"is": "at_most", "value": 1000}, {}, DAY)
    assert [WORDS[test.truth(Interval(year, year), DAY)] for year in (12_000, 12_001)] == [True, False]


# Ages


@pytest.mark.parametrize(
    ("born", "on", "years", "old_enough"),
    [
        ("2008-02-29", "2026-02-28", 18, False),
        ("2008-02-29", "2026-03-01", 18, True),
        ("2008-02-29", "2028-02-28", 20, False),
        ("2008-02-29", "2028-02-29", 20, True),
        ("1961-11-22", "2026-11-22", 65, True),
        ("1961-11-23", "2026-11-22", 65, False),
        ("2025-08-31", "2026-02-28", 0.5, False),
        ("2025-08-31", "2026-03-01", 0.5, True),
        ("1967-05-22", "2026-11-22", 59.5, True),
        ("1967-05-23", "2026-11-22", 59.5, False),
        ("2026-11-22", "2026-11-22", 0, True),
    ],
)
def test_the_day_on_which_an_age_is_reached(born, on, years, old_enough):
    day = datetime.date.fromisoformat(on)
    test = make_test(fact("a", "age"), {"is": "at_least", "value": years}, {}, day)
    assert WORDS[test.truth(read_answer(fact("a", "age"), born, day), day)] is old_enough


@pytest.mark.parametrize("operator", ORDER)
def test_ages_are_completed_years(operator):
    test = make_test(fact("a", "age"), {"is": operator, "value": 62}, {}, DAY)
    for years in range(60, 65):
        for born in (born_by(DAY, years), born_by(DAY, years + 1) + 1):
            assert WORDS[test.truth(Interval(born, born), DAY)] is COMPARE[operator](years, 62)
        assert WORDS[test.truth(read_answer(fact("a", "age"), years, DAY), DAY)] is COMPARE[operator](years, 62)


DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))


@given(DAYS, st.integers(0, 1440))
def test_months_after_is_the_first_day_that_is_so_many_months_later(day, months):
    first = months_after(day, months)
    assert months_before(first, months) >= day > months_before(first - datetime.timedelta(days=1), months)


@given(DAYS, st.sampled_from([0.5, 1, 18, 21, 59.5, 62, 65, 100]))
def test_somebody_has_an_age_from_the_day_that_is_told_on(born, years):
    day = day_aged(born.toordinal(), years)
    assert born_by(day - datetime.timedelta(days=1), years) < born.toordinal() <= born_by(day, years)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-11-22", 0, "2026-11-22"),
    ],
)
def test_months_before_ends_with_the_month(day, months, earlier):
    assert months_before(datetime.date.fromisoformat(day), months).isoformat() == earlier


# Dates


@pytest.mark.parametrize(
    ("ago", "limit"),
    [
        ({"years": 2}, "2024-11-22"),
        ({"months": 18}, "2025-05-22"),
        ({"days": 60}, "2026-09-23"),
        ({"years": 1, "months": 1, "days": 1}, "2025-10-21"),
    ],
)
def test_a_time_ago_is_counted_back_from_the_day(ago, limit):
    then = datetime.date.fromisoformat(limit).toordinal()
    for operator in ORDER[2:]:
        test = make_test(fact("d", "date"), {"is": operator, "value": {"ago": ago}}, {}, DAY)
        assert test.moves
        for day in (then - 1, then, then + 1):
            assert WORDS[test.truth(Interval(day, day), DAY)] is COMPARE[operator](day, then)


def test_a_fixed_date_does_not_move():
    test = make_test(fact("d", "date"), {"is": "less_than", "value": "1977-12-31"}, {}, DAY)
    born = datetime.date(1977, 12, 30).toordinal()
    assert not test.moves
    assert [WORDS[test.truth(Interval(day, day), DAY)] for day in (born, born + 1)] == [True, False]


# Parameters

POVERTY = parameter(("2025-01-01", "2026-01-01", 15_000, 5000), ("2026-01-01", "2027-01-01", 16_000, 6000))


def income_test(value, on=DAY, parameters=POVERTY, unit="per_month"):
    return make_test(fact("m", "money", unit=unit), {"is": "at_most", "value": value}, parameters, on)


def limit_of(test, people=None, on=DAY):
    return test.limit(on, Interval(people, people) if people else None)


def test_the_amount_of_the_day_is_used():
    first = income_test({"parameter": "limit"}, datetime.date(2025, 12, 31))
    assert (limit_of(first), first.amount.since) == (Interval(15_000, 15_000), "2025-01-01")
    assert limit_of(income_test({"parameter": "limit"}, datetime.date(2026, 1, 1))) == Interval(16_000, 16_000)


@pytest.mark.parametrize("on", ["2024-12-31", "2027-01-01"])
def test_a_day_without_an_amount_leaves_it_unknown(on):
    test = income_test({"parameter": "limit"}, datetime.date.fromisoformat(on))
    assert test.lacks_amount
    assert test.truth(Interval(0, 0), datetime.date.fromisoformat(on)) == UNKNOWN


def test_an_unknown_parameter_leaves_it_unknown():
    assert income_test({"parameter": "nothing"}).truth(Interval(0, 0), DAY) == UNKNOWN


@pytest.mark.parametrize(("people", "limit"), [(1, 20_800), (2, 28_600), (4, 44_200)])
def test_an_amount_grows_with_the_home(people, limit):
    test = income_test({"parameter": "limit", "percent": 130, "size": "household_size"})
    assert limit_of(test, people) == pytest.approx(Interval(limit, limit))


def test_an_amount_for_a_home_of_unknown_size_is_not_known():
    test = income_test({"parameter": "limit", "size": "household_size"})
    assert test.truth(Interval(1, 1), DAY) == UNKNOWN
    assert test.truth(Interval(1, 1), DAY, Interval(2, math.inf)) == TRUE
    assert test.truth(Interval(21_999, 21_999), DAY, Interval(2, 3)) == TRUE
    assert test.truth(Interval(25_000, 25_000), DAY, Interval(2, 3)) == UNKNOWN
    assert test.truth(Interval(28_001, 28_001), DAY, Interval(2, 3)) == FALSE


def test_an_amount_that_is_the_same_for_every_home_does_not_wait_for_its_size():
    flat = parameter(("2026-01-01", None, 16_000))
    test = income_test({"parameter": "limit", "size": "household_size"}, parameters=flat)
    assert (test.by_size, test.truth(Interval(1, 1), DAY)) == (False, TRUE)


@pytest.mark.parametrize(("unit", "yearly"), [("dollars_per_month", 1200), ("dollars_per_year", 100), ("dollars", 100)])
def test_an_amount_is_turned_into_dollars_a_year(unit, yearly):
    monthly = parameter(("2026-01-01", None, 100), unit=unit)
    assert limit_of(income_test({"parameter": "limit"}, parameters=monthly)) == Interval(yearly, yearly)


def test_an_amount_of_a_number_is_taken_as_it_is():
    years = parameter(("2026-01-01", None, 10), unit="years")
    test = make_test(fact("n", "number", unit="years"), {"is": "at_least", "value": {"parameter": "limit"}}, years, DAY)
    assert [WORDS[test.truth(Interval(worked, worked), DAY)] for worked in (9, 10)] == [False, True]


# Areas


@pytest.mark.parametrize(
    ("include", "exclude", "areas", "expected"),
    [
        (["US"], [], ["US-CA"], True),
        (["US"], ["US-PR"], ["US-PR"], False),
        (["US"], ["US-PR"], ["US-CA"], True),
        (["US"], ["US-PR"], ["US"], None),
        (["US-CA"], [], ["US"], None),
        (["US-CA"], [], ["US-CA-los-angeles"], True),
        (["US-CA"], [], ["US-CO"], False),
        (["US-MD-baltimore"], [], ["US-MD"], None),
        (["US-MD-baltimore"], [], ["US-MD-baltimore-city"], True),
        (["US-MD-baltimore"], [], ["US-VA"], False),
        (["US-MD"], ["US-MD-baltimore"], ["US-MD"], None),
        (["US-MD"], ["US-MD-baltimore"], ["US-MD-baltimore"], False),
        (["US-MD", "US-MD-baltimore"], [], ["US-MD"], True),
        (["US-TX"], ["US-MD-baltimore"], ["US-MD"], False),
        (["US-MD-baltimore"], ["US-MD-baltimore"], ["US-MD"], False),
        (["US-CA", "US-CO"], [], ["US-CA", "US-CO"], True),
        (["US-CA"], [], ["US-CA", "US-CO"], None),
        (["US-CA"], [], ["US-TX", "US-CO"], False),
        ([], [], ["US-CA"], False),
    ],
)
def test_areas(include, exclude, areas, expected):
    value = {"include": include, "exclude": exclude}
    for operator, truth in (("in_area", expected), ("not_in_area", None if expected is None else not expected)):
        test = make_test(fact("lives_in", "area"), {"is": operator, "value": value}, {}, DAY)
        assert WORDS[test.truth(tuple(areas), DAY)] is truth


# Choices


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("equal", "red", [True, False]),
        ("not_equal", "red", [False, True]),
        ("one_of", ["red", "blue"], [True, False]),
        ("none_of", ["red", "blue"], [False, True]),
    ],
)
def test_choices(operator, value, expected):
    test = make_test(fact("c", "choice"), {"is": operator, "value": value}, {}, DAY)
    assert [WORDS[test.truth(answer, DAY)] for answer in ("red", "green")] == expected
    assert test.truth(None, DAY) == UNKNOWN

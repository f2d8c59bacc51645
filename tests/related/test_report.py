"""Figures of the report, and alarms."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.related.rules.alarms import ALARMS, Health, alarms
from portal.related.rules.report import band_words, coverage, gini, rate, share, told_count, told_share
from portal.related.rules.steering import difference

counts = st.lists(st.integers(0, 10_000), min_size=1, max_size=50)


@given(counts)
def test_gini_is_a_share_that_depends_on_proportions_alone(values):
    found = gini(values)
    assert 0 <= found < 1
    assert gini(reversed(values)) == pytest.approx(found)
    assert gini([7 * one for one in values]) == pytest.approx(found)
    assert gini(values * 2) == pytest.approx(found)


@given(st.integers(1, 50), st.integers(1, 1000))
def test_gini_of_all_alike_and_of_one_that_has_all(number, value):
    assert gini([value] * number) == pytest.approx(0, abs=1e-9)
    assert gini([0] * (number - 1) + [value]) == pytest.approx((number - 1) / number)
    assert gini([0] * number) == gini([]) == 0


@given(counts, st.data())
def test_gini_grows_when_the_poor_give_to_the_rich(values, data):
    ordered = sorted(values)
    poor, rich = ordered[0], ordered[-1]
    gift = data.draw(st.integers(0, poor))
    if len(ordered) > 1:
        assert gini([poor - gift, *ordered[1:-1], rich + gift]) >= gini(ordered) - 1e-12


@given(st.integers(1, 100_000), st.data())
def test_a_share_lies_in_its_interval_which_gets_narrower(whole, data):
    part = data.draw(st.integers(0, whole))
    one, many = share(part, whole), share(100 * part, 100 * whole)
    assert 0 <= one.low <= one.value <= one.high <= 1
    assert one.low < one.high
    assert many.high - many.low < one.high - one.low


def test_shares_as_wilson_gives_them():
    assert share(10, 100) == pytest.approx((0.1, 0.0552, 0.1744), abs=1e-4)
    assert share(0, 10) == pytest.approx((0.0, 0.0, 0.2775), abs=1e-4)


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_a_rate_lies_in_its_interval_which_gets_narrower(events, units):
    one, many = rate(events, units), rate(100 * events, 100 * units)
    assert 0 <= one.low <= one.value <= one.high
    assert many.high - many.low < one.high - one.low


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 50)), st.sets(st.integers(1, 20)), st.integers(1, 50))
def test_coverage_is_a_share_of_what_is_offered(shown, offered, least):
    found = coverage(shown, offered, least)
    assert 0 <= found <= 1
    assert coverage(shown, offered, least + 1) <= found
    assert coverage(dict.fromkeys(offered, least), offered, least) == (1 if offered else 0)


@given(st.integers(0, 5000), st.integers(5, 50), st.data())
def test_nothing_under_the_threshold_is_told_and_no_count_exactly(number, least, data):
    told = told_count(number, least)
    assert (told is None) == (number < least)
    assert told is None or not told.isdecimal()
    part = data.draw(st.integers(0, number))
    assert (told_share(part, number, least) is None) == (number < least)


def test_bands():
    told = ["5–9", "10–19", "20–49", "50–199", "200–999", "1,000 or more"]
    assert [band_words(bound) for bound in (5, 10, 20, 50, 200, 1000)] == told
    assert [told_count(number, 5) for number in (9, 10, 49, 999, 4_000)] == [
        told[0],
        told[1],
        told[2],
        told[4],
        told[5],
    ]


lists = st.lists(st.integers(1, 9), max_size=5, unique=True)


@given(lists, lists)
def test_a_difference_leads_from_one_list_to_the_other(before, after):
    found = difference(before, after)
    assert bool(found) == (before != after)
    kept = {place: one for place, one in enumerate(before, start=1) if one not in found.go}
    for one, was, place in found.moved:
        assert (kept.pop(was), after[place - 1]) == (one, one)
    stays = {place: one for place, one in kept.items() if after[place - 1] == one}
    assert stays == kept
    assert sorted([*found.come, *kept.values(), *(one for one, _, _ in found.moved)]) == sorted(after)


def test_alarms():
    at = datetime.datetime(2026, 11, 30, 12)
    days = [at - datetime.timedelta(days=days) for days in (1, 3)]
    assert alarms(Health(None, None, None), at) == ()
    assert alarms(Health(days[0], True, 0.2), at) == ()
    assert alarms(Health(days[1], None, None), at) == ("late",)
    assert alarms(Health(None, False, None), at) == ("empty",)
    assert alarms(Health(None, True, 0.21), at) == ("changed",)
    assert alarms(Health(days[1], False, 1.0), at) == tuple(ALARMS)

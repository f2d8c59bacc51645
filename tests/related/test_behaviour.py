"""The score over released counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.related.rules.behaviour import Behaviour, band, share_changed

COUNTS = Behaviour(
    {1: 100.0, 2: 50.0, 3: 10.0, 4: 400.0}, {1: {2: (20.0, 20), 4: (20.0, 20)}, 2: {1: (20.0, 20)}, 4: {1: (20.0, 20)}}
)


def test_the_score_is_that_of_the_formula():
    assert COUNTS.scores([1], 0.25) == pytest.approx({2: 20 / 101 / 51**0.25, 4: 20 / 101 / 401**0.25})
    assert COUNTS.scores([1], 0.0) == pytest.approx({2: 20 / 101, 4: 20 / 101})
    assert COUNTS.scores([], 0.25) == {}


def test_what_is_specific_comes_before_what_everyone_uses():
    assert COUNTS.ranked([1], 0.25) == [2, 4, 3]
    assert COUNTS.ranked([1, 2], 0.25) == [4, 3]
    assert COUNTS.ranked([3], 0.25) == [4, 1, 2]


@given(st.sets(st.integers(1, 6), max_size=6))
def test_nothing_seen_is_ranked_and_nothing_twice(seen):
    ranked = COUNTS.ranked(seen, 0.25)
    assert sorted(ranked) == sorted({1, 2, 3, 4} - seen)


def test_counts_are_told_in_bands():
    assert [band(visits) for visits in (5, 9.9, 10, 19, 20, 199, 200, 5000)] == [5, 5, 10, 10, 20, 50, 200, 1000]


def test_how_much_a_snapshot_changes():
    other = Behaviour(COUNTS.services, {1: {3: (20.0, 20), 4: (20.0, 20)}, 3: {1: (20.0, 20)}, 4: {1: (20.0, 20)}})
    assert share_changed({"": COUNTS}, {"": COUNTS}, 0.25) == 0
    assert share_changed({"": COUNTS}, {"": other}, 0.25) == 0.5
    assert share_changed({"": COUNTS}, {}, 0.25) == 1
    assert share_changed({}, {}, 0.25) == 0
    assert share_changed({"": COUNTS}, {"": COUNTS, "US-MD": COUNTS}, 0.25) == 0.5

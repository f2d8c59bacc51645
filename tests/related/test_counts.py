"""What visits count for, and in which blocks it is released."""

import math
import statistics

from hypothesis import given
from hypothesis import strategies as st

from portal.related.rules.behaviour import behaviour_of
from portal.related.rules.counts import (
    MOST,
    Count,
    add_visit,
    decay,
    release,
    release_all,
    tally_of,
    threshold,
    visits_told,
)

SECRET = b"secret"
visits_of = st.lists(st.sets(st.integers(1, 8), min_size=1, max_size=6), max_size=80)


def test_a_visit_counts_each_service_and_each_pair_once():
    tally = tally_of([{3: 1.0, 1: 0.3, 2: 1.5}])
    assert {one: (count.fresh_visits, count.fresh_weight) for one, count in tally.services.items()} == {
        1: (1, 0.3),
        2: (1, 1.5),
        3: (1, 1.0),
    }
    share = 1 / math.sqrt(3)
    assert {pair: round(count.fresh_weight, 9) for pair, count in tally.pairs.items()} == {
        (1, 2): round(0.45 * share, 9),
        (1, 3): round(0.3 * share, 9),
        (2, 3): round(1.5 * share, 9),
    }


def test_of_a_long_visit_the_weightiest_services_count():
    tally = tally_of([{service: 1.5 if service > 10 else 1.0 for service in range(1, 31)}])
    assert set(tally.services) == set(range(11, 11 + MOST))
    assert len(tally.pairs) == MOST * (MOST - 1) // 2


def test_nothing_is_counted_of_no_service():
    assert tally_of([{}]).services == {}


@given(st.sets(st.integers(1, 40), min_size=1, max_size=40))
def test_no_visit_moves_the_pairs_by_more_than_another(visit):
    """The bound of section 5 of the research: with 1/√n for pairs and 1/√n for services at most √1.5 in L2."""
    tally = tally_of([dict.fromkeys(visit, 1.0)])
    n = min(len(visit), MOST)
    moved = sum(count.fresh_weight**2 for count in tally.pairs.values()) + len(tally.services) / n
    assert moved <= n / 2 + 1
    assert all(count.fresh_weight <= 1 for count in tally.pairs.values())


@given(visits_of, st.integers(5, 12), st.binary(min_size=4, max_size=8))
def test_nothing_of_fewer_visits_than_k_is_told(visits, k, secret):
    tally = tally_of(dict.fromkeys(visit, 1.0) for visit in visits)
    release_all(tally, k, secret)
    told = behaviour_of(tally, k, secret)
    for service in told.services:
        assert sum(service in visit for visit in visits) >= k
    for one, others in told.pairs.items():
        for other, (_, band) in others.items():
            together = sum({one, other} <= visit for visit in visits)
            assert together >= k
            assert band <= together


@given(visits_of, visits_of, st.integers(5, 8))
def test_what_is_told_changes_by_blocks_of_k_visits(before, after, k):
    """Each number of a later release is the one before, or at least k visits with that pair came in between."""
    tally = tally_of(dict.fromkeys(visit, 1.0) for visit in before)
    release_all(tally, k, SECRET)
    first = behaviour_of(tally, k, SECRET)
    for visit in after:
        add_visit(tally, dict.fromkeys(visit, 1.0))
    release_all(tally, k, SECRET)
    second = behaviour_of(tally, k, SECRET)
    for one, others in second.pairs.items():
        for other, told in others.items():
            if first.pairs.get(one, {}).get(other) != told:
                waiting = [visit for visit in (*before, *after) if {one, other} <= visit]
                released_before = first.pairs.get(one, {}).get(other) is not None
                assert len(waiting) >= (2 * k if released_before else k)


@given(st.integers(5, 20), st.text(max_size=8), st.integers(0, 50))
def test_the_threshold_is_k_to_twice_k_and_always_the_same(k, name, rounds):
    assert k <= threshold(k, SECRET, name, rounds) <= 2 * k
    assert threshold(k, SECRET, name, rounds) == threshold(k, SECRET, name, rounds)


def test_thresholds_are_spread_and_depend_on_the_secret():
    drawn = [threshold(10, SECRET, str(name), 0) for name in range(1100)]
    assert set(drawn) == set(range(10, 21))
    assert max(drawn.count(value) for value in set(drawn)) < 150
    assert drawn != [threshold(10, b"another", str(name), 0) for name in range(1100)]
    assert threshold(10, SECRET, "1 2", 0) != threshold(10, SECRET, "1 2", 1) or drawn[0] != drawn[1]


def test_a_release_moves_what_is_fresh_to_what_is_told():
    count = Count(fresh_visits=20, fresh_weight=9.5, visits=12, weight=7.0, rounds=1)
    assert release(count, 10, SECRET, "1 2", 0.0)
    assert count == Count(visits=32, weight=16.5, rounds=2)
    assert not release(count, 10, SECRET, "1 2", 0.0)


def test_a_release_tells_the_weight_with_noise_that_is_always_the_same():
    weights = []
    for name in map(str, range(2000)):
        count, again = Count(fresh_visits=20, fresh_weight=50.0), Count(fresh_visits=20, fresh_weight=50.0)
        assert release(count, 10, SECRET, name, 2.0)
        release(again, 10, SECRET, name, 2.0)
        assert count == again
        weights.append(count.weight)
    assert abs(statistics.fmean(weights) - 50) < 0.15
    assert abs(statistics.stdev(weights) - 2) < 0.15


@given(st.integers(5, 12), st.integers(0, 60), st.floats(0.5, 1), st.text("0123 ", max_size=4))
def test_what_faded_under_the_last_threshold_is_told_no_more(k, visits, left, name):
    count = Count(fresh_visits=visits, fresh_weight=visits / 2)
    if not release(count, k, SECRET, name, 1.0):
        assert visits_told(count, k, SECRET, name) is None
        return
    assert k <= (visits_told(count, k, SECRET, name) or 0) <= visits
    count.visits *= left
    told = visits_told(count, k, SECRET, name)
    assert (told is None) == (count.visits < threshold(k, SECRET, name, 0))
    assert told is None or k <= told <= count.visits


def test_counts_are_halved_in_ninety_days():
    assert decay(0) == 1
    assert decay(90) == 0.5
    assert round(decay(30) ** 3, 12) == 0.5

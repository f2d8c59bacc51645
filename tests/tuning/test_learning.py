"""What use teaches is bounded, slow, follows what was seen, and is forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.adjustments import LEARNED_LEAST, LEARNED_MOST
from portal.tuning.learning import (
    NOTHING,
    STEP,
    Evidence,
    Use,
    evidence_of_helping,
    evidence_of_query,
    moved,
    shares_by_position,
)

counts = st.integers(0, 10_000)
factors = st.floats(LEARNED_LEAST, LEARNED_MOST).map(lambda factor: round(factor, 4))
evidence = st.builds(Evidence, counts.map(float), st.floats(0, 10_000))
# Pages of results by what they showed, best first, and which of it was followed.
pages = st.lists(
    st.integers(1, 5).flatmap(
        lambda size: st.tuples(st.permutations("abcde").map(lambda things: things[:size]), st.integers(0, size - 1))
    ),
    min_size=1,
    max_size=30,
)


def uses_of(some_pages):
    """The counters that the pages leave, by what was shown."""
    uses = {}
    for shown, followed in some_pages:
        for place, thing in enumerate(shown):
            uses.setdefault(thing, []).append(Use(place + 1, 1, float(place == followed)))
    return uses


def all_uses(uses):
    return [use for some in uses.values() for use in some]


@given(factors, evidence)
def test_a_factor_moves_little_and_stays_in_its_bounds(factor, found):
    after = moved(factor, found.target)
    assert LEARNED_LEAST <= after <= LEARNED_MOST
    assert abs(after - factor) <= STEP + 1e-9
    assert LEARNED_LEAST <= found.target <= LEARNED_MOST


@given(factors, evidence)
def test_a_factor_never_passes_its_target(factor, found):
    target = round(found.target, 4)
    after = moved(factor, target)
    assert min(factor, target) <= after <= max(factor, target)


@given(factors)
def test_what_nobody_follows_any_more_is_forgotten(factor):
    for _ in range(6):
        factor = moved(factor, NOTHING.target)
    assert factor == 1.0


@given(evidence)
def test_it_takes_at_least_four_days_to_get_to_a_bound(found):
    factor = 1.0
    for _ in range(3):
        factor = moved(factor, found.target)
        assert LEARNED_LEAST < factor < LEARNED_MOST


@given(counts, st.floats(0, 10_000), st.floats(0, 100))
def test_more_use_never_lowers_a_target_and_more_expected_never_raises_it(seen, expected, more):
    target = Evidence(seen, expected).target
    assert Evidence(seen + 1, expected).target >= target
    assert Evidence(seen, expected + more).target <= target


@given(pages)
def test_as_much_is_expected_of_all_together_as_was_seen(some_pages):
    uses = uses_of(some_pages)
    found = evidence_of_query(uses, shares_by_position(all_uses(uses)))
    assert sum(one.seen for one in found.values()) == len(some_pages)
    assert sum(one.expected for one in found.values()) == pytest.approx(len(some_pages))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 4))
def test_following_something_once_more_never_lowers_it_and_never_lifts_others(followed, again):
    """All saw the same results in the same order."""
    some_pages = [("abcde", place) for place in followed]
    shares = shares_by_position(all_uses(uses_of(some_pages)))
    before = evidence_of_query(uses_of(some_pages), shares)
    after = evidence_of_query(uses_of([*some_pages, ("abcde", again)]), shares)
    for place, thing in enumerate("abcde"):
        if place == again:
            assert after[thing].target >= before[thing].target - 1e-9
        else:
            assert after[thing].target <= before[thing].target + 1e-9


def test_the_first_result_has_to_be_followed_more_than_the_third():
    """Both were followed as often; the first only because it is the first."""
    some = [("abc", 0)] * 60 + [("abc", 2)] * 60
    uses = uses_of(some)
    found = evidence_of_query(uses, shares_by_position([]))
    assert found["a"].target < 1 < found["c"].target
    assert found["b"].target == LEARNED_LEAST


def test_few_clicks_move_little():
    uses = uses_of([("ab", 1)])
    target = evidence_of_query(uses, shares_by_position(all_uses(uses)))["b"].target
    assert 1 < target < 1.08


def test_what_helps_more_than_others_counts_more():
    found = evidence_of_helping({"good": (90, 10), "bad": (10, 90), "new": (1, 0)})
    assert found["good"].target == LEARNED_MOST
    assert found["bad"].target == LEARNED_LEAST
    assert 1 < found["new"].target < 1.1
    assert evidence_of_helping({}) == {}
    assert evidence_of_helping({"bad": (0, 5)})["bad"].target == 1.0

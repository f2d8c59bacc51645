"""Attacks on what is published: somebody tries to find out whether one visit was there.

The attacker knows the rule, ``k``, every other visit, and what is told before and after; not the portal's key. Each
attack is tried on the rule without its protection too, where it must succeed: otherwise it would prove nothing.
"""

import copy
import itertools
import math
import random

import pytest

from portal.related.rules.behaviour import Behaviour, behaviour_of
from portal.related.rules.counts import PAIR_NOISE, SERVICE_NOISE, Count, add_visit, release_all, tally_of

K = 10
TRIES = 120


def advantage(guesses):
    """How much more often the attacker says "it was there" when it was than when it was not: 0 nothing, 1 all."""
    right = [guess for was_there, guess in guesses if was_there]
    wrong = [guess for was_there, guess in guesses if not was_there]
    return sum(right) / len(right) - sum(wrong) / len(wrong)


def told(tally, secret):
    release_all(tally, K, secret)
    return behaviour_of(tally, K, secret)


def told_without_protection(tally, _secret):
    """All pairs with at least k visits, as they are, at once."""
    pairs: dict = {}
    for (one, other), count in tally.pairs.items():
        if count.fresh_visits >= K:
            pairs.setdefault(one, {})[other] = pairs.setdefault(other, {})[one] = (round(count.fresh_weight, 4), K)
    return Behaviour(
        {one: count.fresh_weight for one, count in tally.services.items() if count.fresh_visits >= K}, pairs
    )


# Visits that the attacker makes up.


def made_up(tell, number):
    """The attacker makes up so many visits to a pair and sees whether it is told then: a further one was there?"""
    guesses = []
    for attempt in range(TRIES):
        for was_there in (True, False):
            tally = tally_of([{1: 1.0, 2: 1.0}] * (number + was_there))
            guesses.append((was_there, 2 in tell(tally, str(attempt).encode()).pairs.get(1, {})))
    return advantage(guesses)


def test_made_up_visits_find_out_a_visit_where_nothing_protects_it():
    assert made_up(told_without_protection, K - 1) == 1


@pytest.mark.parametrize("number", range(K - 1, 2 * K))
def test_made_up_visits_find_out_nothing(number):
    """Whatever their number, one more is decisive for one of k + 1 secret numbers alone."""
    assert made_up(told, number) <= 1 / (K + 1) + 0.05


# The change between two snapshots.

VISIT = (0, 1, 3, 8)
PAIRS = [(one, other) for place, one in enumerate(VISIT) for other in VISIT[place + 1 :]]


def background(draw, visits, services=60):
    """Visits as they are: short, and a few services much more used than the others."""
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(services)))
    lengths = draw.choices((1, 2, 3, 4, 6), (1, 2, 2, 1, 1), k=visits)
    return [dict.fromkeys(set(draw.choices(range(services), cum_weights=weights, k=length)), 1.0) for length in lengths]


def replay(tell, attempt, between):
    """A year of visits, a snapshot, so many visits more, and another snapshot without a visit and with it.

    Gives what is told before, both that may be told after, and the counts before and after as they are without it.
    """
    draw, secret = random.Random(attempt), str(attempt).encode()
    tally = tally_of(background(draw, 600))
    before = tell(tally, secret)
    earlier = copy.deepcopy(tally)
    for visit in background(draw, between):
        add_visit(tally, visit)
    known, further = copy.deepcopy(tally), copy.deepcopy(tally)
    add_visit(further, dict.fromkeys(VISIT, 1.0))
    return before, (tell(tally, secret), tell(further, secret)), earlier, known


def share_released(number, waited):
    """How likely it is that so many fresh visits are released, given that fewer were not."""
    reached, before = (min(1.0, max(0.0, (one - K + 1) / (K + 1))) for one in (number, waited))
    return (reached - before) / (1 - before) if before < 1 else 1.0


def evidence(before, after, count, waited, moved, noise):
    """The logarithm of how much likelier what is told of one number is with the visit than without."""
    number, weight = count.fresh_visits, count.fresh_weight
    without, with_it = share_released(number, waited), share_released(number + 1, waited)
    if after == before:
        return ratio(1 - with_it, 1 - without)
    # What it was before is told, or it was nothing.
    gained = after - (before or 0.0)
    return ratio(with_it, without) + ((gained - weight) ** 2 - (gained - weight - moved) ** 2) / (2 * noise**2)


def ratio(one, other):
    return math.log(max(one, 1e-9) / max(other, 1e-9))


def all_evidence(before, after, earlier, known):
    """What all numbers together say that the visit would have moved."""
    found = 0.0
    for one in VISIT:
        count, waited = (side.services.get(one, Count()) for side in (known, earlier))
        numbers = (before.services.get(one), after.services.get(one))
        found += evidence(*numbers, count, waited.fresh_visits, 1.0, SERVICE_NOISE * K)
    for one, other in PAIRS:
        count, waited = (side.pairs.get((one, other), Count()) for side in (known, earlier))
        numbers = (side.pairs.get(one, {}).get(other, (None, 0))[0] for side in (before, after))
        found += evidence(*numbers, count, waited.fresh_visits, 0.5, PAIR_NOISE * K)
    return found


def test_a_replay_finds_out_a_visit_where_nothing_protects_it():
    """Without the key nothing has to be guessed: the numbers are what the attacker computes, or they are not."""
    guesses = []
    for attempt in range(20):
        _, after, _, known = replay(told_without_protection, attempt, K)
        computed = told_without_protection(known, b"")
        guesses += [(was_there, after[was_there] != computed) for was_there in (False, True)]
    assert advantage(guesses) == 1


@pytest.mark.parametrize("between", [K, 60])
def test_a_replay_of_two_snapshots_cannot_tell_whether_a_visit_was_there(between):
    """The attacker sees all numbers of both snapshots and knows every visit but the one in question."""
    guesses = []
    for attempt in range(TRIES):
        before, after, earlier, known = replay(told, attempt, between)
        guesses += [
            (was_there, all_evidence(before, after[was_there], earlier, known) > 0) for was_there in (False, True)
        ]
    assert abs(advantage(guesses)) <= 0.25


def lists_changed(before, after):
    """Whether a service of the visit came up in the lists of the others, as Calandrino et al. look at them (2011)."""
    for one in VISIT:
        first, second = before.ranked([one], 0.25)[:5], after.ranked([one], 0.25)[:5]
        for other in VISIT:
            if other in second and (other not in first or second.index(other) < first.index(other)):
                return True
    return False


def test_the_change_of_the_lists_tells_nothing_of_a_visit():
    """The attacker sees what everyone sees, the lists, and looks whether services of the visit come up."""
    guesses = []
    for attempt in range(TRIES):
        before, after, _, _ = replay(told, attempt, 60)
        guesses += [(was_there, lists_changed(before, after[was_there])) for was_there in (False, True)]
    assert abs(advantage(guesses)) <= 0.12

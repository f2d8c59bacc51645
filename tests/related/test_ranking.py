"""Which services are shown beside others, in which order, and why: the rules alone."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.related.rules.behaviour import Behaviour
from portal.related.rules.ranking import SHOWN, Group, Known, Link, Steering, Wishes, suggest

EVERYTHING = Behaviour()


def known(links=None, groups=None, everywhere=EVERYTHING, here=EVERYTHING, **more):
    return Known(links or {}, lambda source: (groups or {}).get(source, ()), here, everywhere, **more)


def shown(sources, about, may_show=lambda _target, _source: True, wishes=None, limit=SHOWN):
    return [(one.target, one.reason.kind) for one in suggest(sources, about, may_show, wishes, limit)]


def pairs(**counts):
    """Counts of services, and of pairs named like "p1_2"."""
    found: dict = {}
    for name, weight in counts.items():
        one, other = map(int, name[1:].split("_"))
        found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = (weight, 10)
    return found


LINKS = {1: [Link(2, "often_together"), Link(3, "alternative"), Link(4, "requires")]}


def test_links_of_editors_come_in_their_order_but_what_is_needed_before_comes_first():
    assert shown([1], known(LINKS)) == [(4, "requires"), (2, "often_together"), (3, "alternative")]


def test_what_belongs_to_the_same_situation_follows():
    groups = {1: [Group("life_event", "job", [1, 5, 2]), Group("profile", "workers", [6])]}
    assert shown([1], known(LINKS, groups)) == [
        (4, "requires"),
        (2, "often_together"),
        (3, "alternative"),
        (5, "life_event"),
        (6, "profile"),
    ]


def test_editors_decide_while_few_have_visited_and_visits_when_many_have():
    few = Behaviour({1: 12.0, 2: 30.0, 9: 12.0}, pairs(p1_9=1.0))
    assert shown([1], known({1: [Link(2, "often_together")]}, everywhere=few))[0] == (2, "often_together")
    many = Behaviour({1: 500.0, 2: 30.0, 9: 300.0}, pairs(p1_9=120.0))
    assert shown([1], known({1: [Link(2, "often_together")]}, everywhere=many)) == [
        (9, "behaviour"),
        (2, "often_together"),
    ]


def test_the_reason_is_that_of_the_term_that_weighs_most():
    counts = Behaviour({1: 500.0, 2: 300.0}, pairs(p1_2=120.0))
    (one,) = suggest([1], known({1: [Link(2, "alternative")]}, everywhere=counts), lambda *_: True)
    assert one.reason.kind == "behaviour"
    assert [term.reason.kind for term in one.terms] == ["behaviour", "alternative"]
    assert one.score == sum(term.score for term in one.terms)


def test_pins_come_first_in_their_order_and_blocked_ones_never():
    steering = Steering(pinned={1: [9, 3]}, blocked={1: frozenset({4})})
    assert shown([1], known(LINKS, steering=steering)) == [(9, "pinned"), (3, "pinned"), (2, "often_together")]


def test_what_any_service_of_the_page_is_blocked_from_is_not_shown():
    links = {1: [Link(5, "often_together")], 2: [Link(5, "often_together"), Link(6, "alternative")]}
    steering = Steering(blocked={1: frozenset({5})})
    assert shown([1, 2], known(links, steering=steering)) == [(6, "alternative")]


def test_excluded_services_have_no_list_and_stand_in_none():
    assert shown([1], known(LINKS, steering=Steering(no_sources=frozenset({1})))) == []
    assert shown([1], known(LINKS, steering=Steering(no_targets=frozenset({4, 2})))) == [(3, "alternative")]


def test_sensitive_services_are_linked_by_editors_alone():
    counts = Behaviour({1: 50.0, 7: 40.0, 8: 40.0}, pairs(p1_7=30.0, p7_8=30.0))
    groups = {one: [Group("life_event", "job", [1, 7, 8])] for one in (1, 7, 8)}
    about = known({1: [Link(3, "alternative")], 7: [Link(3, "requires")]}, groups, counts, sensitive=frozenset({7}))
    assert shown([1], about) == [(3, "alternative"), (8, "life_event")]
    assert shown([7], about) == [(3, "requires")]
    linked = known({1: [Link(7, "alternative")]}, sensitive=frozenset({7}))
    assert shown([1], linked) == [(7, "alternative")]


def test_a_screening_makes_what_is_likely_rise_and_what_is_not_sink_with_its_reason():
    wishes = Wishes(likely=frozenset({3}), not_from_answers=frozenset({4}))
    assert shown([1], known(LINKS), wishes=wishes) == [(3, "likely"), (2, "often_together"), (4, "not_from_answers")]
    counts = Behaviour({5: 20.0})
    assert shown([1], known(LINKS, everywhere=counts), wishes=wishes)[-2:] == [(5, "used"), (4, "not_from_answers")]


def test_declared_preferences_bring_forward():
    assert shown([1], known(LINKS), wishes=Wishes(profile=frozenset({3})))[1] == (3, "alternative")
    assert shown([1], known(LINKS), wishes=Wishes(channel=frozenset({3})))[1] == (3, "alternative")


def test_the_list_is_filled_with_what_is_most_used_here_and_then_everywhere():
    about = known(LINKS, here=Behaviour({8: 20.0, 1: 90.0}), everywhere=Behaviour({9: 500.0, 8: 400.0, 2: 300.0}))
    assert shown([1], about)[3:] == [(8, "used_here"), (9, "used")]
    assert shown([1], about, limit=2) == [(4, "requires"), (2, "often_together")]


ids = st.integers(1, 9)
some = st.frozensets(ids, max_size=4)
links_of = st.dictionaries(
    ids, st.lists(st.builds(Link, ids, st.sampled_from(["requires", "alternative"])), max_size=4), max_size=6
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sources=st.lists(ids, max_size=3),
    links=links_of,
    groups=st.dictionaries(ids, st.lists(ids, max_size=6), max_size=6),
    weights=st.dictionaries(st.tuples(ids, ids), st.floats(0.1, 90), max_size=12),
    pinned=st.dictionaries(ids, st.lists(ids, max_size=3), max_size=4),
    blocked=st.dictionaries(ids, some, max_size=4),
    no_targets=some,
    no_sources=some,
    refused=some,
    sensitive=some,
    likely=some,
    unlikely=some,
)
def test_whatever_is_decided_nothing_is_shown_that_must_not_be(
    sources, links, groups, weights, pinned, blocked, no_targets, no_sources, refused, sensitive, likely, unlikely
):
    counts: dict = {}
    for (one, other), weight in weights.items():
        if one != other:
            counts.setdefault(one, {})[other] = counts.setdefault(other, {})[one] = (weight, 10)
    about = known(
        {source: [link for link in found if link.target != source] for source, found in links.items()},
        {source: [Group("life_event", "job", found)] for source, found in groups.items()},
        Behaviour(dict.fromkeys(counts, 20.0), counts),
        steering=Steering(pinned, blocked, no_sources, no_targets),
        sensitive=sensitive,
    )
    found = suggest(
        sources, about, lambda target, _: target not in refused, Wishes(likely=likely, not_from_answers=unlikely)
    )
    targets = [one.target for one in found]
    assert len(targets) == len(set(targets)) <= SHOWN
    never = refused | no_targets | set(sources) | {one for source in sources for one in blocked.get(source, ())}
    assert not never & set(targets)
    for one in found:
        if one.target in sensitive:
            by_editor = [source for source in sources if source not in no_sources]
            assert any(
                one.target in pinned.get(source, ()) or one.target in {link.target for link in links.get(source, ())}
                for source in by_editor
            )
        for term in one.terms:
            if term.reason.source in sensitive:
                assert term.reason.kind in ("requires", "alternative", "pinned")
    if set(sources) <= no_sources:
        assert found == []
    sunk = [one.target in unlikely for one in found]
    assert sunk == sorted(sunk)

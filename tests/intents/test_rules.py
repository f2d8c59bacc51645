from hypothesis import given
from hypothesis import strategies as st

from portal.intents.rules import BrowseIndex, fold, places

SIZE = 40
bits = st.integers(min_value=0, max_value=(1 << SIZE) - 1)


@given(st.sets(st.integers(min_value=0, max_value=200)))
def test_places_are_the_set_bits(numbers):
    assert list(places(sum(1 << number for number in numbers))) == sorted(numbers)


@given(bits, bits, bits, bits, bits, bits)
def test_each_further_choice_can_only_narrow(everyone, profile, for_all, for_profile, agency, served):
    index = BrowseIndex(
        size=SIZE,
        everyone=everyone,
        profiles={"p": profile},
        intents={"i": for_all | for_profile},
        intents_for={("i", ""): for_all, ("i", "p"): for_profile},
        agencies={"a": agency},
        areas={(frozenset({"US-MD"}), frozenset()): served},
    )
    chosen = {}
    remaining = index.matching()
    assert remaining == index.all
    for name, value in (("profile", "p"), ("intent", "i"), ("agency", "a"), ("areas", ("US-MD",))):
        chosen[name] = value
        narrowed = index.matching(**chosen)
        assert narrowed & ~remaining == 0
        remaining = narrowed


@given(bits, bits, bits)
def test_the_order_of_choices_does_not_matter(profile, for_all, for_profile):
    index = BrowseIndex(
        size=SIZE,
        profiles={"p": profile},
        intents={"i": for_all | for_profile},
        intents_for={("i", ""): for_all, ("i", "p"): for_profile},
    )
    assert index.matching(intent="i", profile="p") & ~index.matching(intent="i") == 0
    assert index.matching(intent="i", profile="p") & ~index.matching(profile="p") == 0


@given(
    st.lists(bits, min_size=4, max_size=4),
    st.lists(st.sampled_from([None, "one", "two", "no"]), min_size=3, max_size=3),
)
def test_counts_are_those_of_the_services_that_each_choice_leaves(held, taken):
    values = ("one", "two", "no")
    index = BrowseIndex(
        size=SIZE,
        everyone=held[0],
        profiles={"one": held[0], "two": held[1]},
        intents={"one": held[1], "two": held[2]},
        intents_for={("one", ""): held[2], ("two", "one"): held[3]},
        more={"two": held[0]},
        agencies={"one": held[2], "two": held[3]},
        areas={(frozenset({"US-MD"}), frozenset()): held[1] | held[3]},
    )
    chosen = dict(zip(("intent", "profile", "agency"), taken, strict=True))
    for name in chosen:
        counts = index.counts(name, values, **chosen, areas=("US-MD",))
        left = [index.matching(**{**chosen, name: value}, areas=("US-MD",)) for value in values]
        assert counts == [one.bit_count() for one in left]


def test_an_unknown_choice_leaves_nothing():
    index = BrowseIndex(size=3, everyone=0b111)
    assert index.matching(intent="no") == 0
    assert index.matching(agency="no") == 0
    assert index.matching(profile="no") == 0


def test_a_service_remains_for_an_area_alone_that_it_serves():
    city, state, country = "US-MD-baltimore-city", "US-MD", "US"
    index = BrowseIndex(
        size=4,
        areas={
            (frozenset({country}), frozenset()): 0b0001,
            (frozenset({state}), frozenset({city})): 0b0010,
            (frozenset({city}), frozenset()): 0b0100,
            (frozenset({"US-VA"}), frozenset()): 0b1000,
        },
    )
    assert index.matching() == 0b1111
    assert index.matching(areas=(city,)) == 0b0101
    assert index.matching(areas=(state,)) == 0b0011
    assert index.matching(areas=(city, "US-VA-fairfax-county")) == 0b0001
    assert index.served("US-MD-howard-county") == 0b0011


def test_fold():
    assert fold("  ¡Mi  ESPOSO me pegó! Don't") == " mi esposo me pego dont "


@given(st.text())
def test_fold_is_stable(text):
    assert fold(fold(text)) == fold(text)

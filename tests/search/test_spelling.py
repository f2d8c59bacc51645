import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.spelling import Correction, Speller, distance

KNOWN = {
    "unemployment": ("unemployment", 9),
    "disability": ("disability", 5),
    "pension": ("pension", 4),
    "jubilacion": ("jubilación", 3),
    "childcare": ("childcare", 2),
    "housing": ("housing", 3),
    "house": ("house", 3),
    "life": ("life", 3),
    "claim": ("claim", 1),
    "claims": ("claims", 8),
}


def repair(text: str) -> tuple[str, tuple[Correction, ...]]:
    return Speller(KNOWN).repair(text, lambda word: False)


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("unemploymnet", "unemployment"),
        ("unemplyment", "unemployment"),
        ("dissabilty", "disability"),
        ("pensoin", "pension"),
        ("jubilasion", "jubilación"),
        ("claimz", "claims"),
        ("hous", None),
        ("wife", None),
        ("penzoins", None),
        ("xxxxxxxxxx", None),
    ],
)
def test_nearest_is_a_known_word_within_few_edits(typed: str, used: str | None) -> None:
    corrections = (Correction(typed, used),) if used else ()
    assert repair(typed) == (used or typed, corrections)


def test_repair_keeps_everything_else_and_says_what_it_did() -> None:
    assert repair("  My Pensoin, and Housing 12345!") == (
        "  My pension, and Housing 12345!",
        (Correction("Pensoin", "pension"),),
    )


def test_repair_leaves_words_that_are_known_by_their_stem() -> None:
    assert Speller(KNOWN).repair("claiming houses", lambda word: True) == ("claiming houses", ())


@given(
    st.lists(st.sampled_from(["pensoin", "unemploymnet", "xyzzy", "life", "12", "é", ", ", "\n", "'s "]), max_size=9)
)
def test_repair_changes_only_what_it_reports(pieces: list[str]) -> None:
    text = " ".join(pieces)
    repaired, corrections = repair(text)
    expected = text
    for correction in corrections:
        expected = expected.replace(correction.typed, correction.used, 1)
    assert repaired == expected


@given(st.text(max_size=200))
def test_repair_takes_any_text(text: str) -> None:
    repaired, corrections = repair(text)
    assert corrections or repaired == text


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2)
    assert (distance(one, other, 2) == 0) == (one == other)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.knowledge.rules import without_personal_data


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Write to ana.lee@example.com please", "Write to [email] please"),
        ("Call 202-555-0175 or (202) 555 0175", "Call [number] or [number]"),
        ("My number is 123-45-6789.", "My number is [number]."),
        ("Born 03/04/1961", "Born [date]"),
        ("See https://example.com/?id=7", "See [link]"),
        ("I am 65 and have 2 children", "I am 65 and have 2 children"),
        ("Zip 20500-0001", "Zip [number]"),
    ],
)
def test_without_personal_data(given_text, kept):
    assert without_personal_data(given_text) == kept


@given(st.integers(min_value=10_000, max_value=10**16), st.text(alphabet=" .abc", max_size=5))
def test_no_long_number_is_kept(number, around):
    assert str(number) not in without_personal_data(f"{around} {number} {around}")

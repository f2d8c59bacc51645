import datetime

import pytest

from portal.catalogue.rules import day_ranges, is_offered, parameter_on, serves_area

DAY = datetime.date(2026, 11, 22)
BEFORE = datetime.date(2026, 11, 21)
AFTER = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("status", "valid_from", "valid_to", "offered"),
    [
        ("published", None, None, True),
        ("published", DAY, DAY, True),
        ("published", AFTER, None, False),
        ("published", None, BEFORE, False),
        ("draft", None, None, False),
        ("withdrawn", None, None, False),
    ],
)
def test_is_offered(status, valid_from, valid_to, offered):
    assert is_offered(status, valid_from, valid_to, DAY) is offered


@pytest.mark.parametrize(
    ("included", "excluded", "area", "served"),
    [
        (["US"], [], "US-TX", True),
        (["US"], ["US-PR"], "US-PR", False),
        (["US"], ["US-PR"], "US-TX", True),
        (["US-TX"], [], "US-CA", False),
        (["US-TX"], [], "US-TX", True),
        ([], [], "US-TX", False),
        (["US-MD"], [], "US-MD-baltimore-city", True),
        (["US-MD-baltimore-city"], [], "US-MD", False),
        (["US-MD-baltimore-city"], [], "US-MD-baltimore-county", False),
        (["US-MD"], ["US-MD-baltimore-city"], "US-MD-baltimore-city", False),
        (["US"], ["US-MD"], "US-MD-baltimore-city", False),
        (["US-MD"], ["US-MD-baltimore-city"], "US-MD", True),
    ],
)
def test_serves_area(included, excluded, area, served):
    assert serves_area(included, excluded, area) is served


@pytest.mark.parametrize(
    ("days", "ranges"),
    [
        (["mo", "tu", "we", "th", "fr"], [(0, 4)]),
        (["sa", "mo", "tu"], [(0, 1), (5, 5)]),
        (["su"], [(6, 6)]),
        ([], []),
    ],
)
def test_day_ranges(days, ranges):
    assert day_ranges(days) == ranges


def test_parameter_on_never_uses_a_value_beyond_its_end():
    old = {"from": "2024-01-01", "until": "2025-01-01", "value": 1}
    new = {"from": "2026-01-01", "value": 2}
    assert parameter_on([old, new], datetime.date(2024, 12, 31)) is old
    assert parameter_on([old, new], datetime.date(2025, 1, 1)) is None
    assert parameter_on([old, new], DAY) is new
    assert parameter_on([old], DAY) is None

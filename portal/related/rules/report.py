"""Figures of how lists are used. What fewer than ``least`` stand behind is not told."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from .behaviour import BANDS, band

# Of the normal distribution, for intervals that hold the true value 19 times out of 20.
Z = 1.96


class Estimate(NamedTuple):
    """A value with the bounds between which the true one lies 19 times out of 20."""

    value: float
    low: float
    high: float


class Arm(NamedTuple):
    """How the visits of one arm did."""

    visits: int
    with_click: int
    searches: int


def share(part: int, whole: int) -> Estimate:
    """A share with its interval, after Wilson. ``whole`` is at least 1."""
    value = part / whole
    wide = 1 + Z * Z / whole
    middle = (value + Z * Z / (2 * whole)) / wide
    half = Z / wide * math.sqrt(value * (1 - value) / whole + Z * Z / (4 * whole * whole))
    return Estimate(value, max(0.0, min(middle - half, value)), min(1.0, max(middle + half, value)))


def rate(events: int, units: int) -> Estimate:
    """So many events for each unit with their interval, taking them as independent. ``units`` is at least 1."""
    low = max(0.0, math.sqrt(events) - Z / 2) ** 2
    high = (math.sqrt(events + 1) + Z / 2) ** 2
    return Estimate(events / units, low / units, high / units)


def told_share(part: int, whole: int, least: int) -> int | None:
    """A share in whole per cent; None where fewer than ``least`` stand behind it."""
    return round(100 * part / whole) if whole >= least else None


def band_words(bound: int) -> str:
    """The band of counts that begins with a bound: "10–19"; "1,000 or more" for the last."""
    above = next((one for one in BANDS if one > bound), None)
    return f"{bound:,}–{above - 1:,}" if above else f"{bound:,} or more"


def told_count(number: int, least: int) -> str | None:
    """A count as the band that it is in; None where it is under ``least``."""
    return band_words(band(number)) if number >= least else None


def gini(values: Iterable[float]) -> float:
    """How unevenly something is shared: 0 where all have the same, close to 1 where one has all."""
    ordered = sorted(values)
    whole = math.fsum(ordered)
    if not whole:
        return 0.0
    weighted = math.fsum(place * value for place, value in enumerate(ordered, start=1))
    number = len(ordered)
    return max(0.0, 2 * weighted / (number * whole) - (number + 1) / number)


def coverage(shown: Mapping[int, int], offered: Collection[int], least: int) -> float:
    """The share of what is offered that was shown at least so many times."""
    return sum(shown.get(one, 0) >= least for one in offered) / len(offered) if offered else 0.0

"""How lists of related services do: with and without a trial, by the kind of link and page, and how evenly."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...caching import today
from ..rules.behaviour import band
from ..rules.report import Estimate, band_words, coverage, gini, rate, share
from .editors import lists_of_all, state_row
from .use import DAYS, Group, Use, arms, groups, rates_by_place, shown_by_target, uses_of_links


@dataclass(frozen=True, slots=True)
class ArmRow:
    """How the visits of one arm did. ``visits`` is a band, ``clicks`` the share of visits with a click."""

    name: str
    visits: str
    clicks: Estimate
    searches: Estimate


@dataclass(frozen=True, slots=True)
class Report:
    """``in_lists`` is the share of offered services that stand in a list now, ``coverage`` of those that were shown.

    ``gini`` is how unevenly they were shown. ``arms`` are told since ``since``, all else of the last days.
    """

    arms: list[ArmRow]
    since: datetime.date
    trial: Mapping[str, Any] | None
    in_lists: float
    coverage: float
    gini: float
    kinds: list[Group]
    places: list[Group]


def figures(least: int) -> Report:
    """The report. What fewer than ``least`` visits or views stand behind is not in it, or counts as nothing."""
    state = state_row()
    since = state.trial_since or today() - datetime.timedelta(days=DAYS - 1)
    lists = lists_of_all()
    # Less than may be told counts as never.
    shown = {one: number for one, number in shown_by_target().items() if number >= least}
    listed = {link.target for links in lists.values() for link in links}
    kinds = {(one, link.target): link.reason.kind for one, links in lists.items() for link in links}
    by_kind: dict[str, Use] = defaultdict(Use)
    for link, use in uses_of_links().items():
        by_kind[kinds.get(link, "other")] += use
    return Report(
        [
            ArmRow(
                name, band_words(band(arm.visits)), share(arm.with_click, arm.visits), rate(arm.searches, arm.visits)
            )
            for name, arm in arms(since).items()
            if arm.visits >= least
        ],
        since,
        state.trial,
        coverage(dict.fromkeys(listed, 1), lists, 1),
        coverage(shown, lists, least),
        gini(shown.get(one, 0) for one in lists),
        groups(by_kind, least),
        rates_by_place(least),
    )

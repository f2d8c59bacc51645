"""What is wrong with an article, how much that weighs, and how urgent it is. No database.

Points are out of 100. A small number of answers proves little, so rates count by the end of their confidence interval
that speaks for the article: it is blamed only where chance does not explain the figures.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# 95 %.
Z = 1.96
HELPED_AT_LEAST = 0.75
GIVEN_AT_LEAST = 0.25
GRADE_AT_MOST = 8.0
CHECKED_WITHIN_DAYS = 365
# Reasons of flags that mislead people.
MISLEADING = frozenset({"wrong", "out_of_date", "broken_link"})
PROBLEMS = {
    "flagged": "Flagged",
    "helped": "Seldom helps",
    "given": "Seldom given as an answer",
    "review": "To be checked again",
    "language": "Missing in a language",
    "grade": "Hard to read",
    "links": "Dead links",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of an article. Uses are those of the last months; ``overdue`` is None without a day of review.

    ``views``: by the public; ``looked_up``: at the desk; ``given``: linked or sent as an answer; ``grades``: of the
    public text, by language.
    """

    views: int = 0
    looked_up: int = 0
    given: int = 0
    helped: int = 0
    not_helped: int = 0
    days_since_checked: int = 0
    overdue: int | None = None
    grades: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()
    dead_links: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which of PROBLEMS, how much it weighs, and in words why."""

    kind: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """``score`` is 100 where nothing is wrong. ``urgency`` grows with what is wrong and with how many meet it."""

    score: int
    urgency: float
    problems: tuple[Problem, ...]


def health_of(figures: Figures, language_names: Mapping[str, str]) -> Health:
    """The health of an article; its problems, the heaviest first."""
    found = [one for one in _problems(figures, language_names) if one.points > 0]
    found.sort(key=lambda one: -one.points)
    points = sum(one.points for one in found)
    met = figures.views + figures.looked_up + figures.given
    return Health(max(0, 100 - points), round(points * (1 + math.log10(1 + met)), 1), tuple(found))


def upper_bound(successes: int, total: int) -> float:
    """The highest rate that chance makes likely (Wilson, 95 %); 1 where nothing was counted."""
    if total == 0:
        return 1.0
    rate, square = successes / total, Z * Z / total
    middle = rate + square / 2
    spread = Z * math.sqrt(rate * (1 - rate) / total + square / (4 * total))
    return min(1.0, (middle + spread) / (1 + square))


def _problems(figures: Figures, language_names: Mapping[str, str]) -> list[Problem]:
    return [
        *_flagged(figures.flags),
        _helped(figures.helped, figures.helped + figures.not_helped),
        _given(min(figures.given, figures.looked_up), figures.looked_up),
        _review(figures.days_since_checked, figures.overdue),
        *(Problem("language", 10, f"Not all of it is in {language_names[lang]}") for lang in figures.missing),
        *_hard(figures.grades, language_names),
        *_dead(figures.dead_links),
    ]


def _flagged(reasons: tuple[str, ...]) -> list[Problem]:
    if not reasons:
        return []
    first = 30 if MISLEADING.intersection(reasons) else 20
    words = "1 flag is open" if len(reasons) == 1 else f"{len(reasons)} flags are open"
    return [Problem("flagged", min(40, first + 5 * (len(reasons) - 1)), words)]


def _helped(helped: int, answers: int) -> Problem:
    most = upper_bound(helped, answers)
    points = round(40 * max(0.0, HELPED_AT_LEAST - most) / HELPED_AT_LEAST)
    return Problem("helped", points, f"It helped {helped} of {answers} who said; at best {most:.0%} of all")


def _given(given: int, looked_up: int) -> Problem:
    points = round(15 * max(0.0, GIVEN_AT_LEAST - upper_bound(given, looked_up)) / GIVEN_AT_LEAST)
    return Problem("given", points, f"Opened {looked_up} times at the desk, given as an answer {given} times")


def _review(days_since_checked: int, overdue: int | None) -> Problem:
    over = days_since_checked - CHECKED_WITHIN_DAYS if overdue is None else overdue
    points = min(25, 10 + 5 * (over // 90)) if over > 0 else 0
    if overdue is None:
        return Problem("review", points, f"Last checked {days_since_checked} days ago")
    return Problem("review", points, f"Its review is {over} days overdue")


def _hard(grades: Mapping[str, float], language_names: Mapping[str, str]) -> list[Problem]:
    if not grades:
        return []
    lang, worst = max(grades.items(), key=lambda item: item[1])
    points = min(15, round(3 * max(0.0, worst - GRADE_AT_MOST)))
    return [
        Problem(
            "grade", points, f"Reads at grade {worst:.1f} in {language_names[lang]}; {GRADE_AT_MOST:.0f} is the aim"
        )
    ]


def _dead(number: int) -> list[Problem]:
    words = "1 link is dead" if number == 1 else f"{number} links are dead"
    return [Problem("links", min(25, 15 + 5 * (number - 1)), words)] if number else []

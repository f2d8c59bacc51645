"""The health of all articles, in the same number of queries however many there are."""

import datetime
import functools
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from babel import Locale

from ...caching import kept_for_version, today
from ...extensions import db
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, require
from ...knowledge.models import DESK, Article, ArticleFlag, ArticleUse
from ...readability import grade
from ..models import Link, LinkUse
from ..work import DEAD_AFTER
from .rules import Figures, Health, health_of

# How far back uses are counted.
DAYS = 90
PAGE_SIZE = 50
_TEXTS = ("title", "summary", "text", "who", "staff_text")


@dataclass(frozen=True, slots=True)
class ArticleHealth:
    """An article with what is known of it and what follows."""

    uid: str
    title: str
    status: str
    audience: str
    owner: str
    figures: Figures
    health: Health


@dataclass(frozen=True, slots=True)
class HealthPage:
    """One page of the articles that fit the choices, the most urgent first, and what can be chosen."""

    rows: list[ArticleHealth]
    total: int
    page: int
    pages: int
    owners: list[str]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class _TextFigures:
    missing: tuple[str, ...]
    grades: dict[str, float]


_NOTHING = _TextFigures((), {})


def health_page(*, problem: str = "", owner: str = "", status: str = "", page: int = 1) -> HealthPage:
    """The articles that need work, by choices that may be empty. ``counts``: how many have each kind of problem."""
    every = article_health()
    counts: dict[str, int] = defaultdict(int)
    for one in every:
        for kind in {found.kind for found in one.health.problems}:
            counts[kind] += 1
    fitting = [
        one
        for one in every
        if one.health.problems
        and (not problem or any(found.kind == problem for found in one.health.problems))
        and (not owner or one.owner == owner)
        and (not status or one.status == status)
    ]
    pages = max(1, -(-len(fitting) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = fitting[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return HealthPage(rows, len(fitting), page, pages, sorted({one.owner for one in every}), dict(counts))


def article_health() -> list[ArticleHealth]:
    """All articles that are not archived, the most urgent first."""
    uses, flags, dead, texts, day = _uses(), _flags(), _dead_links(), _text_figures(), today()
    columns = (Article.id, Article.uid, Article.title, Article.status, Article.audience, Article.owner)
    found = []
    for row in db.session.execute(
        sa.select(*columns, Article.checked_on, Article.review_by).where(Article.status != "archived")
    ):
        # An article that was added this moment has its texts read next time.
        used, text = uses[row.id], texts.get(row.id, _NOTHING)
        figures = Figures(
            views=used["viewed", False],
            looked_up=used["viewed", True],
            given=used["linked", False] + used["sent", False],
            helped=used["helped", False],
            not_helped=used["not_helped", False],
            days_since_checked=(day - row.checked_on).days,
            overdue=(day - row.review_by).days if row.review_by else None,
            grades=text.grades,
            missing=text.missing,
            dead_links=dead.get(row.id, 0),
            flags=tuple(flags[row.id]),
        )
        title = str(require(row.title, DEFAULT_LANGUAGE))
        health = health_of(figures, _language_names())
        found.append(ArticleHealth(row.uid, title, row.status, row.audience, row.owner, figures, health))
    return sorted(found, key=lambda one: (-one.health.urgency, one.title))


def _uses() -> dict[int, dict[tuple[str, bool], int]]:
    """By article the numbers of each kind of use, at the desk itself and elsewhere."""
    found: dict[int, dict[tuple[str, bool], int]] = defaultdict(lambda: defaultdict(int))
    use, at_desk = ArticleUse.__table__.c, ArticleUse.channel == DESK
    for row in db.session.execute(
        sa.select(use.article_id, use.kind, at_desk.label("at_desk"), sa.func.sum(use.count).label("number"))
        .where(use.used_on > today() - datetime.timedelta(days=DAYS))
        .group_by(use.article_id, use.kind, at_desk)
    ):
        found[row.article_id][row.kind, bool(row.at_desk)] = int(row.number)
    return found


def _flags() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    open_ones = sa.select(ArticleFlag.article_id, ArticleFlag.reason).where(ArticleFlag.settled_at.is_(None))
    for row in db.session.execute(open_ones):
        found[row.article_id].append(row.reason)
    return found


def _dead_links() -> dict[int, int]:
    rows = db.session.execute(
        sa.select(LinkUse.record_id, sa.func.count().label("number"))
        .join(Link, Link.id == LinkUse.link_id)
        .where(LinkUse.kind == "article", Link.failures >= DEAD_AFTER)
        .group_by(LinkUse.record_id)
    )
    return {row.record_id: row.number for row in rows}


@kept_for_version
def _text_figures() -> dict[int, _TextFigures]:
    """What the texts tell. They are long and change seldom: it is worked out once for each state of the content."""
    columns = [getattr(Article, name) for name in _TEXTS]
    rows = db.session.execute(sa.select(Article.id, Article.steps, *columns).where(Article.status != "archived"))
    return {
        row.id: _TextFigures(
            missing=_missing([getattr(row, name) for name in _TEXTS]),
            grades={
                lang: grade(text, lang) for lang in CONTENT_LANGUAGES if (text := _public_text(row, row.steps, lang))
            },
        )
        for row in rows
    }


def _missing(texts: Collection[dict[str, str] | None]) -> tuple[str, ...]:
    return tuple(lang for lang in CONTENT_LANGUAGES if any(text and lang not in text for text in texts))


def _public_text(row: Any, steps: list[dict[str, str]], lang: str) -> str:
    texts = [row.summary, row.text, row.who, *steps]
    return "\n\n".join(text[lang] for text in texts if text and lang in text)


@functools.cache
def _language_names() -> dict[str, str]:
    names = Locale("en").languages
    return {lang: str(names[lang]) for lang in CONTENT_LANGUAGES}

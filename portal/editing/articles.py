"""Reads for who keeps the articles: how many there are of what sort, what is due, and which say the same."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from ..caching import kept_for_version, today
from ..catalogue.imports.merge import units
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, require
from ..knowledge.duplicates import Candidate, Pair, likely_duplicates
from ..knowledge.models import Article, ArticleAttachment, ArticlesApart
from ..knowledge.statuses import MEANINGS, SOON_DAYS
from ..markup import plain_text
from . import kinds
from .record_forms import unit_names
from .rules import Marked, as_text, marked

_IN_USE = Article.status != "archived"


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many articles have a status, and how many of them are for staff alone."""

    status: str
    name: str
    meaning: str
    total: int
    staff: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The articles in numbers. ``owners``: how many articles in use each looks after, and how many of these are due."""

    statuses: list[StatusCount]
    due: int
    soon: int
    owners: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Likely:
    """Two articles that may say the same, by uid and title."""

    pair: Pair
    first: tuple[str, str]
    second: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One unit of two articles, the words marked that differ."""

    unit: str
    first: Marked
    second: Marked
    is_same: bool


def overview() -> Overview:
    """The articles in numbers. The same few queries however many there are."""
    on = today()
    counts = {
        (row.status, row.audience): row.number
        for row in db.session.execute(
            sa.select(Article.status, Article.audience, sa.func.count().label("number")).group_by(
                Article.status, Article.audience
            )
        )
    }
    due = sa.func.coalesce(sa.func.sum(sa.case((is_due(on), 1), else_=0)), 0)
    owners = db.session.execute(
        sa.select(Article.owner, sa.func.count(), due).where(_IN_USE).group_by(Article.owner).order_by(Article.owner)
    ).all()
    soon = sa.select(sa.func.count()).select_from(Article).where(is_due_soon(on))
    return Overview(
        [
            StatusCount(
                status, name, meaning, counts.get((status, "public"), 0) + counts.get((status, "staff"), 0),
                counts.get((status, "staff"), 0),
            )
            for status, (name, meaning) in MEANINGS.items()
        ],
        sum(row[2] for row in owners),
        db.session.execute(soon).scalar_one(),
        [(owner, number, number_due) for owner, number, number_due in owners],
    )  # fmt: skip


def is_due(on: datetime.date) -> sa.ColumnElement[bool]:
    """Articles in use whose day of review has come."""
    return sa.and_(_IN_USE, Article.review_by <= on)


def is_due_soon(on: datetime.date) -> sa.ColumnElement[bool]:
    """Articles in use whose day of review comes within a month."""
    return sa.and_(_IN_USE, Article.review_by > on, Article.review_by <= on + datetime.timedelta(days=SOON_DAYS))


def narrowed(audience: str, owner: str, due: str) -> sa.ColumnElement[bool]:
    """The articles that a list is narrowed to; an empty or unknown word narrows nothing."""
    wanted: list[sa.ColumnElement[bool]] = []
    if audience in ("public", "staff"):
        wanted.append(Article.audience == audience)
    if owner:
        wanted.append(Article.owner == owner)
    if due in ("now", "soon"):
        wanted.append(is_due(today()) if due == "now" else is_due_soon(today()))
    return sa.and_(sa.true(), *wanted)


def owners() -> list[str]:
    """Who looks after articles, by name."""
    return list(db.session.scalars(sa.select(Article.owner).distinct().order_by(Article.owner)))


def notes(ids: Collection[int]) -> dict[int, list[str]]:
    """What a list says of each article besides its status."""
    rows = db.session.execute(sa.select(Article.id, Article.audience, Article.review_by).where(Article.id.in_(ids)))
    found: dict[int, list[str]] = {}
    for row in rows:
        said = ["For staff alone"] if row.audience == "staff" else []
        if row.review_by:
            words = "Due for review since" if row.review_by <= today() else "To be reviewed by"
            said.append(f"{words} {row.review_by}")
        found[row.id] = said
    return found


def number_of_files(article_id: int) -> int:
    """How many files an article has."""
    query = sa.select(sa.func.count()).select_from(ArticleAttachment)
    return db.session.execute(query.where(ArticleAttachment.article_id == article_id)).scalar_one()


def likely_pairs(article_id: int | None = None) -> list[Likely]:
    """Articles that may say the same and that nobody keeps apart, the most alike first; of one article, or of all."""
    apart = {tuple(row) for row in db.session.execute(sa.select(ArticlesApart.article_id, ArticlesApart.other_id))}
    pairs = [
        pair
        for pair in _pairs()
        if (pair.first, pair.second) not in apart and article_id in (None, pair.first, pair.second)
    ]
    ids = {one for pair in pairs for one in (pair.first, pair.second)}
    rows = db.session.execute(sa.select(Article.id, Article.uid, Article.title).where(Article.id.in_(ids)))
    named = {row.id: (row.uid, str(require(row.title, DEFAULT_LANGUAGE))) for row in rows}
    return [Likely(pair, named[pair.first], named[pair.second]) for pair in pairs]


@kept_for_version
def _pairs() -> list[Pair]:
    # Seconds of work for thousands of articles: only the pages of pairs ask for it, and it is kept. Every change of an
    # article advances the version, those for staff included.
    rows = db.session.execute(
        sa.select(
            *(Article.id, Article.audience, Article.title, Article.also_asked_as),
            *(Article.summary, Article.text, Article.staff_text, Article.steps),
        ).where(_IN_USE)
    )
    candidates = []
    for row in rows:
        texts = (row.summary, row.text, row.staff_text or {}, *row.steps)
        whole = {lang: " ".join(plain_text(one[lang]) for one in texts if lang in one) for lang in CONTENT_LANGUAGES}
        candidates.append(Candidate(row.id, row.audience, row.title, row.also_asked_as, whole))
    return likely_duplicates(candidates, CONTENT_LANGUAGES)


def side_by_side(first_id: int, second_id: int) -> list[Side]:
    """All that two articles say, unit by unit in the order of the form."""
    first, second = units(kinds.export("article", first_id)), units(kinds.export("article", second_id))
    sides = []
    for unit in unit_names("article"):
        one, other = as_text(first.get(unit)), as_text(second.get(unit))
        if one or other:
            sides.append(Side(unit, *marked(one, other), one == other))
    return sides

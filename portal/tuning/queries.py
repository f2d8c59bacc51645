"""Reads of what people do about the search, for the pages of staff."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..caching import today
from ..errors import NotFound
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES
from ..identity.queries import staff_names
from ..search import search_index
from ..search.adjustments import Key
from ..search.documents import INDEXES
from ..search.models import (
    AddedWords,
    FailedSearch,
    FailedSearchDay,
    LearnedFactor,
    Placement,
    SearchChanges,
    SearchTuning,
)
from ..search.queries import Hit, search
from ..search.tuned import EVERYWHERE, adjustments_for, key_hash
from .rules import KINDS

NEAREST = 3
PAGE_SIZE = 20
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the index knows it; ``uid`` is None for one that cannot be found any more."""

    kind: str
    id: int
    title: str
    uid: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class WordsRow:
    """Added words, with who added or removed them."""

    uid: str
    record: Record
    lang: str
    text: str
    by: str
    at: datetime.datetime
    removed_by: str | None
    removed_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A pinned or buried document."""

    uid: str
    query: str
    lang: str
    place: str
    record: Record
    note: str
    valid_until: datetime.date | None
    is_over: bool
    by: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A failed search that is open. ``nearest`` is what comes nearest now."""

    hash: str
    text: str
    lang: str
    times: int
    since: datetime.date
    last: datetime.date
    nearest: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A settled search: what it takes now, and how often people searched for it since."""

    hash: str
    text: str
    lang: str
    times: int
    since: datetime.date
    settlement: str
    by: str
    at: datetime.datetime
    record: Record | None
    finds: int
    position: int | None
    found_since: int
    failed_since: int


@dataclass(frozen=True, slots=True)
class FactorRow:
    """What was learned about a document; ``query`` is None where nobody wrote the words down."""

    hash: str
    query: str | None
    lang: str
    record: Record
    factor: float
    target: float
    seen: float
    expected: float
    since: datetime.date
    changed_on: datetime.date

    @property
    def is_everywhere(self) -> bool:
        return self.hash == EVERYWHERE


def records(keys: Iterable[Key], lang: str | None = None) -> dict[Key, Record]:
    """Records by kind and id, called as in a language, or in the first that they have."""
    langs = [*([lang] if lang else []), *(one for one in CONTENT_LANGUAGES if one != lang)]
    views = [view for name in INDEXES for one in langs if (view := search_index(name).view(one))]
    found: dict[Key, Record] = {}
    for key in dict.fromkeys(keys):
        kind, id = key
        found[key] = Record(kind, id, f"{kind.capitalize()} {id}, not shown any more", None, None)
        for view in views:
            number = view.number(kind, id)
            if number is not None:
                stored = view.body(number).stored
                found[key] = Record(kind, id, view.entry(number).title, stored.get("uid"), stored.get("url"))
                break
    return found


def words_rows(key: Key | None = None, *, limit: int = LONGEST_LIST) -> list[WordsRow]:
    """Added words of a record, or of all, the latest first, with those that were removed and can be put back."""
    query = sa.select(*AddedWords.__table__.c).order_by(AddedWords.id.desc()).limit(limit)
    if key:
        query = query.where(AddedWords.kind == key[0], AddedWords.record_id == key[1])
    rows = db.session.execute(query).all()
    names = _names([*(row.added_by for row in rows), *(row.removed_by for row in rows)])
    about = records((row.kind, row.record_id) for row in rows)
    return [
        WordsRow(
            row.uid,
            about[row.kind, row.record_id],
            row.lang,
            row.text,
            names[row.added_by],
            row.added_at,
            names[row.removed_by] if row.removed_by else None,
            row.removed_at,
        )
        for row in rows
    ]


def placement_rows() -> list[PlacementRow]:
    """What is pinned and buried, by query."""
    query = sa.select(*Placement.__table__.c).order_by(
        Placement.lang, Placement.key, Placement.place.desc(), Placement.position
    )
    rows = db.session.execute(query).all()
    names = _names(row.author_id for row in rows)
    about = records((row.kind, row.record_id) for row in rows)
    return [
        PlacementRow(
            row.uid,
            row.query,
            row.lang,
            row.place,
            about[row.kind, row.record_id],
            row.note,
            row.valid_until,
            row.valid_until is not None and row.valid_until < today(),
            names[row.author_id],
            row.published_at,
        )
        for row in rows
    ]


def changes_of(staff_id: int) -> SearchChanges | None:
    """The change set of a person."""
    return db.session.scalar(sa.select(SearchChanges).where(SearchChanges.author_id == staff_id))


def published() -> int:
    """How often something was published so far."""
    return db.session.scalar(sa.select(SearchTuning.published).where(SearchTuning.id == 1)) or 0


def learning() -> tuple[bool, datetime.date | None]:
    """Whether learning is on, and on which day something was learned last."""
    row = db.session.execute(sa.select(SearchTuning.learning, SearchTuning.learned_on)).first()
    return (row.learning, row.learned_on) if row else (True, None)


def count_failed() -> int:
    """How many failed searches wait for someone."""
    query = sa.select(sa.func.count()).select_from(FailedSearch).where(_is_open())
    return db.session.execute(query).scalar_one()


def failed_rows(page: int) -> list[FailedRow]:
    """Failed searches that nobody settled, the most frequent first."""
    counts = _counts()
    query = (
        sa.select(*FailedSearch.__table__.c, counts.c.failed)
        .join(counts, counts.c.key_hash == FailedSearch.key_hash)
        .where(_is_open())
        .order_by(counts.c.failed.desc(), FailedSearch.last_on.desc(), FailedSearch.key_hash)
    )
    rows = db.session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    found = []
    for row in rows:
        now = search(row.text, lang=row.lang, limit=NEAREST, nearest_kinds=KINDS)
        nearest = (*now.hits, *now.nearest)[:NEAREST]
        found.append(FailedRow(row.key_hash, row.text, row.lang, row.failed, row.first_on, row.last_on, nearest))
    return found


def failed_search(hashed: str) -> FailedSearch:
    """A failed search whose words are known. Raises NotFound."""
    row = db.session.get(FailedSearch, hashed)
    if row is None or row.text is None:
        raise NotFound(hashed)
    return row


def settled_rows(limit: int = PAGE_SIZE) -> list[SettledRow]:
    """Searches that were settled, the latest first, each with what it finds now."""
    query = sa.select(*FailedSearch.__table__.c).where(FailedSearch.settled_at.is_not(None))
    rows = db.session.execute(query.order_by(FailedSearch.settled_at.desc()).limit(limit)).all()
    days: dict[str, list[Any]] = defaultdict(list)
    for day in db.session.scalars(
        sa.select(FailedSearchDay).where(FailedSearchDay.key_hash.in_([row.key_hash for row in rows]))
    ):
        days[day.key_hash].append(day)
    names = _names(row.settled_by for row in rows)
    about = records((row.kind, row.record_id) for row in rows if row.kind)
    found = []
    for row in rows:
        key = (row.kind, row.record_id) if row.kind else None
        now = search(row.text, lang=row.lang, limit=100, adjustments=adjustments_for(row.text, row.lang))
        places = (place for place, hit in enumerate(now.hits, 1) if (hit.kind, hit.id) == key)
        found.append(
            SettledRow(
                row.key_hash,
                row.text,
                row.lang,
                sum(day.failed for day in days[row.key_hash]),
                row.first_on,
                row.settlement,
                names[row.settled_by],
                row.settled_at,
                about[key] if key else None,
                now.total,
                next(places, None),
                sum(day.found for day in days[row.key_hash]),
                sum(day.failed for day in days[row.key_hash] if day.day > row.settled_at.date()),
            )
        )
    return found


def factor_rows(limit: int = LONGEST_LIST) -> list[FactorRow]:
    """What was learned, the furthest from 1 first."""
    distance = sa.func.abs(LearnedFactor.factor - 1.0)
    query = sa.select(*LearnedFactor.__table__.c).where(
        sa.or_(LearnedFactor.factor != 1.0, LearnedFactor.target != 1.0)
    )
    rows = db.session.execute(query.order_by(distance.desc(), LearnedFactor.key_hash).limit(limit)).all()
    about = records((row.kind, row.record_id) for row in rows)
    known = _known_queries()
    return [
        FactorRow(
            row.key_hash,
            known.get(row.key_hash),
            row.lang,
            about[row.kind, row.record_id],
            row.factor,
            row.target,
            row.seen,
            row.expected,
            row.since,
            row.changed_on,
        )
        for row in rows
    ]


def _known_queries() -> dict[str, str]:
    """Queries that staff wrote down or that failed often, by hash; of others nobody knows the words."""
    rows = [
        *db.session.execute(sa.select(Placement.lang, Placement.query.label("text"))),
        *db.session.execute(sa.select(AddedWords.lang, AddedWords.text)),
    ]
    known = {hashed: row.text for row in rows if (hashed := key_hash(row.text, row.lang))}
    failed = sa.select(FailedSearch.key_hash, FailedSearch.text).where(FailedSearch.text.is_not(None))
    return known | {row.key_hash: row.text for row in db.session.execute(failed)}


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(FailedSearch.text.is_not(None), FailedSearch.settled_at.is_(None))


def _counts() -> sa.Subquery:
    return (
        sa.select(FailedSearchDay.key_hash, sa.func.sum(FailedSearchDay.failed).label("failed"))
        .group_by(FailedSearchDay.key_hash)
        .subquery()
    )


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted: Collection[int] = {id for id in ids if id is not None}
    return dict.fromkeys(wanted, "someone who left") | staff_names(wanted)

"""What people changed about the order of answers, ready for each search.

A process keeps it in memory for as long as its version stays; a request reads that one number once.
"""

import datetime
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, has_request_context, request

from ..caching import today
from ..extensions import db
from .adjustments import Adjustments, Key, query_key
from .models import FailedSearch, LearnedFactor, Placement, SearchTuning

# A settled search is watched for so long, to tell whether people find something now.
WATCHED_DAYS = 180
# What was learned for every query.
EVERYWHERE = ""
_KEPT = "portico.tuned"
_tuning = SearchTuning.__table__.c
_VERSION = sa.select(_tuning.version, _tuning.learning).where(_tuning.id == 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """A document in a place that somebody chose. Pinned ones come in the order in which they are given."""

    place: str
    key: Key
    valid_until: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """All that a search reads, of one version. ``placed`` is by language and query key, ``learned`` by hash."""

    version: int
    learning: bool
    placed: Mapping[tuple[str, str], tuple[Placed, ...]]
    learned: Mapping[str, Mapping[Key, float]]
    watched: frozenset[str]


def key_hash(text: str, lang: str) -> str | None:
    """A query without its words: equal for equal queries, and nothing to be read from without this portal's secret.

    None for a query without any telling word.
    """
    key = query_key(text, lang)
    return _hash(key, lang) if key else None


def tuned() -> Tuned:
    """What holds now. A request reads it once, so that all it shows is of one version."""
    if not has_request_context():
        return _current()
    # With the request, not in `g`: that outlives it where commands make requests of their own.
    state: Tuned | None = request.environ.get(_KEPT)
    if state is None:
        state = request.environ[_KEPT] = _current()
    return state


def _current() -> Tuned:
    row = db.session.connection().execute(_VERSION).one_or_none()
    version, learning = (row.version, row.learning) if row else (0, True)
    kept: Tuned | None = current_app.extensions.get("search_tuned")
    # Publishing and the learning switch both move the version, so an equal one is the same in everything.
    if kept is None or kept.version != version:
        kept = current_app.extensions["search_tuned"] = _read(version, learning)
    return kept


def adjustments_for(text: str, lang: str) -> Adjustments | None:
    """What people changed about the answer to a query; None where nobody changed anything."""
    return adjusted(text, lang, tuned())


def adjusted(
    text: str, lang: str, state: Tuned, proposed: Mapping[tuple[str, str], Iterable[Placed]] | None = None
) -> Adjustments | None:
    """``adjustments_for`` with ``proposed`` on top of what holds: the later word about a document counts."""
    key = query_key(text, lang)
    everywhere = state.learned.get(EVERYWHERE, {}) if state.learning else {}
    if not key:
        return Adjustments(learned=everywhere) if everywhere else None
    places: dict[Key, str] = {}
    day = today()
    for one in (*state.placed.get((lang, key), ()), *((proposed or {}).get((lang, key), ()))):
        if one.valid_until is None or one.valid_until >= day:
            places[one.key] = one.place
    own = state.learned.get(_hash(key, lang), {}) if state.learning and state.learned else {}
    if not (places or own or everywhere):
        return None
    learned = {one: own.get(one, 1.0) * everywhere.get(one, 1.0) for one in {*own, *everywhere}}
    return Adjustments(
        pinned=tuple(one for one, place in places.items() if place == "pin"),
        buried=frozenset(one for one, place in places.items() if place == "bury"),
        learned=learned,
    )


def _hash(key: str, lang: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"search {lang} {key}".encode(), "sha256").hexdigest()[:32]


def _read(version: int, learning: bool) -> Tuned:
    placed: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    rows = sa.select(*Placement.__table__.columns).order_by(Placement.position, Placement.id)
    for row in db.session.execute(rows):
        placed[row.lang, row.key].append(Placed(row.place, (row.kind, row.record_id), row.valid_until))
    learned: dict[str, dict[Key, float]] = defaultdict(dict)
    for row in db.session.execute(sa.select(*LearnedFactor.__table__.columns).where(LearnedFactor.factor != 1.0)):
        learned[row.key_hash][row.kind, row.record_id] = row.factor
    since = datetime.datetime.combine(today() - datetime.timedelta(days=WATCHED_DAYS), datetime.time())
    watched = sa.select(FailedSearch.key_hash).where(
        FailedSearch.settlement == "words", FailedSearch.settled_at >= since
    )
    return Tuned(
        version,
        learning,
        {key: tuple(some) for key, some in placed.items()},
        dict(learned),
        frozenset(db.session.scalars(watched)),
    )

"""Notes of searches, taken after the answer was sent.

Whoever searches never waits for a note and never sees one fail. A process writes its notes one at a time: while one
is written, others wait in memory for whoever comes next. What cannot be written is lost and counted.
"""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ..caching import today
from ..counters import is_first_today
from ..database import insert_or_add, transaction
from ..extensions import db
from ..intents.queries import emergencies
from ..search.adjustments import Key
from ..search.models import FailedSearch, FailedSearchDay, ResultUse
from ..search.queries import Hit
from ..search.tuned import key_hash, tuned
from .rules import clean, is_bot

# More different notes than that are not kept waiting.
MOST_WAITING = 1_000
# How long the results of a page may be followed.
TOKEN_SECONDS = 7_200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Search:
    hash: str
    lang: str
    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A page of results, the first of them at ``first``, of which the one at ``position`` was followed."""

    hash: str
    lang: str
    first: int
    keys: tuple[Key, ...]
    position: int


class Recorder:
    """The notes of one process. ``lost`` is how many could not be written."""

    def __init__(self, app: Flask) -> None:
        self.lost = 0
        self._app = app
        self._waiting: list[_Search | Followed] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def add(self, note: _Search | Followed) -> None:
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(note)
            else:
                self.lost += 1

    def write(self) -> None:
        """Write what waits, unless another thread does."""
        while self._waiting and self._writing.acquire(blocking=False):
            try:
                with self._lock:
                    notes, self._waiting = self._waiting, []
                with self._app.app_context(), transaction():
                    _write(notes)
            except Exception as error:
                # The text of the error could name what was typed.
                log.warning("%d notes of searches lost: %s", len(notes), type(error).__name__)
                self.lost += len(notes)
            finally:
                self._writing.release()


def init_app(app: Flask) -> None:
    app.extensions["search_recorder"] = Recorder(app)


def recorder() -> Recorder:
    """The notes of this process."""
    found: Recorder = current_app.extensions["search_recorder"]
    return found


def note_search(text: str, lang: str, *, found: bool) -> None:
    """Count a search that failed, or one that succeeds after it failed and was settled. Nothing else is noted.

    The same address counts once a day for the same query, so that nobody's own words become known by repeating them.
    Words of danger are never noted.
    """
    if is_bot(request.user_agent.string):
        return
    hashed = key_hash(text, lang)
    if hashed is None or (found and hashed not in tuned().watched):
        return
    if not emergencies(text, lang):
        _note_later(_Search(hashed, lang, text, found))


def followed_token(text: str, lang: str, hits: Sequence[Hit], first: int) -> str | None:
    """What a page of results carries so that following one can be counted; None where nothing is to be counted.

    Nobody can make one, so nobody can count for queries and results that were not shown.
    """
    hashed = key_hash(text, lang)
    if hashed is None or not hits or not tuned().learning or is_bot(request.user_agent.string):
        return None
    return str(_serializer().dumps([hashed, lang, first, [[hit.kind, hit.id] for hit in hits]]))


def note_followed(token: str, position: int) -> bool:
    """Count that the result at a position of a page was followed; False for a token that is not ours or too old."""
    try:
        hashed, lang, first, pairs = _serializer().loads(token, max_age=TOKEN_SECONDS)
    except BadSignature:
        return False
    keys = tuple((kind, id) for kind, id in pairs)
    if not first <= position < first + len(keys):
        return False
    if tuned().learning and not is_bot(request.user_agent.string):
        _note_later(Followed(hashed, lang, first, keys, position))
    return True


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="results that were followed")


def _note_later(note: _Search | Followed) -> None:
    if not _is_first_today(note):
        return
    waiting = recorder()
    waiting.add(note)

    @after_this_request
    def write_after_sending(response: Response) -> Response:
        response.call_on_close(waiting.write)
        return response


def _is_first_today(note: _Search | Followed) -> bool:
    """Whether this address has not been counted for the query today."""
    what = "followed" if isinstance(note, Followed) else f"found {note.found}"
    try:
        return is_first_today(f"{what} {note.hash}")
    except Exception:
        # Where Redis is away nobody can tell, and a wrong count could tell somebody's words.
        recorder().lost += 1
        return False


def _write(notes: Sequence[_Search | Followed]) -> None:
    day = today()
    searches = {note.hash: note for note in notes if isinstance(note, _Search)}
    if searches:
        _write_searches(searches, [note for note in notes if isinstance(note, _Search)])
    shown: Counter[tuple[str, str, str, int, int]] = Counter()
    followed: Counter[tuple[str, str, str, int, int]] = Counter()
    for note in notes:
        if isinstance(note, Followed):
            for position, (kind, id) in enumerate(note.keys, note.first):
                where = (note.hash, note.lang, kind, id, position)
                shown[where] += 1
                followed[where] += position == note.position
    names = ("key_hash", "lang", "kind", "record_id", "position")
    rows = [
        {**dict(zip(names, where, strict=True)), "day": day, "shown": times, "followed": followed[where]}
        for where, times in shown.items()
    ]
    if rows:
        insert_or_add(ResultUse, rows, "shown", "followed")


def _write_searches(last: dict[str, _Search], notes: Sequence[_Search]) -> None:
    day, least = today(), current_app.config["SEARCH_LEAST"]
    failed = Counter(note.hash for note in notes if not note.found)
    found = Counter(note.hash for note in notes if note.found)
    for hashed in sorted(last):
        note = last[hashed]
        if failed[hashed]:
            insert_or_add(FailedSearch, [{"key_hash": hashed, "lang": note.lang, "first_on": day, "last_on": day}])
        elif db.session.get(FailedSearch, hashed) is None:
            continue
        counts = {"key_hash": hashed, "day": day, "failed": failed[hashed], "found": found[hashed]}
        insert_or_add(FailedSearchDay, [counts], "failed", "found")
        if failed[hashed]:
            times = db.session.scalar(
                sa.select(sa.func.sum(FailedSearchDay.failed)).where(FailedSearchDay.key_hash == hashed)
            )
            changes: dict[str, Any] = {"last_on": day}
            if times >= least:
                # Nothing but personal data is nothing to show.
                changes["text"] = clean(note.text) or None
            db.session.execute(sa.update(FailedSearch).where(FailedSearch.key_hash == hashed).values(changes))

"""What is kept of a visit: its answers, sealed under a random key that only the visitor's browser has.

The row holds a hash of that key, so the database alone tells nothing about anybody. A code to come back with seals the
key itself; of the code, too, only a hash is stored.
"""

import base64
import datetime
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from ..extensions import db
from ..identity.keys import hash_key, new_code, new_key
from .models import Screening

# What is sealed is filled up to a multiple of this, so that its length does not tell how much was answered.
FILL = 2048
# A visit is noted as used at most this often.
USED_EVERY = datetime.timedelta(minutes=1)


class Where(NamedTuple):
    """What a question is about: a fact, and the number of the person in the home."""

    fact: str
    person: int


class Answer(NamedTuple):
    """An answer as it stands in JSON, and the day (ISO) on which it was given: an age counts from there."""

    raw: Any
    day: str


class Understood(NamedTuple):
    """An answer that somebody's own words suggest, as it stands in JSON, and those words."""

    raw: Any
    words: str


@dataclass
class Visit:
    """One run of questions.

    ``scope`` names what it is about: service, intent and profile. ``path`` has the questions in the order in which they
    were asked; the last may be unanswered. ``place`` is the key of the place that was chosen before. ``already`` has
    the services that the person says they get, ``understood`` what their words in the search suggest, by fact.
    """

    key: str
    scope: dict[str, str] = field(default_factory=dict)
    place: str | None = None
    path: list[Where] = field(default_factory=list)
    answers: dict[Where, Answer] = field(default_factory=dict)
    already: list[str] = field(default_factory=list)
    understood: dict[str, Understood] = field(default_factory=dict)
    # Kept beside what is sealed.
    used_at: datetime.datetime | None = None
    code_until: datetime.datetime | None = None

    @property
    def is_noted(self) -> bool:
        """Whether its use was noted just now."""
        return self.used_at is not None and self.used_at >= now() - USED_EVERY


def start(
    scope: Mapping[str, str], place: str | None = None, understood: Mapping[str, Understood] | None = None
) -> Visit:
    """A new visit under a new key."""
    visit = Visit(new_key(), scope=dict(scope), place=place, understood=dict(understood or {}))
    db.session.add(Screening(key_hash=hash_key(visit.key), box=_sealed(visit), used_at=now()))
    db.session.flush()
    return visit


def load(key: str | None, idle: datetime.timedelta, *, to_change: bool = False) -> Visit | None:
    """The visit of a key, unless it rested for too long. ``to_change`` keeps others from changing it meanwhile."""
    row = _row(key, to_change=to_change)
    if row is None or key is None or row.used_at < now() - idle:
        return None
    return _opened(row, key)


def save(visit: Visit) -> None:
    """Keep what the visit is now."""
    row = _row(visit.key)
    if row is not None:
        row.box = _sealed(visit)
        row.used_at = now()
        db.session.flush()


def note_use(visit: Visit) -> None:
    """Say that somebody reads the pages of a visit, so that it does not expire."""
    db.session.execute(sa.update(Screening).where(Screening.key_hash == hash_key(visit.key)).values(used_at=now()))


def delete(visit: Visit) -> None:
    """Delete the answers of a visit; a code leads nowhere from then on."""
    db.session.execute(sa.delete(Screening).where(Screening.key_hash == hash_key(visit.key)))


def leave(visit: Visit) -> None:
    """Give a visit up for another one. Its answers stay only where a code keeps them."""
    if visit.code_until is None:
        delete(visit)


def make_code(visit: Visit, life: datetime.timedelta) -> str:
    """A code to come back with, in place of an earlier one. It can be read only now."""
    code = new_code()
    row = _row(visit.key)
    if row is not None:
        visit.code_until = now() + life
        _keep_under_code(row, code, visit)
        db.session.flush()
    return code


def revoke_code(visit: Visit) -> None:
    """Make the code of a visit lead nowhere."""
    row = _row(visit.key)
    if row is not None:
        row.code_hash = row.code_box = row.code_until = visit.code_until = None
        db.session.flush()


def resume(code: str) -> Visit | None:
    """The visit that a code leads to, under a new key: where it was open before, it is closed. None for any other."""
    letters = _letters(code)
    row = db.session.scalar(
        sa.select(Screening).where(Screening.code_hash == _code_hash(letters), Screening.code_until > now())
    )
    if row is None or row.code_box is None:
        return None
    try:
        key = _cipher(letters, b"portico code").decrypt(row.code_box.encode()).decode()
    except InvalidToken:
        return None
    visit = _opened(row, key)
    if visit is not None:
        visit.key = new_key()
        row.key_hash = hash_key(visit.key)
        row.box = _sealed(visit)
        row.used_at = now()
        _keep_under_code(row, letters, visit)
        db.session.flush()
    return visit


def delete_expired(idle: datetime.timedelta) -> None:
    """Delete what rested for too long and what no code keeps, and forget the codes that are over."""
    over = sa.or_(Screening.code_until.is_(None), Screening.code_until <= now())
    db.session.execute(sa.delete(Screening).where(Screening.used_at < now() - idle, over))
    db.session.execute(
        sa.update(Screening).where(Screening.code_until <= now()).values(code_hash=None, code_box=None, code_until=None)
    )


def now() -> datetime.datetime:
    """The time as the tables have it (UTC)."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _row(key: str | None, *, to_change: bool = False) -> Screening | None:
    if not key:
        return None
    query = sa.select(Screening).where(Screening.key_hash == hash_key(key))
    return db.session.scalar(query.with_for_update() if to_change else query)


def _opened(row: Screening, key: str) -> Visit | None:
    try:
        data = json.loads(_cipher(key, b"portico answers").decrypt(row.box.encode()))
    except InvalidToken:
        return None
    return Visit(
        key,
        scope=data["scope"],
        place=data["place"],
        path=[Where(*where) for where in data["path"]],
        answers=dict(_pairs(data["answers"])),
        already=data["already"],
        # Visits of an earlier release have none.
        understood={key: Understood(*one) for key, one in data.get("understood", {}).items()},
        used_at=row.used_at,
        code_until=row.code_until if row.code_until and row.code_until > now() else None,
    )


def _pairs(answers: list[list[Any]]) -> Iterator[tuple[Where, Answer]]:
    for fact, person, raw, day in answers:
        yield Where(fact, person), Answer(raw, day)


def _sealed(visit: Visit) -> str:
    text = json.dumps(
        {
            "scope": visit.scope,
            "place": visit.place,
            "path": visit.path,
            "answers": [[*where, *answer] for where, answer in visit.answers.items()],
            "already": visit.already,
            "understood": visit.understood,
        }
    )
    return _cipher(visit.key, b"portico answers").encrypt(text.ljust(-(-len(text) // FILL) * FILL).encode()).decode()


def _keep_under_code(row: Screening, code: str, visit: Visit) -> None:
    letters = _letters(code)
    row.code_hash = _code_hash(letters)
    row.code_box = _cipher(letters, b"portico code").encrypt(visit.key.encode()).decode()
    row.code_until = visit.code_until


def _letters(code: str) -> str:
    """A code as it is compared: signs, spaces and case do not matter."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def _code_hash(letters: str) -> str:
    return hash_key(f"screening {letters}")


def _cipher(secret: str, use: bytes) -> Fernet:
    """Random secrets need no slow derivation; each use has a key of its own."""
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), use, "sha256")))

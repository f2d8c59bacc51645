"""What is kept of a running visit that may be counted: sealed, under a key that only the visitor's browser has.

The row has a hash of that key. What is sealed can be opened by the portal alone, which counts it when the visit has
rested for a while and deletes it in the same transaction. Sensitive services are never noted.
"""

import base64
import datetime
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from ..database import read
from ..extensions import db
from ..identity.keys import hash_key, new_key
from .models import RunningVisit
from .rules.counts import SIGNALS

# What is sealed is filled up to a multiple of this, so that its length does not tell how much was looked at.
FILL = 1024
# No visit grows beyond this; what comes later is not noted.
MOST_SEEN = 200

_running = RunningVisit.__table__
_RESTED = (
    sa.select(_running.c.key_hash)
    .where(_running.c.used_at < sa.bindparam("before"))
    .order_by(_running.c.used_at)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    sa.delete(RunningVisit)
    .where(_running.c.key_hash.in_(sa.bindparam("keys", expanding=True)))
    .returning(_running.c.box)
)


@dataclass
class Visit:
    """``seen`` has the strongest signal of each service, in the order in which they were first seen.

    ``unopened`` are those of them that a screening called likely and that nobody looked at so far. ``follows`` are
    services whose link in a list of ours was followed, ``hidden`` those called not relevant. ``arm`` is how this
    visit's lists are made, ``a`` as everyone's or ``b`` as the trial's. ``region`` is the state, "" where it is not
    known; ``place``, ``profile`` and ``channel`` are what the person declared.
    """

    seen: dict[int, str] = field(default_factory=dict)
    unopened: list[int] = field(default_factory=list)
    follows: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    arm: str = "a"
    searches: int = 0
    region: str = ""
    place: str | None = None
    profile: str | None = None
    channel: str | None = None

    def note(self, service: int, signal: str) -> None:
        """Note what was done with a service; a weaker signal than the one before changes nothing."""
        if signal == "viewed" and service in self.follows and service not in self.seen:
            signal = "followed"
        known = self.seen.get(service)
        if known is None and len(self.seen) >= MOST_SEEN:
            return
        if known is None or SIGNALS[signal] > SIGNALS[known]:
            self.seen[service] = signal
        if signal == "likely" and known is None:
            self.unopened.append(service)
        elif signal != "likely" and service in self.unopened:
            self.unopened.remove(service)

    @property
    def looked_at(self) -> tuple[int, ...]:
        """The services that the person knows by now, in order."""
        return tuple(service for service in self.seen if service not in self.unopened)

    @property
    def weights(self) -> dict[int, float]:
        """What each service counts."""
        return {service: SIGNALS[signal] for service, signal in self.seen.items()}


def start(arm: str) -> str:
    """Begin a visit, and give its key."""
    key = new_key()
    db.session.add(RunningVisit(key_hash=hash_key(key), box=sealed(Visit(arm=arm)), used_at=now()))
    db.session.flush()
    return key


def load(key: str | None, idle: datetime.timedelta) -> Visit | None:
    """The visit of a key; None where there is none, or it has rested too long and will be counted."""
    row = _row(key, idle)
    return opened(row.box) if row is not None else None


def change(key: str | None, idle: datetime.timedelta, apply: Callable[[Visit], None]) -> bool:
    """Change a visit, and note that it is used. False where there is none. Two changes at once are both made."""
    row = _row(key, idle, to_change=True)
    visit = opened(row.box) if row is not None else None
    if row is None or visit is None:
        return False
    apply(visit)
    row.box, row.used_at = sealed(visit), now()
    db.session.flush()
    return True


def delete(key: str | None) -> None:
    """Forget a visit without counting it."""
    if key:
        db.session.execute(sa.delete(RunningVisit).where(RunningVisit.key_hash == hash_key(key)))


def take_rested(idle: datetime.timedelta, most: int) -> list[Visit]:
    """Take visits that have rested out of the table, at most so many. Whoever else takes some gets other ones."""
    keys = [row.key_hash for row in read(_RESTED, before=now() - idle, most=most)]
    taken = db.session.connection().execute(_TAKE, {"keys": keys}).scalars() if keys else ()
    return [visit for box in taken if (visit := opened(box)) is not None]


def sealed(visit: Visit) -> str:
    """A visit as only this portal can read it."""
    text = json.dumps(asdict(visit))
    return _cipher().encrypt(text.ljust(-(-len(text) // FILL) * FILL).encode()).decode()


def opened(box: str) -> Visit | None:
    """The visit in a box; None where it was sealed under another secret key."""
    try:
        data = json.loads(_cipher().decrypt(box.encode()))
    except InvalidToken:
        return None
    data["seen"] = {int(service): signal for service, signal in data["seen"].items()}
    return Visit(**data)


def now() -> datetime.datetime:
    """The time (UTC) as it is stored."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _row(key: str | None, idle: datetime.timedelta, *, to_change: bool = False) -> RunningVisit | None:
    if not key:
        return None
    query = sa.select(RunningVisit).where(RunningVisit.key_hash == hash_key(key), RunningVisit.used_at >= now() - idle)
    return db.session.scalar(query.with_for_update() if to_change else query)


def _cipher() -> Fernet:
    secret = current_app.config["SECRET_KEY"].encode()
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, b"running visits", "sha256")))

"""Counting what many do: gathered in the process, written seldom, and of nobody more than once where that matters."""

import atexit
import hmac
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from .caching import today
from .database import transaction
from .extensions import limiter

SECONDS = 5.0
DAY_SECONDS = 86_400

log = logging.getLogger(__name__)
K = TypeVar("K", bound=Hashable)


class Counters(Generic[K]):
    """Numbers that this process has still to write. Safe to share between threads.

    They are written at most once in a few seconds: the first after a pause at once, so that a quiet site shows what
    happened and a busy one is not slowed. ``name`` says in the log what they are of.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Mapping[K, int]], None],
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._write, self._seconds, self._clock = name, write, seconds, clock
        self._waiting: Counter[K] = Counter()
        self._lock = threading.Lock()
        self._written_at = float("-inf")

    def add(self, *keys: K) -> None:
        """Count one for each key, and write if the last time is long enough ago. Call it outside transactions."""
        with self._lock:
            self._waiting.update(keys)
            due = self._clock() - self._written_at >= self._seconds
            if due:
                # Whoever comes meanwhile waits for the next time, not for the database.
                self._written_at = self._clock()
        if due:
            self.write()

    def write(self) -> None:
        """Write what waits. What cannot be written now waits on."""
        with self._lock:
            numbers, self._waiting = self._waiting, Counter()
        if not numbers:
            return
        try:
            with transaction():
                self._write(numbers)
        except SQLAlchemyError:
            log.exception("%s are not written yet", self._name)
            with self._lock:
                self._waiting.update(numbers)


_apps: WeakSet[Flask] = WeakSet()


def keep_counters(app: Flask, name: str, counters: Counters[K]) -> None:
    """Make ``counters`` those of an application by that name. What waits when the process ends is written then."""
    app.extensions.setdefault("counters", {})[name] = counters
    _apps.add(app)


def counters_of(name: str) -> Counters[Any]:
    """The counters of the running application by their name."""
    found: Counters[Any] = current_app.extensions["counters"][name]
    return found


@atexit.register
def _write_rest() -> None:
    for app in _apps:
        with app.app_context():
            for counters in app.extensions["counters"].values():
                counters.write()


def is_first_today(what: str) -> bool:
    """Whether the address of this request asks for the first time today. Kept with the rate limits, as a keyed hash.

    Fails where Redis is away: nobody can tell then.
    """
    secret = current_app.config["SECRET_KEY"].encode()
    name = hmac.new(secret, f"{today()} {request.remote_addr} {what}".encode(), "sha256").hexdigest()
    return bool(limiter.storage.incr(f"first-today/{name}", DAY_SECONDS) == 1)

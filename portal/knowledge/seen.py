"""Counting who reads: an image at the end of an article's page asks the server to count one view.

The page itself comes from caches, so the server does not see its readers. The image sets no cookie, carries nothing
about the reader, and works without script. Counts are gathered in the process and written at most once in a few
seconds: the first after a pause at once, so that a quiet site shows what happened and a busy one is not slowed.
"""

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from weakref import WeakSet

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from ..database import transaction
from .operations import record_uses
from .rules import Use

SECONDS = 5.0
# One transparent dot.
IMAGE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")

log = logging.getLogger(__name__)
_apps: WeakSet[Flask] = WeakSet()


class Views:
    """Views that this process has still to write. Safe to share between threads."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._waiting: Counter[Use] = Counter()
        self._lock = threading.Lock()
        self._written_at = float("-inf")

    def add(self, use: Use) -> None:
        """Count one, and write what waits if the last time is long enough ago. Call it outside any transaction."""
        with self._lock:
            self._waiting[use] += 1
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
                record_uses(numbers)
        except SQLAlchemyError:
            log.exception("views are not written yet")
            with self._lock:
                self._waiting.update(numbers)


def init_app(app: Flask) -> None:
    app.extensions["article_views"] = Views()
    _apps.add(app)


@atexit.register
def _write_rest() -> None:
    for app in _apps:
        with app.app_context():
            app.extensions["article_views"].write()


def count_view(article_id: int, lang: str, channel: str) -> None:
    """Count that somebody has an article before them."""
    views: Views = current_app.extensions["article_views"]
    views.add(Use(article_id, "viewed", channel, lang))

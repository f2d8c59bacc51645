"""Counting who reads: an image at the end of an article's page asks the server to count one view.

The page itself comes from caches, so the server does not see its readers. The image sets no cookie, carries nothing
about the reader, and works without script.
"""

from flask import Flask

from ..counters import Counters, counters_of, keep_counters
from .operations import record_uses
from .rules import Use

# One transparent dot.
IMAGE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")
VIEWS = "views"


def init_app(app: Flask) -> None:
    keep_counters(app, VIEWS, Counters(VIEWS, record_uses))


def count_view(article_id: int, lang: str, channel: str) -> None:
    """Count that somebody has an article before them."""
    counters_of(VIEWS).add(Use(article_id, "viewed", channel, lang))

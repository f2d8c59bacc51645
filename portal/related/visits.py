"""The visit of a request that may be counted: whether the person agreed, and the cookie that has its key."""

import datetime

from flask import current_app

COOKIE = "portico_visit"


def idle_time() -> datetime.timedelta:
    """How long a visit may rest before it has ended and is counted."""
    return datetime.timedelta(minutes=current_app.config["VISIT_MINUTES"])

"""What gunicorn does beyond its command line: see serve.py."""

import contextlib
import gc
import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from portal.i18n import DEFAULT_LANGUAGE
from portal.intents.queries import emergencies, understand
from portal.search.documents import PUBLIC, STAFF

WORDS = "I lost my job and have two small children"


def on_starting(_server: Any) -> None:
    """Gunicorn would note the address and the words of a request that it cannot read."""
    logging.getLogger("gunicorn.error").addFilter(lambda record: "Invalid request" not in record.getMessage())


def post_worker_init(worker: Any) -> None:
    """Open the search indexes and read what words mean before the first request needs it, and keep the collector off
    what stays for ever.

    It happens in each worker, not before they part: processes must not share open files.
    """
    extensions = getattr(worker.wsgi, "extensions", {})
    if "search" in extensions:
        extensions["search"][PUBLIC].warm()
        # What suggests is not made for staff: they are few, and it takes most of the time.
        extensions["search"][STAFF].open()
        # A database that is not set up yet is for /readyz to tell of.
        with worker.wsgi.app_context(), contextlib.suppress(SQLAlchemyError):
            understand(WORDS)
            emergencies(WORDS, DEFAULT_LANGUAGE)
    gc.collect()
    gc.freeze()

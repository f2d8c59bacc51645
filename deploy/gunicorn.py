"""What gunicorn does beyond its command line: see serve.py."""

import gc
import logging
from typing import Any


def on_starting(_server: Any) -> None:
    """Gunicorn would note the address and the words of a request that it cannot read."""
    logging.getLogger("gunicorn.error").addFilter(lambda record: "Invalid request" not in record.getMessage())


def post_worker_init(worker: Any) -> None:
    """Open the search index before the first request needs it, and keep the collector off what stays for ever.

    It happens in each worker, not before they part: processes must not share open files.
    """
    extensions = getattr(worker.wsgi, "extensions", {})
    if "search" in extensions:
        extensions["search"]["public"].warm()
    gc.collect()
    gc.freeze()

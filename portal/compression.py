"""Answers made smaller for browsers that can take it: static files from the copies beside them, pages as they are sent.

A page with a form's token is not compressed, for its length could tell the token (BREACH): somebody who can make the
browser ask for it with words of theirs, which the page repeats, learns from its length whether they guessed right.
"""

import gzip
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from whitenoise import WhiteNoise

from .security import HEADERS

SMALLEST = 1_000
TYPES = {"text/html", "application/json", "application/problem+json"}
# Beyond this level a page takes twice the time to become a hundredth smaller.
LEVEL = 4


def init_app(app: Flask) -> None:
    app.after_request(_compress)
    dist = Path(app.static_folder or "") / "dist"
    if dist.is_dir():
        # Their names carry a digest of their content.
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=dist,
            prefix="static/dist/",
            immutable_file_test=lambda _path, _url: True,
            allow_all_origins=False,
            add_headers_function=_add_headers,
        )


def repeats_nothing() -> None:
    """Say that the page being made repeats nothing that the request brought, so that it may be compressed."""
    g.repeats_nothing = True


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        headers[name] = HEADERS[name]


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.is_streamed or response.direct_passthrough:
        return response
    if "csrf_token" in g and "repeats_nothing" not in g:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= SMALLEST and request.accept_encodings["gzip"] > 0 and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response

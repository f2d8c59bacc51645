"""Errors that Portico raises on purpose, and the pages or problem documents that tell of any error."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from .extensions import db
from .i18n import use_language_of_path

log = logging.getLogger(__name__)


class PortalError(Exception):
    """Base of the errors that an operation or a query raises on purpose."""


class NotFound(PortalError):
    """There is nothing of that name that this reader may see."""


class Moved(PortalError):
    """The record has another slug now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class Withdrawn(PortalError):
    """The record was public and is no longer offered."""


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(NotFound, lambda _error: _answer_status(404))
    app.register_error_handler(Withdrawn, lambda _error: _answer_status(410))
    app.register_error_handler(Exception, _answer_unexpected)


def problem(status: int, title: str, detail: str | None = None, **members: Any) -> Response:
    """An RFC 9457 problem document."""
    document = {"type": "about:blank", "title": title, "status": status, **members}
    if detail:
        document["detail"] = detail
    response = jsonify(document)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _answer(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return error.get_response()  # type: ignore[return-value]
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _answer_status(error.code or 500, error.description)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _answer_unexpected(error: Exception) -> Response:
    # The address may hold a search, so the log names only the route.
    log.error("error in %s", request.endpoint, exc_info=error)
    db.session.rollback()
    return _answer_status(500)


def _answer_status(status: int, description: str | None = None) -> Response:
    if request.path.startswith("/api/"):
        return problem(status, HTTPStatus(status).phrase, description if status < 500 else None)
    use_language_of_path()
    response = Response(render_template("errors/error.html", status=status), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response

"""Who a route is for, and the headers that every answer carries."""

from typing import Any, Literal, get_args

from flask import Blueprint, Flask, Response, abort, request

Audience = Literal["public", "person", "staff", "analyst", "admin", "machine"]
AUDIENCES: tuple[str, ...] = get_args(Audience)

# Nothing is inline, so no nonce is needed, and pages with nothing secret in them can be cached.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class AudienceBlueprint(Blueprint):
    """A blueprint that says who its routes are for. Every blueprint of Portico is one; a test fails for any other."""

    def __init__(self, name: str, import_name: str, *, audience: Audience, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.audience: Audience = audience


def init_app(app: Flask) -> None:
    app.before_request(_refuse_control_characters)
    app.after_request(_add_headers)


def _refuse_control_characters() -> None:
    """No address and no field of ours has a NUL, and PostgreSQL cannot be asked about one."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in value for value in request.form.values()):
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.headers.get("Cache-Control") == "no-store":
        response.headers["Referrer-Policy"] = "no-referrer"
    return response

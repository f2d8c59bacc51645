"""How a file leaves: always to be saved, never shown in place, so that nothing in it acts on a page of this portal."""

from flask import current_app, request
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response

from .queries import FileHead, content_of


def send_file(head: FileHead, *, public: bool) -> Response:
    """The file, or that it is unchanged. Only a public one may stay in caches, as long as a page may."""
    response = current_app.response_class(mimetype=head.media_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": head.filename})
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    seconds = current_app.config["CACHE_SECONDS"]
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if public else "no-store"
    response.set_etag(f"{head.uid}-{head.added_at:%y%m%d%H%M%S%f}")
    if not request.if_none_match.contains(response.get_etag()[0] or ""):
        response.set_data(content_of(head.id))
    return response.make_conditional(request)

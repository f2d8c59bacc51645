"""The files of an article: sending them, who may read them, and taking them away."""

from collections.abc import Callable
from typing import Any, Literal

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...database import SAFE_METHODS
from ...extensions import db
from ...identity.access import COOKIE, idle_time, require
from ...identity.queries import required_staff, signed_in_by_key, staff_names
from ...identity.rules import Staff, may
from ...knowledge.attachments import operations, queries
from ...knowledge.attachments.operations import FileRefused
from ...knowledge.attachments.rules import MAX_BYTES, MAX_FILES, TYPES, BadFile
from ...knowledge.attachments.sending import send_file
from ...security import AudienceBlueprint
from .. import queries as editing
from ..forms import FileForm, FileTitleForm, ReadersForm
from ..queries import Head
from .asking import Answer, may_write, seen_head

blueprint = AudienceBlueprint("article_files", __name__, audience="staff", url_prefix="/admin/knowledge")
# A file and the rest of its form.
MAX_UPLOAD_BYTES = MAX_BYTES + 100_000


@blueprint.url_value_preprocessor
def allow_large_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only the route that takes files takes more than a form, and only from who is signed in: it is read at once."""
    if endpoint != "article_files.send" or request.method in SAFE_METHODS:
        return
    key = request.cookies.get(COOKIE)
    if key and signed_in_by_key(key, idle=idle_time()):
        request.max_content_length = MAX_UPLOAD_BYTES
    # What was read here must not be the snapshot that the request writes upon.
    db.session.rollback()


@blueprint.get("/<key>/files")
def listing(key: str) -> str:
    return _page(seen_head("articles", key), FileForm(formdata=None))


@blueprint.post("/<key>/files")
def send(key: str) -> Answer:
    """Add a file, or put it in the place of another of the article."""
    found, form = seen_head("articles", key), FileForm()
    if not may_write(found):
        abort(403)
    replaced = form.replaces.data
    if form.validate():
        content = form.file.data.read(MAX_BYTES + 1)
        name, actor = form.file.data.filename or "", required_staff()
        try:
            if replaced:
                require("maintain", "article")
                _of(replaced, found)
                operations.replace_file(replaced, content, name, actor=actor)
            else:
                operations.add_file(found.id, content, name, form.titles(), actor=actor)
        except BadFile as bad:
            form.file.errors = [str(bad)]
        except FileRefused as refused:
            form.file.errors = [str(refused)]
        else:
            flash("The file is there for staff. A second person can let the public have it.")
            return redirect(url_for("article_files.listing", key=found.uid), 303)
    return _page(found, form), 422


@blueprint.get("/files/<uid>")
def read(uid: str) -> Response:
    """A file for staff, whatever becomes of its article."""
    require("use", "article")
    return send_file(queries.file_by_uid(uid), public=False)


@blueprint.post("/files/<uid>/title")
def rename(uid: str) -> Answer:
    found, form = _article_of(uid), FileTitleForm()
    if not form.validate():
        abort(422)
    return _done(found, lambda staff: operations.rename_file(uid, form.titles(), actor=staff), "Its title is new.")


@blueprint.post("/files/<uid>/audience")
def set_audience(uid: str) -> Answer:
    found, form = _article_of(uid), ReadersForm()
    if not form.validate():
        abort(422)
    wanted: Literal["public", "staff"] = "public" if form.audience.data == "public" else "staff"
    words = "It is for staff alone."
    if wanted == "public":
        words = "The public can have it now, as long as it can read the article."
    return _done(found, lambda staff: operations.set_audience(uid, wanted, actor=staff), words)


@blueprint.post("/files/<uid>/remove")
def remove(uid: str) -> Answer:
    found = _article_of(uid)
    return _done(found, lambda staff: operations.remove_file(uid, actor=staff), "The file is removed.")


def _article_of(uid: str) -> Head:
    """The article of a file; 403 for who has no part in articles."""
    return seen_head("articles", editing.head_by_id("article", queries.file_by_uid(uid).article_id).uid)


def _of(uid: str, found: Head) -> None:
    if queries.file_by_uid(uid).article_id != found.id:
        abort(404)


def _done(found: Head, step: Callable[[Staff], None], words: str) -> Response:
    try:
        step(required_staff())
    except FileRefused as refused:
        abort(403, str(refused))
    flash(words)
    return redirect(url_for("article_files.listing", key=found.uid), 303)


def _page(found: Head, form: FileForm) -> str:
    staff = required_staff()
    files = queries.files_of_article(found.id)
    return render_template(
        "editing/files.html",
        record=found,
        files=files,
        form=form,
        names=staff_names({one.added_by for one in files if one.added_by}),
        may_write=may_write(found),
        may_maintain=may(staff, "maintain", "article"),
        may_release={one.uid for one in files if may(staff, "publish", "article", author_id=one.added_by)},
        is_full=len(files) >= MAX_FILES,
        kinds=sorted({words for _ending, words in TYPES.values()}),
        megabytes=MAX_BYTES // 1_000_000,
    )

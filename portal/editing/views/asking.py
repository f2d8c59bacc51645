"""What the pages of the editors share: who may see what, and forms larger than the public's."""

from typing import Any

from flask import abort, request

from ...identity.queries import required_staff
from ...identity.rules import may
from ...security import AudienceBlueprint
from .. import kinds, queries
from ..kinds import KindOf
from ..models import Draft
from ..queries import Head
from ..rules import kinds_seen, may_see

MAX_FORM_BYTES = 1_000_000

Answer = str | tuple[str, int] | Any


def editors_blueprint(name: str, import_name: str) -> AudienceBlueprint:
    """A blueprint below /admin whose forms may be as large as a record with all its texts."""
    blueprint = AudienceBlueprint(name, import_name, audience="staff", url_prefix="/admin")

    @blueprint.url_value_preprocessor
    def allow_large_forms(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Before anything reads the form: the checks of every request do.
        request.max_content_length = MAX_FORM_BYTES
        request.max_form_memory_size = MAX_FORM_BYTES

    return blueprint


def kind_of(plural: str) -> KindOf:
    """The kind of an address; 403 for one that this person has no part in."""
    entry = kinds.BY_PLURAL[plural]
    if entry.kind not in kinds_seen(required_staff()):
        abort(403)
    return entry


def seen_head(plural: str, key: str) -> Head:
    """The record of an address; 404 where there is none, 403 where this person may not see it."""
    found = queries.head(kind_of(plural).kind, key)
    if not may_see(required_staff(), found.kind, found.agency_id):
        abort(403)
    return found


def may_write(record: Head) -> bool:
    """Whether this person may write a record."""
    return may(required_staff(), "write", record.kind, agency_id=record.agency_id)


def written_head(plural: str, key: str) -> Head:
    """Like ``seen_head``; 403 also where this person may not write the record."""
    found = seen_head(plural, key)
    if not may_write(found):
        abort(403)
    return found


def seen_draft(uid: str) -> Draft:
    """The draft of an address; 404 where there is none, 403 where this person may not see it."""
    draft = queries.draft_by_uid(uid)
    if not queries.may_see_draft(required_staff(), draft):
        abort(403)
    return draft


def own_draft(uid: str, *, lock: bool = False) -> Draft:
    """A draft of this person; 403 for one of someone else, and where they may write such records no more."""
    draft = queries.draft_by_uid(uid, lock=lock)
    staff = required_staff()
    kind: Any = draft.kind
    if draft.author_id != staff.id or not may(staff, "write", kind, agency_id=queries.agency_of_draft(draft)):
        abort(403)
    return draft


def reviewed_draft(uid: str) -> Draft:
    """A draft that this person may review, locked; 403 for their own, whatever their roles."""
    draft = queries.draft_by_uid(uid, lock=True)
    kind: Any = draft.kind
    agency_id = queries.agency_of_draft(draft)
    if not may(required_staff(), "review", kind, agency_id=agency_id, author_id=draft.author_id):
        abort(403)
    return draft

"""Who did what, kept for good."""

from typing import Any

from ...extensions import db
from ..models import AuditEntry
from ..rules import Staff


def record_audit(verb: str, kind: str, record: str, *, actor: Staff | None, note: dict[str, Any] | None = None) -> None:
    """Note in the running transaction that someone did something: ``record_audit("publish", "service", slug, …)``.

    ``record`` is the uid or slug. ``actor`` is None for the command line. ``note`` says more, in JSON values; nothing
    secret and nothing about citizens may be in it, because it can never be removed.
    """
    db.session.add(AuditEntry(staff_id=actor.id if actor else None, verb=verb, kind=kind, record=record, note=note))
    db.session.flush()

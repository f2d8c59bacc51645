"""What editors decide about the lists of related services. It holds at once, is audited, and can be undone.

A change is kept as what was there before and after. It is undone as long as what it left is still there and nobody
changed the same thing since; then what was there before is there again.
"""

import datetime
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ...caching import advance_content_version, today
from ...catalogue.models import Service
from ...errors import NotFound, PortalError
from ...extensions import Translations, db
from ...identity.operations import record_audit
from ...identity.queries import staff_names
from ...identity.rules import Staff
from ..models import (
    LINK_KINDS,
    RelatedChange,
    RelatedExclusion,
    RelatedState,
    RelatedVerdict,
    ServiceLink,
    Snapshot,
)
from ..rules.steering import Change, touches, verb_of
from ..store import now
from .counting import publish

MOST_BETA = 0.5
_TABLES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "verdict": (RelatedVerdict, ("verdict", "position")),
    "link": (ServiceLink, ("kind", "position", "reason", "origin")),
    "exclusion": (RelatedExclusion, ("as_source", "as_target")),
}
# What is changed together, by the name of a setting.
_SETTINGS = {
    "beta": ("beta",),
    "curated_only": ("curated_only",),
    "trial": ("trial", "trial_since"),
    "snapshot": ("snapshot_id",),
}
Values = dict[str, Any] | None


class Refused(PortalError):
    """It cannot be done; the message is for whoever wanted it."""


# Links of one service


def pin(source_id: int, target_id: int, *, actor: Staff) -> RelatedChange | None:
    """Show a service first beside another, after those that are pinned. None where it is pinned.

    Where it was blocked it is not any more.
    """
    key = _link_key(source_id, target_id)
    verdict = _present("verdict", key)
    if verdict is not None and verdict["verdict"] == "pinned":
        return None
    place = max(_present("order", {"source_id": source_id}).values(), default=-1) + 1
    return _change("verdict", key, {"verdict": "pinned", "position": place}, actor=actor)


def block(source_id: int, target_id: int, *, actor: Staff) -> RelatedChange | None:
    """Never show a service beside another, whatever speaks for it. Where it was pinned it is not any more."""
    key = _link_key(source_id, target_id)
    return _change("verdict", key, {"verdict": "blocked", "position": 0}, actor=actor)


def unpin(source_id: int, target_id: int, *, actor: Staff) -> RelatedChange | None:
    """Let a pinned service stand where it comes by itself. None where it is not pinned."""
    return _take_back("pinned", source_id, target_id, actor)


def unblock(source_id: int, target_id: int, *, actor: Staff) -> RelatedChange | None:
    """Let a blocked service be shown again. None where it is not blocked."""
    return _take_back("blocked", source_id, target_id, actor)


def move_pin(source_id: int, target_id: int, by: int, *, actor: Staff) -> RelatedChange | None:
    """Move a pin up (``by`` -1) or down (1). None where it is not pinned or stands at that end."""
    _link_key(source_id, target_id)
    order: dict[str, int] = _present("order", {"source_id": source_id})
    targets = sorted(order, key=lambda one: (order[one], int(one)))
    if str(target_id) not in order:
        return None
    at = targets.index(str(target_id))
    if not 0 <= at + by < len(targets):
        return None
    targets[at], targets[at + by] = targets[at + by], targets[at]
    moved = {target: place for place, target in enumerate(targets)}
    return _change("order", {"source_id": source_id}, moved, actor=actor)


def save_link(
    source_id: int, target_id: int, kind: str, reason: Translations | None, *, actor: Staff
) -> RelatedChange | None:
    """Add a link of an editor after those that are there, or change its kind and reason. Raises Refused."""
    if kind not in LINK_KINDS:
        raise ValueError(kind)
    key = _link_key(source_id, target_id)
    link = _present("link", key)
    if link is not None and link["origin"] == "starter":
        raise Refused("A link to it comes with the content. Pin or block it here, or change the content")
    place = link["position"] if link else _last_position(source_id) + 1
    values = {"kind": kind, "position": place, "reason": reason, "origin": "editor"}
    return _change("link", key, values, actor=actor)


def remove_link(source_id: int, target_id: int, *, actor: Staff) -> RelatedChange | None:
    """Remove a link of an editor; None where there is none. One that comes with the content can only be blocked.

    Raises Refused.
    """
    key = _link_key(source_id, target_id)
    link = _present("link", key)
    if link is not None and link["origin"] == "starter":
        raise Refused("This link comes with the content. Block it instead")
    return _change("link", key, None, actor=actor)


def exclude(service_id: int, *, as_source: bool, as_target: bool, actor: Staff) -> RelatedChange | None:
    """Say whether a service gets no list, and whether it stands in none. Neither: as all others."""
    _begin()
    _uid(service_id)
    wanted = {"as_source": as_source, "as_target": as_target} if as_source or as_target else None
    return _change("exclusion", {"service_id": service_id}, wanted, actor=actor)


# How lists are made


def set_beta(beta: float, *, actor: Staff) -> RelatedChange | None:
    """Set the balance between what most people do next, 0, and what is specific to a service, up to MOST_BETA."""
    _check_beta(beta)
    _begin()
    return _change("state", {"name": "beta"}, {"beta": beta}, actor=actor)


def switch_curated_only(on: bool, *, actor: Staff) -> RelatedChange | None:
    """Switch off, or on again, all that was learned from visits."""
    _begin()
    return _change("state", {"name": "curated_only"}, {"curated_only": on}, actor=actor)


def start_trial(*, beta: float | None, actor: Staff) -> RelatedChange | None:
    """Make the lists of half of the visits in another way: with ``beta``, or else with what the switch has not.

    Raises Refused where a trial runs, or would compare the same with the same.
    """
    state = _begin()
    if state.trial:
        raise Refused("A trial runs. Stop it first")
    if beta is not None:
        _check_beta(beta)
        if beta == state.beta or state.curated_only:
            raise Refused("Both halves would get the same lists")
    trial = {"curated_only": not state.curated_only} if beta is None else {"beta": beta}
    after = {"trial": trial, "trial_since": today().isoformat()}
    return _change("state", {"name": "trial"}, after, actor=actor)


def stop_trial(*, actor: Staff) -> RelatedChange | None:
    """Make all lists alike again; None where no trial runs."""
    _begin()
    return _change("state", {"name": "trial"}, {"trial": None, "trial_since": None}, actor=actor)


def publish_now(*, actor: Staff) -> RelatedChange:
    """Publish a snapshot without waiting for the night. Raises Refused for too few new visits."""
    before = _begin().snapshot_id
    snapshot = publish(at_once=True)
    if snapshot is None:
        least = current_app.config["RELATED_LEAST"]
        raise Refused(
            f"Nothing was published: fewer than {least} new visits came in. With so few, it could tell of one person"
        )
    return _keep(Change("state", {"name": "snapshot"}, {"snapshot_id": before}, {"snapshot_id": snapshot.id}), actor)


def go_back(snapshot_id: int, *, actor: Staff) -> RelatedChange | None:
    """Let an earlier snapshot hold again, until the next one. Raises NotFound for one that is not kept."""
    _begin()
    if db.session.get(Snapshot, snapshot_id) is None:
        raise NotFound(str(snapshot_id))
    return _change("state", {"name": "snapshot"}, {"snapshot_id": snapshot_id}, actor=actor)


# Undoing


def undo(uid: str, *, actor: Staff) -> RelatedChange:
    """Put back what was there before a change. Raises Refused where it cannot be, and says who changed it since."""
    _begin()
    row = db.session.scalar(sa.select(RelatedChange).where(RelatedChange.uid == uid))
    if row is None:
        raise NotFound(uid)
    if row.undone_at is not None:
        raise Refused("It is undone")
    change = _as_change(row)
    later = _later(row, change)
    if later is not None:
        name = staff_names([later.made_by]).get(later.made_by, "someone who left")
        raise Refused(f"{name} changed it since. Undo that first")
    if _present(row.what, row.key) != row.after:
        raise Refused("It is not as this change left it any more")
    _put(row.what, row.key, row.before)
    row.undone_at = now()
    db.session.flush()
    advance_content_version()
    record_audit(f"undo {verb_of(change)}", "related", _record(change), actor=actor, note=_note(change))
    return row


def _later(row: RelatedChange, change: Change) -> RelatedChange | None:
    """The latest change of the same thing that holds."""
    about = RelatedChange.service_id
    rows = db.session.scalars(
        sa.select(RelatedChange)
        .where(
            RelatedChange.id > row.id,
            RelatedChange.undone_at.is_(None),
            about.is_(None) if row.service_id is None else about == row.service_id,
        )
        .order_by(RelatedChange.id.desc())
    )
    return next((one for one in rows if touches(_as_change(one), change)), None)


# Tables


def _begin() -> RelatedState:
    """How lists are made. Whoever changes something else at the same time waits."""
    return db.session.get_one(RelatedState, 1, with_for_update=True, populate_existing=True)


def _link_key(source_id: int, target_id: int) -> dict[str, int]:
    _begin()
    if source_id == target_id:
        raise Refused("A service does not stand beside itself")
    for one in (source_id, target_id):
        _uid(one)
    return {"source_id": source_id, "target_id": target_id}


def _take_back(verdict: str, source_id: int, target_id: int, actor: Staff) -> RelatedChange | None:
    key = _link_key(source_id, target_id)
    present = _present("verdict", key)
    if present is None or present["verdict"] != verdict:
        return None
    return _change("verdict", key, None, actor=actor)


def _change(what: str, key: dict[str, Any], after: Values, *, actor: Staff) -> RelatedChange | None:
    """Write the values and keep the change; None where they were those already."""
    before = _present(what, key)
    if before == after or (what == "state" and all(before[name] == value for name, value in (after or {}).items())):
        return None
    _put(what, key, after)
    advance_content_version()
    return _keep(Change(what, key, before, after), actor)


def _keep(change: Change, actor: Staff) -> RelatedChange:
    row = RelatedChange(
        made_at=now(),
        made_by=actor.id,
        service_id=change.key.get("source_id", change.key.get("service_id")),
        what=change.what,
        key=dict(change.key),
        before=dict(change.before) if change.before is not None else None,
        after=dict(change.after) if change.after is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    record_audit(verb_of(change), "related", _record(change), actor=actor, note=_note(change))
    return row


def _present(what: str, key: Mapping[str, Any]) -> Any:
    """The values that are there now; None for no row."""
    if what == "order":
        return {str(row.target_id): row.position for row in _pins(key["source_id"])}
    if what == "state":
        state = db.session.get_one(RelatedState, 1)
        return {name: _plain(getattr(state, name)) for name in _SETTINGS[key["name"]]}
    model, names = _TABLES[what]
    row = db.session.get(model, tuple(key[one.name] for one in model.__table__.primary_key), populate_existing=True)
    return {name: getattr(row, name) for name in names} if row is not None else None


def _put(what: str, key: Mapping[str, Any], values: Values) -> None:
    """Make these the values; None deletes the row. Raises Refused where what they name is gone."""
    if what == "order":
        for pinned in _pins(key["source_id"]):
            pinned.position = (values or {})[str(pinned.target_id)]
    elif what == "state":
        _put_setting(values or {})
    else:
        model, _ = _TABLES[what]
        row = db.session.get(model, tuple(key[one.name] for one in model.__table__.primary_key))
        if values is None:
            db.session.delete(row)
        elif row is None:
            if not all(db.session.get(Service, service_id) for service_id in key.values()):
                raise Refused("The service is not there any more")
            db.session.add(model(**key, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
    db.session.flush()


def _put_setting(values: Mapping[str, Any]) -> None:
    state = db.session.get_one(RelatedState, 1)
    for name, value in values.items():
        if name == "snapshot_id" and value is not None and db.session.get(Snapshot, value) is None:
            raise Refused("That snapshot is not kept any more")
        is_day = name == "trial_since" and value is not None
        setattr(state, name, datetime.date.fromisoformat(value) if is_day else value)


def _pins(source_id: int) -> list[RelatedVerdict]:
    query = sa.select(RelatedVerdict).where(RelatedVerdict.source_id == source_id, RelatedVerdict.verdict == "pinned")
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _last_position(source_id: int) -> int:
    last = sa.select(sa.func.max(ServiceLink.position)).where(ServiceLink.source_id == source_id)
    found = db.session.scalar(last)
    return -1 if found is None else found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _as_change(row: RelatedChange) -> Change:
    return Change(row.what, row.key, row.before, row.after)


def _check_beta(beta: float) -> None:
    if not 0 <= beta <= MOST_BETA:
        raise ValueError(beta)


# The audit


def _record(change: Change) -> str:
    """The uid of the service whose list it is about, or the name of the setting."""
    service_id = change.key.get("source_id", change.key.get("service_id"))
    return _uid(service_id) if service_id is not None else str(change.key["name"])


def _note(change: Change) -> dict[str, Any] | None:
    """What the change was about. What an editor wrote is not in it, because it can never be removed."""
    if "target_id" in change.key:
        return {"target": _uid(change.key["target_id"])}
    if change.what == "state":
        return {"before": dict(change.before or {}), "after": dict(change.after or {})}
    return dict(change.after or {}) if change.what == "exclusion" else None


def _uid(service_id: int) -> str:
    uid = db.session.scalar(sa.select(Service.uid).where(Service.id == service_id))
    if uid is None:
        raise NotFound(str(service_id))
    return uid

"""Writes of the editors' side. A change goes from a draft through another person's review into the record.

Nothing that anyone wrote is overwritten unseen: a draft is merged with what others have published meanwhile, and a
unit that both changed differently stops it until the author has seen both texts.
"""

import datetime
import hashlib
import json
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import jobs
from ..caching import today
from ..catalogue.imports.merge import Conflict, changed_units
from ..catalogue.imports.operations import decide_conflict as note_decision
from ..catalogue.models import ImportConflict, Source, SourceRecord
from ..database import transaction
from ..errors import NotFound, PortalError
from ..extensions import db
from ..identity.operations import record_audit
from ..identity.rules import Staff, may
from ..knowledge.operations import move_to_merged
from ..knowledge.statuses import with_next_review
from . import kinds
from .checks import check
from .models import ACTIVE, Draft, Version, now
from .queries import (
    TakingOver,
    active_draft,
    agency_id_by_slug,
    agency_of_draft,
    combined_with_current,
    draft_by_uid,
    drafts_of_record,
    last_version,
    taking_over,
)
from .rules import Kind, Record, with_old_slugs, with_units

PUBLISH = "editing.publish"
EDITOR = "editor"


class Refused(PortalError):
    """The step is not allowed or not possible now. The message says why, in words for the person who asked."""


class StaleDraft(PortalError):
    """Someone, or the same person in another tab, has changed the draft since it was read."""


class Clash(PortalError):
    """Units that the draft and someone else changed differently; the author has to choose."""

    def __init__(self, clashes: list[Conflict]) -> None:
        super().__init__(", ".join(one.unit for one in clashes))
        self.clashes = clashes


def start_draft(kind: Kind, record_id: int, *, actor: Staff) -> Draft:
    """The draft that someone has of a record, begun now if they had none."""
    existing = active_draft(kind, record_id, actor.id)
    if existing is not None:
        return existing
    record = kinds.export(kind, record_id)
    try:
        with db.session.begin_nested():
            draft = _add_draft(kind, record_id, base=record, values=record, actor=actor)
    except IntegrityError:
        # The same person pressed twice, and the other request was faster.
        found = active_draft(kind, record_id, actor.id)
        if found is None:
            raise
        return found
    return draft


def start_new(kind: Kind, values: Record, *, actor: Staff) -> Draft:
    """A draft of a record that is not there yet."""
    return _add_draft(kind, None, base={}, values=values, actor=actor)


def save_draft(draft: Draft, values: Record, *, edition: int, actor: Staff) -> None:
    """Keep what the author wrote. Raises StaleDraft where ``edition`` is not the one that is kept."""
    _require_author(draft, actor)
    _require_state(draft, "open")
    if edition != draft.edition:
        raise StaleDraft
    values = with_old_slugs(_kind(draft), values, draft.base)
    if values == draft.values:
        return
    _require_agency(draft, values, actor)
    draft.values, draft.slug, draft.saved_at = values, str(values.get("slug", draft.slug))[:80], now()
    _advance(draft)
    _audit("save draft", draft, actor)


def discard_draft(draft: Draft, *, actor: Staff) -> None:
    """Give a draft up; its text stays in the database."""
    _require_author(draft, actor)
    _require_state(draft, *ACTIVE)
    draft.state = "discarded"
    _advance(draft)
    _audit("discard draft", draft, actor)


def what_is_seen(clashes: list[Conflict]) -> str:
    """A digest of the texts of others that someone chooses in view of."""
    texts = json.dumps([[one.unit, one.theirs] for one in clashes], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(texts.encode()).hexdigest()


def settle_clashes(draft: Draft, choices: dict[str, Any], *, seen: str, edition: int, actor: Staff) -> None:
    """Take the author's choice for each clashing unit, and what else stands in the record now.

    ``seen``, of ``what_is_seen``, names what the author chose in view of. Raises StaleDraft where the draft has
    changed, or where others stand there by now; Refused where a choice is missing.
    """
    _require_author(draft, actor)
    _require_state(draft, "open")
    current, merged, clashes = combined_with_current(draft)
    if edition != draft.edition or seen != what_is_seen(clashes):
        raise StaleDraft
    if missing := [one.unit for one in clashes if one.unit not in choices]:
        raise Refused(f"Choose a text for {', '.join(missing)}")
    draft.values = with_old_slugs(
        _kind(draft), with_units(merged, {one.unit: choices[one.unit] for one in clashes}), current
    )
    draft.base = current
    draft.saved_at = now()
    _advance(draft)
    _audit("settle clashes", draft, actor, units=[one.unit for one in clashes])


def send_to_review(draft: Draft, note: str, *, edition: int, actor: Staff) -> None:
    """Ask for a review. Raises Refused where something is wrong or nothing has changed, and Clash."""
    _require_author(draft, actor)
    _require_state(draft, "open")
    if edition != draft.edition:
        raise StaleDraft
    if not note.strip():
        raise Refused("Say in a few words what you changed and why")
    _require_publishable(draft)
    draft.state, draft.change_note, draft.review_note, draft.reviewer_id = "review", note.strip(), "", None
    _advance(draft)
    _audit("send to review", draft, actor)


def take_back(draft: Draft, *, actor: Staff) -> None:
    """Go on writing: what waits for review or for its time does so no more, and needs a review again."""
    _require_author(draft, actor)
    _require_state(draft, "review", "approved")
    _reopen(draft, draft.review_note)
    _audit("take back", draft, actor)


def return_draft(draft: Draft, note: str, *, edition: int, actor: Staff) -> None:
    """Send a draft back to its author with a note, also one that was approved and is not yet published."""
    _require_reviewer(draft, actor)
    _require_state(draft, "review", "approved")
    if edition != draft.edition:
        raise StaleDraft
    if not note.strip():
        raise Refused("Tell the author what is missing")
    draft.reviewer_id = actor.id
    _reopen(draft, note.strip())
    _audit("return draft", draft, actor)


def approve(draft: Draft, *, edition: int, at: datetime.datetime | None, actor: Staff) -> bool:
    """Publish the draft that the reviewer saw, now or at a time (UTC). Says whether it is published or scheduled.

    False where others have changed the record meanwhile so that the draft went back to its author. Raises StaleDraft
    where it is not what the reviewer saw, Refused where it cannot be published as it is.
    """
    _require_reviewer(draft, actor)
    _require_state(draft, "review")
    if edition != draft.edition:
        raise StaleDraft
    if at is not None and at <= now():
        raise Refused("The time to publish must be in the future")
    draft.state, draft.reviewer_id, draft.publish_at = "approved", actor.id, at
    _advance(draft)
    _audit("approve", draft, actor, publish_at=at.isoformat() if at else None)
    if at is not None:
        jobs.enqueue(PUBLISH, {"draft": draft.uid, "edition": draft.edition}, at=at)
        return True
    return publish(draft, edition=draft.edition, actor=actor)


def publish(draft: Draft, *, edition: int, actor: Staff | None) -> bool:
    """Make an approved draft the record. ``edition`` is the one that was approved: no other is ever published.

    False where it clashes with what stands there by now, or is no longer sound: then it is back with its author, with
    a note.
    """
    _require_state(draft, "approved")
    if edition != draft.edition or draft.reviewer_id is None or draft.reviewer_id == draft.author_id:
        raise StaleDraft
    kind = _kind(draft)
    if draft.record_id is not None:
        # Two reviewers at once: the second merges with what the first has published.
        # The article that another is merged into is held as well, lower ids first, so that nobody waits in a circle.
        model = kinds.ALL[kind].model
        wanted = sa.or_(model.id == draft.record_id, model.slug == str(draft.values.get("merged_into")))
        db.session.execute(sa.select(model.id).where(wanted).order_by(model.id).with_for_update())
    try:
        current, merged = _require_publishable(draft)
        if kind == "article":
            merged = with_next_review(current, merged, today())
        stays = _require_merging(kind, current, merged)
    except Clash as clash:
        _reopen(draft, f"Someone else has changed the same text: {clash}. See both texts and choose.")
        return False
    except Refused as refused:
        _reopen(draft, f"It could not be published. {refused}")
        return False
    if draft.record_id is not None:
        _note_state(kind, draft.record_id, current)
    record_id = kinds.save(kind, merged)
    if stays is not None:
        _take_over(record_id, merged["slug"], stays, draft, actor)
    if draft.record_id not in (None, record_id):
        raise RuntimeError(f"draft {draft.uid} would have become another record")
    draft.record_id, draft.state, draft.published_at = record_id, "published", now()
    add_version(
        kind,
        record_id,
        kinds.export(kind, record_id),
        changed_units(current, merged),
        origin=EDITOR,
        author_id=draft.author_id,
        reviewer_id=draft.reviewer_id,
        note=draft.change_note,
    )
    _advance(draft)
    _audit("publish", draft, actor)
    return True


@jobs.handles(PUBLISH)
def publish_due(payloads: list[dict[str, Any]]) -> None:
    """Publish what was approved for a time that has come. A draft that was taken back since is left alone."""
    from_outbox = [(payload["draft"], payload["edition"]) for payload in payloads]
    for uid, edition in from_outbox:
        with transaction():
            try:
                draft = draft_by_uid(uid, lock=True)
            except NotFound:
                continue
            due = draft.publish_at is not None and draft.publish_at <= now()
            if draft.state == "approved" and draft.edition == edition and due:
                publish(draft, edition=edition, actor=None)


def restore_version(kind: Kind, record_id: int, version: Version, *, actor: Staff) -> Draft:
    """A draft that makes a record what it was in a version. Raises Refused where someone has a draft of it already."""
    if active_draft(kind, record_id, actor.id):
        raise Refused("You have a draft of this record. Finish or discard it first")
    current = kinds.export(kind, record_id)
    slugs = sorted({*version.values.get("old_slugs", []), *current.get("old_slugs", [])})
    values = with_old_slugs(kind, {**version.values, "old_slugs": slugs}, current)
    draft = _add_draft(kind, record_id, base=current, values=values, actor=actor)
    draft.change_note = f"Back to version {version.number}"
    _audit("restore", draft, actor, version=version.number)
    return draft


def withdraw(kind: Kind, record_id: int, *, actor: Staff) -> Draft:
    """A draft that takes a record out of what the public sees. Raises Refused where someone has a draft already."""
    return start_change(kind, record_id, {"status": kinds.ALL[kind].gone}, "Withdraw it", actor=actor)


def start_change(kind: Kind, record_id: int, wanted: dict[str, Any], note: str, *, actor: Staff) -> Draft:
    """A draft that changes a few units, ready to be sent to review. Raises Refused where there is a draft already."""
    if active_draft(kind, record_id, actor.id):
        raise Refused("You have a draft of this record. Make the change there, or discard it first")
    current = kinds.export(kind, record_id)
    draft = _add_draft(kind, record_id, base=current, values=with_units(current, wanted), actor=actor)
    draft.change_note = note
    return draft


def start_merge(merged_id: int, stays_id: int, *, actor: Staff) -> Draft:
    """A draft that merges an article into another.

    It takes effect like any change, when somebody else has approved it: a page of the public goes, and another is found
    by words that its reviewer never saw. Raises Refused where it cannot be, or the other way is proposed already.
    """
    current, stays = kinds.export("article", merged_id), kinds.export("article", stays_id)
    for row in drafts_of_record("article", stays_id):
        if draft_by_uid(row.uid).values.get("merged_into"):
            raise Refused(f"{row.author} proposes to merge {stays['slug']} into another. See that draft first")
    wanted = {"status": kinds.ALL["article"].gone, "merged_into": stays["slug"]}
    errors = check("article", current | wanted, current, record_id=merged_id).errors
    if errors:
        raise Refused(" ".join(f"{one.message}." for one in errors[:3]))
    return start_change("article", merged_id, wanted, f"It says the same as {stays['slug']}", actor=actor)


def decide_conflict(conflict_id: int, decision: Literal["ours", "theirs"], *, actor: Staff) -> Draft | None:
    """Settle a conflict with a source. Their text goes into a draft of the actor, which is then reviewed.

    Raises NotFound for one that is decided, Refused where the actor may not write the record, where their draft of it
    cannot take the text now, or where the record has no page here.
    """
    row = db.session.execute(
        sa.select(ImportConflict, SourceRecord.kind, SourceRecord.record_id)
        .join(SourceRecord, SourceRecord.id == ImportConflict.source_record_id)
        .where(ImportConflict.id == conflict_id, ImportConflict.decision.is_(None))
        .with_for_update(of=ImportConflict)
    ).one_or_none()
    if row is None:
        raise NotFound(str(conflict_id))
    conflict, draft = row.ImportConflict, None
    if decision == "theirs":
        if row.kind not in kinds.ALL:
            raise Refused("A location has no page here yet: keep our text")
        draft = start_draft(row.kind, row.record_id, actor=actor)
        _require_state(draft, "open")
        values = with_units(draft.values, {conflict.field: conflict.theirs})
        save_draft(draft, values, edition=draft.edition, actor=actor)
    note_decision(conflict_id, decision, by=actor.id)
    record_audit(f"decide {decision}", "import", f"conflict {conflict_id}", actor=actor, note={"field": conflict.field})
    return draft


def note_import(record_id: int, source: str) -> None:
    """Write into the history of a service what a source made of it."""
    record = kinds.export("service", record_id)
    last = last_version("service", record_id)
    changed = changed_units(last.values if last else {}, record)
    if changed:
        add_version("service", record_id, record, changed, origin=f"import:{source}"[:100])


def add_version(
    kind: Kind,
    record_id: int,
    record: Record,
    changed: list[str],
    *,
    origin: str,
    author_id: int | None = None,
    reviewer_id: int | None = None,
    note: str = "",
) -> None:
    """Add to the history of a record what it is now."""
    last = last_version(kind, record_id)
    db.session.add(
        Version(
            kind=kind,
            record_id=record_id,
            number=last.number + 1 if last else 1,
            values=record,
            units=changed,
            author_id=author_id,
            reviewer_id=reviewer_id,
            origin=origin,
            note=note,
        )
    )
    db.session.flush()


def forget_untouched(before: datetime.datetime) -> None:
    """Remove drafts that were begun before a time and in which nothing was ever written."""
    untouched = sa.delete(Draft).where(Draft.state == "open", Draft.edition == 1, Draft.started_at < before)
    db.session.execute(untouched.where(Draft.record_id.is_not(None), Draft.change_note == ""))


def _note_state(kind: Kind, record_id: int, current: Record) -> None:
    """See to it that the history knows the record as it is before an editor changes it."""
    last = last_version(kind, record_id)
    if last is not None and last.values == current:
        return
    if last is None:
        source = db.session.scalar(
            sa.select(Source.key)
            .join(SourceRecord, SourceRecord.source_id == Source.id)
            .where(SourceRecord.kind == kind, SourceRecord.record_id == record_id)
            .order_by(Source.id)
        )
        origin = f"import:{source}"[:100] if source else "before the editors"
    else:
        origin = "outside the editors' pages"
    add_version(kind, record_id, current, changed_units(last.values, current) if last else [], origin=origin)


def _require_publishable(draft: Draft) -> tuple[Record, Record]:
    """(the record now, what is to be published). Raises Clash, or Refused where it is wrong or changes nothing."""
    kind = _kind(draft)
    current, merged, clashes = combined_with_current(draft)
    if clashes:
        raise Clash(clashes)
    merged = with_old_slugs(kind, merged, current)
    if not changed_units(current, merged):
        raise Refused("There is nothing new in it")
    errors = check(kind, merged, current, record_id=draft.record_id).errors
    if errors:
        raise Refused(" ".join(f"{one.path}: {one.message}." for one in errors[:5]))
    return current, merged


def _require_merging(kind: Kind, current: Record, merged: Record) -> TakingOver | None:
    """What another article takes over from this one, if it is to. Raises Refused where it cannot."""
    found = taking_over(kind, current, merged)
    if found is not None:
        errors = check("article", found.then, found.now, record_id=found.record_id).errors
        if errors:
            told = " ".join(f"{one.path}: {one.message}." for one in errors[:5])
            raise Refused(f"{found.then['slug']} cannot take it in. {told}")
    return found


def _take_over(merged_id: int, slug: str, stays: TakingOver, draft: Draft, actor: Staff | None) -> None:
    """Give an article what it takes over from one that was merged into it, with a place in its history."""
    _note_state("article", stays.record_id, stays.now)
    kinds.save("article", stays.then)
    move_to_merged(merged_id, stays.record_id)
    add_version(
        "article",
        stays.record_id,
        kinds.export("article", stays.record_id),
        changed_units(stays.now, stays.then),
        origin=EDITOR,
        author_id=draft.author_id,
        reviewer_id=draft.reviewer_id,
        note=f"Takes in {slug}",
    )
    record_audit("merge", "article", stays.then["slug"], actor=actor, note={"merged": slug, "draft": draft.uid})


def _add_draft(kind: Kind, record_id: int | None, *, base: Record, values: Record, actor: Staff) -> Draft:
    draft = Draft(
        kind=kind,
        record_id=record_id,
        slug=str(values.get("slug", ""))[:80],
        base=base,
        values=values,
        author_id=actor.id,
    )
    _require_agency(draft, values, actor)
    db.session.add(draft)
    db.session.flush()
    _audit("start draft", draft, actor)
    return draft


def _require_agency(draft: Draft, values: Record, actor: Staff) -> None:
    """An agency editor gives no service away and takes none."""
    if draft.kind == "service":
        agency_id = agency_id_by_slug(values.get("agency"))
        if not may(actor, "write", "service", agency_id=agency_id):
            raise Refused("Choose one of your own agencies")


def _require_author(draft: Draft, actor: Staff) -> None:
    if draft.author_id != actor.id or not may(actor, "write", _kind(draft), agency_id=agency_of_draft(draft)):
        raise Refused("Only the author writes in a draft")


def _require_reviewer(draft: Draft, actor: Staff) -> None:
    agency_id = agency_of_draft(draft)
    if not may(actor, "publish", _kind(draft), agency_id=agency_id, author_id=draft.author_id):
        raise Refused("A second person with the right to publish has to review it")


def _require_state(draft: Draft, *states: str) -> None:
    if draft.state not in states:
        raise Refused(
            {
                "open": "It is being written",
                "review": "It waits for review. Take it back to go on writing",
                "approved": "It is approved and waits for its time",
                "published": "It is published",
                "discarded": "It was discarded",
            }[draft.state]
        )


def _reopen(draft: Draft, note: str) -> None:
    draft.state, draft.review_note, draft.publish_at = "open", note, None
    _advance(draft)


def _advance(draft: Draft) -> None:
    draft.edition += 1
    db.session.flush()


def _audit(verb: str, draft: Draft, actor: Staff | None, **more: Any) -> None:
    note = {"draft": draft.uid, "edition": draft.edition, **more}
    record_audit(verb, draft.kind, draft.slug or draft.uid, actor=actor, note=note)


def _kind(draft: Draft) -> Kind:
    return kinds.BY_NAME[draft.kind].kind

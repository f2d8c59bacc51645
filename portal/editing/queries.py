"""Reads of the editors' side: drafts, history, where values come from, and lists of records and of work."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..catalogue.imports.merge import Conflict, units
from ..catalogue.models import Agency, ImportConflict, Service, Source, SourceRecord
from ..eligibility.models import FactRecord
from ..errors import NotFound
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, pick
from ..identity.queries import staff_names
from ..identity.rules import Staff, may
from ..intents.models import Intent, Profile
from . import kinds
from .merging import with_taken_over
from .models import ACTIVE, Draft, Version
from .rules import Kind, Record, combined, kinds_seen, may_see, sees_own_only

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in a list. ``agency`` is its name; ``drafts`` are the names of those who have a draft of it."""

    kind: Kind
    id: int
    uid: str
    slug: str
    title: str
    status: str | None
    agency: str | None
    checked_on: datetime.date | None
    languages: tuple[str, ...]
    drafts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a list of records."""

    rows: list[RecordRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Head:
    """What identifies a record, and whose it is."""

    kind: Kind
    id: int
    uid: str
    slug: str
    title: str
    status: str | None
    agency_id: int | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    uid: str
    kind: Kind
    record_id: int | None
    title: str
    state: str
    author_id: int
    author: str
    reviewer: str | None
    saved_at: datetime.datetime
    publish_at: datetime.datetime | None
    change_note: str
    review_note: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the history."""

    number: int
    at: datetime.datetime
    author: str | None
    reviewer: str | None
    origin: str
    note: str
    units: list[str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: a record of a source, or a person."""

    source: str | None
    identifier: str | None
    who: str | None
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A text that an editor and a source both changed. ``title`` is the record's; None for one without a page here."""

    id: int
    kind: str
    record: Head | None
    agency_id: int | None
    source: str
    field: str
    base: Any
    ours: Any
    theirs: Any
    noticed_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class TakingOver:
    """An article that stays when another is merged into it: as it is now, and with what it takes over."""

    record_id: int
    now: Record
    then: Record


def head(kind: Kind, key: str) -> Head:
    """The record of a uid or a slug. Raises NotFound."""
    model = kinds.ALL[kind].model
    return _head(kind, sa.or_(model.uid == key, model.slug == key), key)


def head_by_id(kind: Kind, record_id: int) -> Head:
    """The record of an id. Raises NotFound."""
    return _head(kind, kinds.ALL[kind].model.id == record_id, str(record_id))


def draft_by_uid(uid: str, *, lock: bool = False) -> Draft:
    """A draft. With ``lock`` nobody else changes it until the transaction ends. Raises NotFound."""
    query = sa.select(Draft).where(Draft.uid == uid)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = db.session.scalar(query)
    if draft is None:
        raise NotFound(uid)
    return draft


def agency_of_draft(draft: Draft) -> int | None:
    """The agency whose service a draft is of; for a new one the agency that it names."""
    if draft.kind == "agency":
        return draft.record_id
    if draft.kind != "service":
        return None
    if draft.record_id is not None:
        return db.session.scalar(sa.select(Service.agency_id).where(Service.id == draft.record_id))
    return agency_id_by_slug(draft.values.get("agency"))


def agency_id_by_slug(slug: str | None) -> int | None:
    """The agency of a slug."""
    return db.session.scalar(sa.select(Agency.id).where(Agency.slug == slug)) if slug else None


def combined_with_current(draft: Draft) -> tuple[Record, Record, list[Conflict]]:
    """(the record as it stands now, what the draft makes of it, the units that both changed differently)."""
    current = kinds.export(draft.kind, draft.record_id)  # type: ignore[arg-type]  # the table allows no other kind
    merged, clashes = combined(draft.base, draft.values, current)
    return current, merged, clashes


def taking_over(kind: Kind, current: Record, merged: Record) -> TakingOver | None:
    """What the article that stays takes over, where an article is to be merged into it; None where it is not."""
    into = merged.get("merged_into")
    if kind != "article" or into in (None, current.get("merged_into")):
        return None
    stays_id = kinds.record_id_by_slug("article", into)
    if stays_id is None:
        return None
    stays = kinds.export("article", stays_id)
    return TakingOver(stays_id, stays, with_taken_over(stays, merged))


def active_draft(kind: Kind, record_id: int, author_id: int) -> Draft | None:
    """The draft of a record that someone has not finished."""
    return db.session.scalar(
        sa.select(Draft).where(
            Draft.kind == kind, Draft.record_id == record_id, Draft.author_id == author_id, Draft.state.in_(ACTIVE)
        )
    )


def drafts_of_record(kind: Kind, record_id: int) -> list[DraftRow]:
    """The drafts of a record that are not finished, the latest first."""
    return _draft_rows(Draft.kind == kind, Draft.record_id == record_id, Draft.state.in_(ACTIVE))


def drafts_of_author(staff: Staff) -> list[DraftRow]:
    """What someone is at work on."""
    return _draft_rows(Draft.author_id == staff.id, Draft.state.in_(ACTIVE))


def drafts_to_review(staff: Staff) -> list[DraftRow]:
    """What waits for a review that this person may make."""
    rows = _draft_rows(Draft.state == "review", Draft.author_id != staff.id)
    return [row for row in rows if may(staff, "review", row.kind, author_id=row.author_id)]


def scheduled_drafts(staff: Staff) -> list[DraftRow]:
    """What will be published at a time, the next first, as far as this person may see it."""
    if sees_own_only(staff):
        return [row for row in drafts_of_author(staff) if row.state == "approved"]
    rows = _draft_rows(Draft.state == "approved", Draft.publish_at.is_not(None))
    return sorted(rows, key=lambda row: row.publish_at or row.saved_at)


def version_rows(kind: Kind, record_id: int) -> list[VersionRow]:
    """The history of a record, the latest first."""
    rows = db.session.execute(
        sa.select(
            *(Version.number, Version.at, Version.author_id, Version.reviewer_id),
            *(Version.origin, Version.note, Version.units),
        )
        .where(Version.kind == kind, Version.record_id == record_id)
        .order_by(Version.number.desc())
    ).all()
    names = staff_names({row.author_id for row in rows} | {row.reviewer_id for row in rows})
    return [
        VersionRow(
            row.number, row.at, names.get(row.author_id), names.get(row.reviewer_id), row.origin, row.note, row.units
        )
        for row in rows
    ]


def version(kind: Kind, record_id: int, number: int) -> Version:
    """One version. Raises NotFound."""
    found = db.session.scalar(
        sa.select(Version).where(Version.kind == kind, Version.record_id == record_id, Version.number == number)
    )
    if found is None:
        raise NotFound(str(number))
    return found


def last_version(kind: Kind, record_id: int) -> Version | None:
    """The latest version of a record, if it has a history."""
    return db.session.scalars(
        sa.select(Version)
        .where(Version.kind == kind, Version.record_id == record_id)
        .order_by(Version.number.desc())
        .limit(1)
    ).first()


def who_wrote(kind: Kind, record_id: int | None, names: Iterable[str]) -> dict[str, Provenance]:
    """Where the values of units come from, as far as sources and history tell."""
    if record_id is None:
        return {}
    found: dict[str, Provenance] = {}
    versions = version_rows(kind, record_id)
    for unit in names:
        made = next((one for one in versions if unit in one.units), None)
        if made is not None:
            source = made.origin.removeprefix("import:") if made.origin.startswith("import:") else None
            found[unit] = Provenance(source, None, made.author, made.at)
    here = units(kinds.export(kind, record_id))
    for row in db.session.execute(
        sa.select(SourceRecord.values, SourceRecord.identifier, SourceRecord.seen_at, Source.title)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(SourceRecord.kind == kind, SourceRecord.record_id == record_id)
        .order_by(Source.key.desc())
    ):
        for unit, value in units(row.values).items():
            if here.get(unit) == value:
                found[unit] = Provenance(row.title, row.identifier, None, row.seen_at)
    return found


def conflict_rows(staff: Staff) -> list[ConflictRow]:
    """Open conflicts with sources in records that this person may write, the oldest first."""
    rows = db.session.execute(
        sa.select(ImportConflict, SourceRecord.kind, SourceRecord.record_id, Source.title)
        .join(SourceRecord, SourceRecord.id == ImportConflict.source_record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .where(ImportConflict.decision.is_(None))
        .order_by(ImportConflict.id)
    ).all()
    found = []
    heads = {
        kind: _heads(kind, {row.record_id for row in rows if row.kind == kind})
        for kind in ("service", "agency")
        if any(row.kind == kind for row in rows)
    }
    for conflict, kind, record_id, source in rows:
        record = heads[kind].get(record_id) if kind in heads else None
        agency_id = record.agency_id if record else None
        # Locations belong to agencies, and have no page here.
        policy: Any = kind if kind in kinds.ALL else "agency"
        if may(staff, "write", policy, agency_id=agency_id):
            found.append(
                ConflictRow(
                    *(conflict.id, kind, record, agency_id, source, conflict.field),
                    *(conflict.base, conflict.ours, conflict.theirs, conflict.noticed_at),
                )
            )
    return found


def is_decided(conflict_id: int) -> bool:
    """Whether a conflict is settled, or was never there."""
    query = sa.select(ImportConflict.id).where(ImportConflict.id == conflict_id, ImportConflict.decision.is_(None))
    return db.session.scalar(query) is None


def record_rows(
    kind: Kind,
    staff: Staff,
    *,
    words: str = "",
    agency: str = "",
    status: str = "",
    page: int = 1,
    condition: sa.ColumnElement[bool] | None = None,
) -> RecordPage:
    """One page of the records of a kind that someone may see. The same number of queries however many there are."""
    model = kinds.ALL[kind].model
    query = sa.select(model.id).where(*_wanted(kind, staff, words, agency, status))
    if condition is not None:
        query = query.where(condition)
    total = db.session.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    title = getattr(model, kinds.ALL[kind].title)
    ids = list(
        db.session.scalars(
            query.order_by(title[DEFAULT_LANGUAGE].as_string(), model.id)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
    )
    return RecordPage(_record_rows(kind, ids), total, page, pages)


def agency_choices(staff: Staff, *, for_writing: bool = False) -> list[tuple[str, str]]:
    """(slug, name) of the agencies, by name; for someone who sees no others, their own."""
    query = sa.select(Agency.slug, Agency.name)
    if sees_own_only(staff) or (for_writing and not may(staff, "write", "agency")):
        query = query.where(Agency.id.in_(staff.agency_ids))
    return sorted(((row.slug, _title(row.name)) for row in db.session.execute(query)), key=lambda one: one[1])


def profile_choices() -> list[tuple[str, str]]:
    """(slug, title) of the profiles in their order."""
    rows = db.session.execute(sa.select(Profile.slug, Profile.title).order_by(Profile.position, Profile.slug))
    return [(row.slug, _title(row.title)) for row in rows]


def intent_choices() -> list[tuple[str, str]]:
    """(slug, title) of the intents, by title."""
    rows = db.session.execute(sa.select(Intent.slug, Intent.title))
    return sorted(((row.slug, _title(row.title)) for row in rows), key=lambda one: one[1])


def fact_choices() -> list[tuple[str, str]]:
    """(key, key and question) of the facts, by key."""
    rows = db.session.execute(sa.select(FactRecord.slug, FactRecord.question).order_by(FactRecord.slug))
    return [(row.slug, f"{row.slug}: {_title(row.question)}") for row in rows]


def _head(kind: Kind, condition: sa.ColumnElement[bool], key: str) -> Head:
    found = _heads_where(kind, condition)
    if not found:
        raise NotFound(key)
    return found[0]


def _heads(kind: str, ids: Collection[int]) -> dict[int, Head]:
    known: Kind = "service" if kind == "service" else "agency"
    return {one.id: one for one in _heads_where(known, kinds.ALL[known].model.id.in_(ids))}


def _heads_where(kind: Kind, condition: sa.ColumnElement[bool]) -> list[Head]:
    entry = kinds.ALL[kind]
    model = entry.model
    status = model.status if hasattr(model, "status") else sa.null()
    agency = {"service": Service.agency_id, "agency": Agency.id}.get(kind, sa.null())
    rows = db.session.execute(
        sa.select(
            model.id,
            model.uid,
            model.slug,
            getattr(model, entry.title).label("title"),
            status.label("status"),
            agency.label("agency_id"),
        ).where(condition)
    )
    return [Head(kind, row.id, row.uid, row.slug, _title(row.title), row.status, row.agency_id) for row in rows]


def _draft_rows(*conditions: sa.ColumnElement[bool]) -> list[DraftRow]:
    drafts = db.session.scalars(sa.select(Draft).where(*conditions).order_by(Draft.saved_at.desc(), Draft.id.desc()))
    found = drafts.all()
    names = staff_names({one.author_id for one in found} | {one.reviewer_id for one in found if one.reviewer_id})
    return [
        DraftRow(
            uid=one.uid,
            kind=one.kind,  # type: ignore[arg-type]  # the table allows no other kind
            record_id=one.record_id,
            title=draft_title(one),
            state=one.state,
            author_id=one.author_id,
            author=names[one.author_id],
            reviewer=names.get(one.reviewer_id or 0),
            saved_at=one.saved_at,
            publish_at=one.publish_at,
            change_note=one.change_note,
            review_note=one.review_note,
        )
        for one in found
    ]


def draft_title(draft: Draft) -> str:
    """What a draft is called by."""
    texts = draft.values.get(kinds.BY_NAME[draft.kind].title) or {}
    return str(pick(texts, DEFAULT_LANGUAGE) or draft.slug)


def may_see_draft(staff: Staff, draft: Draft) -> bool:
    """Whether someone may look at a draft: its author, and who may see the record."""
    kind: Any = draft.kind
    return draft.author_id == staff.id or may_see(staff, kind, agency_of_draft(draft))


def _wanted(kind: Kind, staff: Staff, words: str, agency: str, status: str) -> list[sa.ColumnElement[bool]]:
    entry = kinds.ALL[kind]
    model = entry.model
    conditions: list[sa.ColumnElement[bool]] = []
    if kind not in kinds_seen(staff):
        conditions.append(sa.false())
    elif kind == "service" and sees_own_only(staff):
        conditions.append(model.agency_id.in_(staff.agency_ids))
    title = getattr(model, entry.title)
    texts = (model.slug, *(sa.func.lower(title[lang].as_string()) for lang in CONTENT_LANGUAGES))
    conditions += [
        sa.or_(*(text.contains(word.lower(), autoescape=True) for text in texts)) for word in words.split()[:8]
    ]
    if agency and kind == "service":
        conditions.append(model.agency_id == sa.select(Agency.id).where(Agency.slug == agency).scalar_subquery())
    if status and hasattr(model, "status"):
        conditions.append(model.status == status)
    return conditions


def _record_rows(kind: Kind, ids: list[int]) -> list[RecordRow]:
    entry = kinds.ALL[kind]
    model = entry.model
    status = model.status if hasattr(model, "status") else sa.null()
    checked = model.checked_on if hasattr(model, "checked_on") else sa.null()
    agency = Agency.name if kind == "service" else sa.null()
    query = sa.select(
        model.id,
        model.uid,
        model.slug,
        getattr(model, entry.title).label("title"),
        status.label("status"),
        checked.label("checked_on"),
        agency.label("agency"),
    ).where(model.id.in_(ids))
    if kind == "service":
        query = query.join(Agency, Agency.id == Service.agency_id)
    rows = {row.id: row for row in db.session.execute(query)}
    drafts = defaultdict(list)
    for draft in _draft_rows(Draft.kind == kind, Draft.record_id.in_(ids), Draft.state.in_(ACTIVE)):
        drafts[draft.record_id].append(draft.author)
    return [
        RecordRow(
            *(kind, row.id, row.uid, row.slug, _title(row.title), row.status),
            *(_title(row.agency) if row.agency else None, row.checked_on),
            *(tuple(sorted(row.title)), tuple(sorted(drafts[row.id]))),
        )
        for row in (rows[one] for one in ids)
    ]


def _title(texts: dict[str, str]) -> str:
    return str(pick(texts, DEFAULT_LANGUAGE) or "")

"""Bringing what a source says into the catalogue, record by record, without ever losing what an editor wrote."""

import dataclasses
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from babel import Locale

from ... import events
from ...caching import advance_content_version
from ...database import transaction
from ...extensions import db
from ..events import ServiceChanged, ServiceImported
from ..models import (
    Agency,
    ImportConflict,
    ImportRun,
    Location,
    Service,
    ServiceLocation,
    ServiceSlug,
    Source,
    SourceRecord,
)
from ..operations import save_agency, save_location, save_service, save_terms
from ..places.models import Postcode
from ..records import agency_record, location_record, service_record, told
from ..rules import serves_area
from .merge import Conflict, changed_units, digest, merge
from .readers.source import SourceInfo
from .records import KINDS, Kind, Place, Trouble
from .records import SourceRecord as Incoming

Record = dict[str, Any]
Outcome = Literal["added", "changed", "unchanged", "matched", "withdrawn", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("added", "changed", "unchanged", "matched", "withdrawn", "refused")
BATCH = 50
# So many troubles of a run are kept for the editors' page; the command prints all.
KEPT_TROUBLES = 2_000
# A source that loses more than this share of its services at once is more likely broken than closed.
MOST_WITHDRAWN = 0.5
# What a source says beside these is kept with it, for those who come later.
_FIELDS: dict[str, frozenset[str]] = {
    "agency": frozenset({"name", "short_name", "summary", "url", "parent", "contacts"}),
    "location": frozenset(
        {
            *("name", "agency", "street", "city", "state", "postcode", "latitude", "longitude", "phone"),
            *("hours", "hours_note", "hours_exceptions", "languages", "accessibility", "not_current"),
        }
    ),
    "service": frozenset(
        {
            *("title", "official_name", "summary", "url", "who", "benefit", "how", "processing_time", "appeal"),
            *("outputs", "documents", "legal_basis", "contacts", "channels", "cost", "areas", "locations"),
            *("agency", "delivered_with", "also_asked_as", "situations", "valid_from", "valid_to", "sensitive"),
            *("not_current", "status", "eligibility", "sources"),
        }
    ),
}
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


class TooManyWithdrawn(Exception):
    """More services would be withdrawn than anyone does by intention."""


@dataclass
class ImportReport:
    """What an import did: outcomes by kind of record, troubles, and the conflicts left for a person."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    troubles: list[Trouble] = field(default_factory=list)
    conflicts: int = 0
    kept_open: str = ""

    def count(self, kind: str, outcome: Outcome) -> None:
        self.counts[kind][outcome] += 1

    @property
    def changes(self) -> int:
        """How many records differ from before."""
        return sum(
            number
            for counts in self.counts.values()
            for outcome, number in counts.items()
            if outcome in ("added", "changed", "matched", "withdrawn")
        )


class _Refused(Exception):
    """A record cannot be taken in."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field_name
        self.reason = reason


class _DryRun(Exception):
    """Ends the one transaction of a dry run."""


@dataclass
class _Known:
    """What an earlier run said of a record."""

    row_id: int
    record_id: int
    digest: str
    gone: bool


def import_source(
    info: SourceInfo,
    incoming: Iterable[Incoming | Trouble],
    *,
    form: str,
    dry_run: bool = False,
    allow_withdrawals: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Take in an edition of a source: agencies, then locations, then services, as a reader of ``form`` gives them.

    Commits after every few records, so that each is of the old or of the new edition whenever the process ends; the
    next run completes it. A dry run does the same in one transaction and takes it back. With ``match_agencies`` a new
    agency that has the name of one that is here becomes that one. A record of the source that this edition does not
    have is withdrawn, never deleted, unless the edition could not be read to its end. Raises TooManyWithdrawn, with
    nothing withdrawn, where that would be more than half of the services, unless ``allow_withdrawals``.
    """
    run = _Run(info, form, ImportReport(), allow_withdrawals)
    if not dry_run:
        run.work(incoming, progress, transaction)
        return run.report
    try:
        with transaction():
            run.work(incoming, progress, db.session.begin_nested)
            raise _DryRun
    except _DryRun:
        return run.report


def decide_conflict(conflict_id: int, decision: Literal["ours", "theirs"], *, by: int) -> None:
    """Note what a person decided. Taking their text is the caller's to do. Raises LookupError for a decided one."""
    conflict = db.session.get(ImportConflict, conflict_id)
    if conflict is None or conflict.decision is not None:
        raise LookupError(f"no open conflict {conflict_id}")
    conflict.decision, conflict.decided_at, conflict.decided_by = decision, _now(), by
    db.session.flush()


def note_conflict(source_record_id: int, conflict: Conflict, now: datetime.datetime) -> None:
    """List a conflict for a person, in place of an older one about the same unit."""
    db.session.execute(
        sa.delete(ImportConflict).where(
            ImportConflict.source_record_id == source_record_id,
            ImportConflict.field == conflict.unit,
            ImportConflict.decision.is_(None),
        )
    )
    values = {"base": conflict.base, "ours": conflict.ours, "theirs": conflict.theirs, "noticed_at": now}
    db.session.add(ImportConflict(source_record_id=source_record_id, field=conflict.unit, **values))
    db.session.flush()


class _Run:
    """One run: the source, what is known of it, and what has been seen so far."""

    def __init__(self, info: SourceInfo, form: str, report: ImportReport, allow_withdrawals: bool) -> None:
        self.info = info
        self.form = form
        self.report = report
        self.allow_withdrawals = allow_withdrawals
        self.now = _now()
        self.known: dict[tuple[str, str], _Known] = {}
        self.seen: set[tuple[str, str]] = set()
        self.refused: set[tuple[str, str]] = set()
        self.slugs: dict[str, str] = {}
        self.uids: dict[str, str] = {}
        self.postcodes: dict[str, str] = {}
        self.areas: dict[str, str] = {}

    def work(
        self, incoming: Iterable[Incoming | Trouble], progress: Callable[[], None], unit: Callable[[], Any]
    ) -> None:
        with unit():
            self._begin()
        batch: list[Incoming] = []
        broken = False
        for one in incoming:
            progress()
            if isinstance(one, Trouble):
                self.report.troubles.append(one)
                broken |= one.refused and not one.place.record
                self._note_refused(one)
                continue
            batch.append(one)
            if len(batch) == BATCH:
                self._take_batch(batch, unit)
                batch = []
        self._take_batch(batch, unit)
        if broken:
            self.report.kept_open = "nothing is withdrawn, because the source could not be read to its end"
        else:
            self._withdraw(unit)
        with unit():
            self._finish()

    def _begin(self) -> None:
        source = db.session.scalar(sa.select(Source).where(Source.key == self.info.key))
        if source is None:
            source = Source(key=self.info.key)
            db.session.add(source)
        source.format, source.title, source.publisher = self.form, self.info.title, self.info.publisher
        source.licence, source.url = self.info.licence, self.info.url or None
        db.session.flush()
        self.source_id = source.id
        run = ImportRun(source_id=source.id, started_at=self.now, counts={}, troubles=[])
        db.session.add(run)
        db.session.flush()
        self.run_id = run.id
        rows = db.session.execute(
            sa.select(
                SourceRecord.id,
                SourceRecord.kind,
                SourceRecord.identifier,
                SourceRecord.record_id,
                SourceRecord.digest,
                SourceRecord.gone,
            ).where(SourceRecord.source_id == source.id)
        )
        for row in rows:
            self.known[row.kind, row.identifier] = _Known(row.id, row.record_id, row.digest, row.gone)
        self.names = {
            plain_name(text): row.slug
            for row in db.session.execute(sa.select(Agency.slug, Agency.name).order_by(Agency.id.desc()))
            for text in row.name.values()
        }

    def _take_batch(self, batch: list[Incoming], unit: Callable[[], Any]) -> None:
        if not batch:
            return
        with unit():
            for one in batch:
                try:
                    with db.session.begin_nested():
                        outcome = self._take(one)
                except _Refused as refused:
                    self._refuse(one.kind, one.identifier, one.place, refused.field, refused.reason)
                except sa.exc.DataError as error:
                    reason = " ".join(str(error.orig).split())[:200]
                    self._refuse(one.kind, one.identifier, one.place, "", f"the database cannot hold it: {reason}")
                else:
                    self.report.count(one.kind, outcome)
            seen = [self.known[one.kind, one.identifier].row_id for one in batch if self._is_known(one)]
            db.session.execute(sa.update(SourceRecord).where(SourceRecord.id.in_(seen)).values(seen_at=self.now))
        db.session.expunge_all()

    def _is_known(self, one: Incoming) -> bool:
        return (one.kind, one.identifier) in self.known

    def _take(self, one: Incoming) -> Outcome:
        if (one.kind, one.identifier) in self.seen:
            raise _Refused("identifier", "it stands twice in the source")
        self.seen.add((one.kind, one.identifier))
        if len(one.identifier) > 200 or not one.identifier:
            raise _Refused("identifier", "it must have 1 to 200 characters")
        _check_links(one.values)
        beside = {name: value for name, value in one.values.items() if name not in _FIELDS[one.kind]}
        theirs = self._translated(one)
        edition = digest([theirs, beside, sorted((term.scheme, term.value) for term in one.terms)])
        known = self.known.get((one.kind, one.identifier))
        if known is not None and known.digest == edition and not known.gone:
            return "unchanged"
        if known is None:
            record_id, outcome = self._add(one, theirs)
            row = SourceRecord(
                source_id=self.source_id, kind=one.kind, identifier=one.identifier, record_id=record_id, gone=False
            )
            db.session.add(row)
        else:
            row = db.session.get_one(SourceRecord, known.row_id)
            record_id, outcome = known.record_id, self._update(one, row, theirs)
        row.values, row.beside, row.digest, row.gone = theirs, beside, edition, False
        row.changed_at = row.seen_at = self.now
        db.session.flush()
        if one.kind == "service":
            save_terms(record_id, [(term.scheme, term.value[:200]) for term in one.terms])
            events.record(ServiceImported(record_id, self.info.key))
        if one.kind == "location":
            self._link(record_id, one.values.get("services", []))
        self.known[one.kind, one.identifier] = _Known(row.id, record_id, edition, False)
        return outcome

    def _translated(self, one: Incoming) -> Record:
        """The values that have a place in a record here, with references to records here instead of identifiers."""
        values = {name: value for name, value in one.values.items() if name in _FIELDS[one.kind]}
        for name in ("agency", "parent"):
            if values.get(name) is not None:
                values[name] = self._slug(name, values[name])
        if "delivered_with" in values:
            values["delivered_with"] = [self._slug("delivered_with", agency) for agency in values["delivered_with"]]
        if one.kind == "location":
            self.postcodes[one.identifier] = (values.get("postcode") or "")[:5]
        if one.kind == "service":
            self._complete(one, values)
        name = "title" if one.kind == "service" else "name"
        if not values.get(name):
            raise _Refused(name, "it is missing")
        return values

    def _complete(self, one: Incoming, values: Record) -> None:
        """What a service must have and its source tells in another way, or not at all."""
        locations = values.get("locations", [])
        if not one.values.get("agency"):
            values["agency"] = self._publisher()
            reason = f"no agency is named: it is shown as a service of {self.info.publisher}"
            self.report.troubles.append(Trouble(one.place, "agency", reason, refused=False))
        if values.get("areas", {}).get("include") == list(self.info.area):
            found = self._areas_of(locations)
            if found and not any(serves_area(self.info.area, (), area) for area in found):
                values["areas"] = {"include": found}
        if locations:
            values["locations"] = [self._uid(location) for location in locations]
        if "cost" in values:
            values["cost"] = told(values["cost"])
        spoken = languages_in_words(one.values.get("languages", []), one.values.get("language_note", {}).get("en"))
        if spoken:
            values["how"] = {**values.get("how", {}), "en": "\n\n".join(filter(None, (_en(values.get("how")), spoken)))}
        values["status"] = "withdrawn" if one.values.get("closed") else "published"

    def _areas_of(self, locations: list[str]) -> list[str]:
        """The most precise areas that locations lie in, by their postcodes, sorted."""
        postcodes = {self.postcodes[location] for location in locations if location in self.postcodes}
        missing = postcodes - self.areas.keys()
        if missing:
            query = sa.select(Postcode.code, Postcode.area).where(Postcode.code.in_(missing))
            self.areas |= {row.code: row.area for row in db.session.execute(query)}
        return sorted({self.areas[postcode] for postcode in postcodes & self.areas.keys()})

    def _publisher(self) -> str:
        """The slug of the publisher as an agency, for services of which nobody says whose they are."""
        if not self.info.publisher:
            raise _Refused("agency", "nobody is named who is responsible for it")
        slug = self.names.get(plain_name(self.info.publisher))
        if slug is None:
            slug = free_slug(Agency, self.info.publisher)
            save_agency({"slug": slug, "name": {"en": self.info.publisher}})
            self.names[plain_name(self.info.publisher)] = slug
        return slug

    def _slug(self, field_name: str, identifier: str) -> str:
        if identifier not in self.slugs:
            known = self.known.get(("agency", identifier))
            if known is None:
                raise _Refused(field_name, f"there is no agency {identifier!r}")
            self.slugs[identifier] = db.session.scalars(
                sa.select(Agency.slug).where(Agency.id == known.record_id)
            ).one()
        return self.slugs[identifier]

    def _uid(self, identifier: str) -> str:
        if identifier not in self.uids:
            known = self.known.get(("location", identifier))
            if known is None:
                raise _Refused("locations", f"there is no location {identifier!r}")
            self.uids[identifier] = db.session.scalars(
                sa.select(Location.uid).where(Location.id == known.record_id)
            ).one()
        return self.uids[identifier]

    def _add(self, one: Incoming, theirs: Record) -> tuple[int, Outcome]:
        if one.kind == "location":
            return save_location(theirs)[0], "added"
        if one.kind == "agency":
            return self._add_agency(theirs)
        title = theirs["title"].get("en") or next(iter(theirs["title"].values()))
        slug = free_slug(Service, title)
        save_service({"owner": self.info.publisher or self.info.title, **theirs, "slug": slug})
        return db.session.scalars(sa.select(Service.id).where(Service.slug == slug)).one(), "added"

    def _add_agency(self, theirs: Record) -> tuple[int, Outcome]:
        name = theirs["name"].get("en") or next(iter(theirs["name"].values()))
        slug = self.names.get(plain_name(name)) if self.info.match_agencies else None
        outcome: Outcome = "matched"
        if slug is None:
            slug, outcome = free_slug(Agency, name), "added"
            save_agency({**theirs, "slug": slug})
            if self.info.match_agencies:
                self.names[plain_name(name)] = slug
        return db.session.scalars(sa.select(Agency.id).where(Agency.slug == slug)).one(), outcome

    def _update(self, one: Incoming, row: SourceRecord, theirs: Record) -> Outcome:
        base = dict(row.values)
        if row.gone and one.kind == "service":
            # What the source took back and brings again was withdrawn by us, not by an editor.
            base["status"] = "withdrawn"
        here = _EXPORTS[one.kind](row.record_id)
        merged, conflicts = merge(base, here, theirs)
        for conflict in conflicts:
            note_conflict(row.id, conflict, self.now)
            self.report.conflicts += 1
        if not changed_units(here, merged):
            return "unchanged"
        if one.kind == "agency":
            save_agency(merged)
        elif one.kind == "location":
            save_location(merged, row.record_id)
            self._tell_services(row.record_id)
        else:
            save_service(merged)
        return "changed"

    def _link(self, location_id: int, identifiers: list[str]) -> None:
        """Offer services of the linked source at a location, beside where they are offered already."""
        for identifier in identifiers:
            service_id = db.session.scalar(
                sa.select(SourceRecord.record_id)
                .join(Source, Source.id == SourceRecord.source_id)
                .where(
                    Source.key == (self.info.links_to or self.info.key),
                    SourceRecord.kind == "service",
                    SourceRecord.identifier == identifier,
                )
            )
            if service_id is None:
                raise _Refused("services", f"{self.info.links_to or self.info.key} has no service {identifier!r}")
            places = set(
                db.session.scalars(
                    sa.select(ServiceLocation.location_id).where(ServiceLocation.service_id == service_id)
                )
            )
            if location_id in places:
                continue
            last = sa.select(sa.func.max(ServiceLocation.position)).where(ServiceLocation.service_id == service_id)
            position = (db.session.scalar(last) or 0) + 1
            db.session.add(ServiceLocation(service_id=service_id, location_id=location_id, position=position))
            db.session.flush()
            advance_content_version()
            events.record(ServiceChanged(service_id))

    def _tell_services(self, location_id: int) -> None:
        query = sa.select(ServiceLocation.service_id).where(ServiceLocation.location_id == location_id)
        for service_id in db.session.scalars(query):
            events.record(ServiceChanged(service_id))

    def _withdraw(self, unit: Callable[[], Any]) -> None:
        named = self.seen | self.refused
        missing = sorted(key for key, known in self.known.items() if key not in named and not known.gone)
        services = [key for key in missing if key[0] == "service"]
        all_services = sum(kind == "service" and not known.gone for (kind, _), known in self.known.items())
        if services and len(services) > MOST_WITHDRAWN * all_services and not self.allow_withdrawals:
            raise TooManyWithdrawn(f"{len(services)} of {all_services} services would be withdrawn")
        for start in range(0, len(missing), BATCH):
            with unit():
                for kind, identifier in missing[start : start + BATCH]:
                    self._withdraw_one(kind, identifier)
            db.session.expunge_all()

    def _withdraw_one(self, kind: str, identifier: str) -> None:
        row = db.session.get_one(SourceRecord, self.known[kind, identifier].row_id)
        row.gone = True
        row.changed_at = self.now
        if kind == "service":
            here = service_record(row.record_id)
            base = {"status": row.values.get("status", "published")}
            merged, conflicts = merge(base, {"status": here["status"]}, {"status": "withdrawn"})
            for conflict in conflicts:
                note_conflict(row.id, conflict, self.now)
                self.report.conflicts += 1
            if merged["status"] != here["status"]:
                save_service(here | merged)
                events.record(ServiceImported(row.record_id, self.info.key))
        db.session.flush()
        self.report.counts[kind]["withdrawn"] += 1

    def _note_refused(self, trouble: Trouble) -> None:
        """A record that was refused stays as it was: it is not missing from the source."""
        if trouble.refused and trouble.place.record:
            for kind in KINDS:
                self.refused.add((kind, trouble.place.record))

    def _refuse(self, kind: Kind, identifier: str, place: Place, field_name: str, reason: str) -> None:
        self.report.troubles.append(Trouble(place, field_name, f"{kind}: {reason}", refused=True))
        self.report.count(kind, "refused")
        self.seen.add((kind, identifier))

    def _finish(self) -> None:
        run = db.session.get_one(ImportRun, self.run_id)
        run.finished_at = _now()
        run.counts = {kind: dict(counts) for kind, counts in self.report.counts.items()} | {
            "conflicts": self.report.conflicts
        }
        run.troubles = [dataclasses.asdict(trouble) for trouble in self.report.troubles[:KEPT_TROUBLES]]
        db.session.flush()


_EXPORTS: dict[str, Callable[[int], Record]] = {
    "agency": agency_record,
    "location": location_record,
    "service": service_record,
}


def free_slug(model: type[Any], title: str) -> str:
    """A slug for a title that no record of the model has, nor had; numbered where the plain one is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-") or "untitled"
    # Of agencies no former slugs are kept: nothing leads to them by one.
    slugs = [model.slug, ServiceSlug.slug] if model is Service else [model.slug]
    named = (sa.select(slug).where(slug.startswith(stem, autoescape=True)) for slug in slugs)
    taken = set(db.session.scalars(sa.union_all(*named)))
    if stem not in taken:
        return stem
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


def plain_name(name: str) -> str:
    """A name for comparison: no case, accents, punctuation, nor the words that spellings differ by."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("&", " and ")
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"\bu\.?\s?s\.?\b|\([^)]*\)", " ", folded)).split()
    return " ".join("department" if word == "dept" else word for word in words if word not in ("the", "of"))


def _check_links(value: Any, name: str = "") -> None:
    """Addresses of others are shown as links: only those of the web are taken."""
    if isinstance(value, dict):
        for key, one in value.items():
            _check_links(one, name if name == "url" else str(key))
    elif isinstance(value, list):
        for one in value:
            _check_links(one, name)
    elif name == "url" and not (isinstance(value, str) and _WEB_ADDRESS.match(value)):
        raise _Refused("url", f"not an address of the web: {str(value)[:80]!r}")


def languages_in_words(codes: list[str], note: str | None) -> str:
    """One sentence, in English as imported texts are: ["es"], "Interpreter" → "Languages: Spanish. Interpreter"."""
    names = [Locale("en").languages.get(code) or code for code in codes]
    named = f"Languages: {', '.join(names)}." if names else ""
    if note and not names:
        return f"Languages: {note}"
    return f"{named} {note or ''}".strip()


def _en(text: dict[str, str] | None) -> str:
    return (text or {}).get("en", "")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

"""What every format promises, whatever its reader found: order, unique identifiers, references that lead somewhere."""

from collections.abc import Iterator

from portal.catalogue.imports.readers.draft import shorten
from portal.catalogue.imports.records import KINDS, Place, SourceRecord, Trouble

MAX_IDENTIFIER = 200


class _Arranger:
    def __init__(self) -> None:
        self.first: dict[tuple[str, str], Place] = {}
        self.waiting: dict[str, list[SourceRecord]] = {}  # agencies by the parent that has not come yet
        self.given: set[str] = set()  # agencies already handed on
        self.position = 0

    def take(self, record: SourceRecord) -> Iterator[SourceRecord | Trouble]:
        if KINDS.index(record.kind) > self.position:
            yield from self.release()
            self.position = KINDS.index(record.kind)
        known = self.first.get((record.kind, record.identifier))
        if not record.identifier or len(record.identifier) > MAX_IDENTIFIER or not record.identifier.isprintable():
            reason = (
                "no identifier" if not record.identifier else "the identifier is too long or has control characters"
            )
            yield Trouble(record.place, "id", reason, refused=True)
            return
        if known:
            reason = f"duplicate identifier, first in {known.file}, {known.record}"
            yield Trouble(record.place, "id", reason, refused=True)
            return
        self.first[record.kind, record.identifier] = record.place
        parent = record.values.get("parent")
        if record.kind != "agency":
            yield from self._settle(record)
            yield record
        elif parent is None or parent in self.given:
            yield from self._give(record)
        else:
            self.waiting.setdefault(parent, []).append(record)

    def _give(self, record: SourceRecord) -> Iterator[SourceRecord]:
        """The agency, then those that waited for it."""
        ready = [record]
        while ready:
            agency = ready.pop(0)
            self.given.add(agency.identifier)
            yield agency
            ready += self.waiting.pop(agency.identifier, [])

    def release(self) -> Iterator[SourceRecord | Trouble]:
        """Agencies whose parent never came: first those whose parent is unknown, then one of each circle."""
        for parent in [parent for parent in self.waiting if ("agency", parent) not in self.first]:
            for record in self.waiting.pop(parent):
                yield Trouble(record.place, "parent", f"left out: no agency {shorten(parent)}", refused=False)
                del record.values["parent"]
                yield from self._give(record)
        while self.waiting:
            parent, records = next(iter(self.waiting.items()))
            record = self._in_circle(records[0])
            self.waiting[record.values["parent"]].remove(record)
            self.waiting = {key: waiting for key, waiting in self.waiting.items() if waiting}
            yield Trouble(
                record.place, "parent", f"left out: {shorten(record.values['parent'])} is below it", refused=False
            )
            del record.values["parent"]
            yield from self._give(record)

    def _in_circle(self, record: SourceRecord) -> SourceRecord:
        """An agency of the circle above a waiting agency."""
        waiting = {agency.identifier: agency for agencies in self.waiting.values() for agency in agencies}
        seen: set[str] = set()
        while record.identifier not in seen:
            seen.add(record.identifier)
            record = waiting[record.values["parent"]]
        return record

    def _settle(self, record: SourceRecord) -> Iterator[Trouble]:
        """Leave out references to records that the source does not have."""
        agency = record.values.get("agency")
        if agency is not None and ("agency", agency) not in self.first:
            yield Trouble(record.place, "agency", f"left out: no agency {shorten(agency)}", refused=False)
            del record.values["agency"]
        for field, kind in (("delivered_with", "agency"), ("locations", "location")):
            named = record.values.get(field)
            if named is None:
                continue
            kept = list(dict.fromkeys(name for name in named if (kind, name) in self.first))
            for name in dict.fromkeys(named):
                if (kind, name) not in self.first:
                    yield Trouble(record.place, field, f"left out: no {kind} {shorten(name)}", refused=False)
            record.values.pop(field)
            if kept:
                record.values[field] = kept


def arrange(found: Iterator[SourceRecord | Trouble]) -> Iterator[SourceRecord | Trouble]:
    """Agencies with parents before children, then locations, then services, as the reader gives the kinds in order.

    An identifier that comes a second time is refused; a reference to nothing is left out and reported.
    """
    arranger = _Arranger()
    for item in found:
        if isinstance(item, Trouble):
            yield item
        else:
            yield from arranger.take(item)
    yield from arranger.release()

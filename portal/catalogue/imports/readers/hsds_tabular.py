"""HSDS as a folder of tables. Rows that belong to a record are joined to it, so that both forms give equal records.

The tables of agencies, locations and services are streamed; those below them are held by what they belong to.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.catalogue.imports.readers.draft import Draft, as_text, shorten
from portal.catalogue.imports.readers.files import Table, UnreadableSource
from portal.catalogue.imports.readers.hsds import Hsds, identifier
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import Kind, Place, SourceRecord, Trouble

Row = dict[str, Any]

# Each table below the three main ones: the columns that say what a row belongs to.
_OWNERS = {
    "accessibility": ("location_id",),
    "addresses": ("location_id",),
    "contacts": ("organization_id", "service_id", "location_id", "service_at_location_id"),
    "cost_options": ("service_id",),
    "languages": ("service_id", "location_id"),
    "phones": ("organization_id", "service_id", "location_id", "service_at_location_id", "contact_id"),
    "required_documents": ("service_id",),
    "schedules": ("service_id", "location_id", "service_at_location_id"),
    "service_areas": ("service_id",),
}
_MAIN: dict[Kind, tuple[str, str]] = {
    "agency": ("organizations", "organization_id"),
    "location": ("locations", "location_id"),
    "service": ("services", "service_id"),
}


def read(path: Path, info: SourceInfo) -> Iterator[SourceRecord | Trouble]:
    """Raises UnreadableSource where there is neither services.csv nor organizations.csv, or a header is unusable."""
    folder = next((one for one in (path, path / "tabular") if (one / "services.csv").is_file()), path)
    if not (folder / "services.csv").is_file() and not (folder / "organizations.csv").is_file():
        raise UnreadableSource(f"{path} holds neither services.csv nor organizations.csv")
    names = [*_OWNERS, "attributes", "taxonomy_terms", "service_at_location", *(name for name, _ in _MAIN.values())]
    prefix = f"{folder.name}/" if folder != path else ""
    tables = {
        name: Table(folder / f"{name}.csv", f"{prefix}{name}.csv")
        for name in names
        if (folder / f"{name}.csv").is_file()
    }
    for name, table in tables.items():
        if "id" not in table.header and name not in ("service_at_location", "attributes"):
            raise UnreadableSource(f"{table.name} has no column id")
    return _Tables(tables, Hsds(info)).read()


class _Tables:
    def __init__(self, tables: dict[str, Table], hsds: Hsds) -> None:
        self.tables = tables
        self.hsds = hsds
        self.below: dict[tuple[str, str], dict[str, list[Row]]] = {}  # (owner column, id) → table → rows
        self.troubles: list[Trouble] = []

    def read(self) -> Iterator[SourceRecord | Trouble]:
        self._join()
        yield from self.troubles
        for kind, (name, column) in _MAIN.items():
            for found in self.tables[name].rows() if name in self.tables else ():
                if isinstance(found, Trouble):
                    yield found
                    continue
                place, row = found
                draft = Draft(kind, identifier(row), Place(place.file, shorten(identifier(row), 80) or place.record))
                if "" in row:
                    draft.mend("", "cells beyond the header left out")
                yield from draft.filled(getattr(self.hsds, kind), row | self.below.pop((column, identifier(row)), {}))
        for (column, owner), rows in self.below.items():
            if owner and column in ("organization_id", "location_id", "service_id"):
                where = Place(f"{next(iter(rows))}.csv", shorten(owner, 80))
                count = sum(len(found) for found in rows.values())
                yield Trouble(where, column, f"{count} rows left out: they belong to no record", refused=False)

    def _rows(self, name: str) -> Iterator[tuple[Place, Row]]:
        for found in self.tables[name].rows() if name in self.tables else ():
            if isinstance(found, Trouble):
                self.troubles.append(found)
            else:
                yield found

    def _add(self, column: str, owner: str, name: str, row: Row) -> None:
        if owner:
            self.below.setdefault((column, owner), {}).setdefault(name, []).append(row)

    def _join(self) -> None:
        for name, columns in _OWNERS.items():
            for _, row in self._rows(name):
                for column in columns:
                    self._add(column, as_text(row.get(column)), name, row)
        self._join_contacts()
        self._join_stands()
        self._join_terms()

    def _join_contacts(self) -> None:
        for rows in self.below.values():
            for contact in rows.get("contacts", ()):
                contact["phones"] = self.below.get(("contact_id", as_text(contact.get("id"))), {}).get("phones", [])

    def _join_stands(self) -> None:
        """Services at locations; the hours of a service at a place are that place's, where it tells none itself."""
        for _, stand in self._rows("service_at_location"):
            row = stand | self.below.get(("service_at_location_id", as_text(stand.get("id"))), {})
            self._add("service_id", as_text(row.get("service_id")), "service_at_locations", row)
            known = self.below.get(("location_id", as_text(row.get("location_id"))), {})
            if row.get("schedules") and not known.get("schedules"):
                for schedule in row["schedules"]:
                    self._add("location_id", as_text(row.get("location_id")), "schedules", schedule)

    def _join_terms(self) -> None:
        terms = {as_text(row.get("id")): row for _, row in self._rows("taxonomy_terms")}
        for place, row in self._rows("attributes"):
            term = terms.get(as_text(row.get("taxonomy_term_id")))
            owner = as_text(row.get("link_id"))
            if term is None:
                reason = "left out: its term is not in taxonomy_terms.csv"
                self.troubles.append(Trouble(place, "taxonomy_term_id", reason, refused=False))
            elif as_text(row.get("link_entity")) in ("service", ""):
                self._add("service_id", owner, "attributes", row | {"taxonomy_term": term})

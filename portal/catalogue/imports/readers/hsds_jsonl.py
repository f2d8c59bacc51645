"""HSDS as JSON lines: files of organizations and of services, one object a line, plain or gzipped.

Every pass reads the files again instead of holding them: first agencies, then locations, then services.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.catalogue.imports.readers.draft import Draft, as_dict, as_list, shorten
from portal.catalogue.imports.readers.files import UnreadableSource, below, check_file, read_json_lines
from portal.catalogue.imports.readers.hsds import Hsds, identifier
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import Kind, Place, SourceRecord, Trouble

Row = dict[str, Any]
Found = tuple[Place, Row]


def read(path: Path, info: SourceInfo) -> Iterator[SourceRecord | Trouble]:
    """Raises UnreadableSource where there is neither a file nor a folder with services or organizations."""
    if path.is_dir():
        organizations, services = _files(path, "organizations"), _files(path, "services")
    else:
        check_file(path)
        organizations, services = ([path], []) if path.name.startswith("organization") else ([], [path])
    if not organizations and not services:
        raise UnreadableSource(f"{path} holds neither services*.jsonl nor organizations*.jsonl")
    for file in (*organizations, *services):
        check_file(file)
    return _Lines(path, organizations, services, Hsds(info)).read()


def _files(folder: Path, stem: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.startswith(stem) and ".jsonl" in path.suffixes)


class _Lines:
    def __init__(self, root: Path, organizations: list[Path], services: list[Path], hsds: Hsds) -> None:
        self.root = root
        self.organizations = organizations
        self.services = services
        self.hsds = hsds
        self.seen: set[tuple[Kind, str]] = set()

    def read(self) -> Iterator[SourceRecord | Trouble]:
        for files in (self.organizations, self.services):
            for sample in _samples(files):
                reason = "a sample of the full file beside it: not read"
                yield Trouble(Place(below(sample, self.root), "-"), "", reason, refused=False)
                files.remove(sample)
        yield from self._agencies()
        yield from self._locations()
        yield from self._services()

    def _lines(self, files: list[Path], *, report: bool = False) -> Iterator[Found | Trouble]:
        """Objects of files. Damage is reported in one pass only."""
        for file in files:
            for found in read_json_lines(file, below(file, self.root)):
                if report or not isinstance(found, Trouble):
                    yield found

    def _agencies(self) -> Iterator[SourceRecord | Trouble]:
        """Organizations of their own file, then those that only stand inside a service."""
        for found in self._lines(self.organizations, report=True):
            if isinstance(found, Trouble):
                yield found
            else:
                self.seen.add(("agency", identifier(found[1])))
                yield from self._draft("agency", found)
        for place, row in self._sound(self.services):
            inner = as_dict(row.get("organization"))
            if identifier(inner) and ("agency", identifier(inner)) not in self.seen:
                self.seen.add(("agency", identifier(inner)))
                yield from self._draft("agency", (place, inner))

    def _locations(self) -> Iterator[SourceRecord | Trouble]:
        for place, row in self._sound(self.organizations):
            yield from self._locations_of(place, row, identifier(row))
        for place, row in self._sound(self.services):
            yield from self._locations_of(
                place, as_dict(row.get("organization")), identifier(as_dict(row.get("organization")))
            )
            for stand in map(as_dict, as_list(row.get("service_at_locations"))):
                # Hours of a service at a place are that place's, where it tells none itself.
                location = as_dict(stand.get("location"))
                inherited = {} if location.get("schedules") else {"schedules": stand.get("schedules")}
                yield from self._location(place, location | inherited)

    def _locations_of(self, place: Place, organization: Row, owner: str) -> Iterator[SourceRecord | Trouble]:
        for location in map(as_dict, as_list(organization.get("locations"))):
            yield from self._location(place, {"organization_id": owner} | location)

    def _location(self, place: Place, row: Row) -> Iterator[SourceRecord | Trouble]:
        """A location where it first stands: others of the same identifier are the same one, repeated."""
        if row and identifier(row) and ("location", identifier(row)) not in self.seen:
            self.seen.add(("location", identifier(row)))
            yield from self._draft("location", (place, row))

    def _services(self) -> Iterator[SourceRecord | Trouble]:
        for found in self._lines(self.services, report=True):
            if isinstance(found, Trouble):
                yield found
            else:
                yield from self._draft("service", found)

    def _sound(self, files: list[Path]) -> Iterator[Found]:
        for found in self._lines(files):
            if not isinstance(found, Trouble):
                yield found

    def _draft(self, kind: Kind, found: Found) -> Iterator[SourceRecord | Trouble]:
        place, row = found
        draft = Draft(kind, identifier(row), Place(place.file, shorten(identifier(row), 80) or place.record))
        yield from draft.filled(getattr(self.hsds, kind), row)


def _samples(files: list[Path]) -> list[Path]:
    """Files that hold the beginning of a fuller file with the same stem: "services_sample_100" beside "services"."""
    if len(files) < 2:
        return []
    full = [file for file in files if "sample" not in file.name]
    return [file for file in files if "sample" in file.name] if full else []

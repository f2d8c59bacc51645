"""Opening the files of a source: text lines, JSON and tables, plain or gzipped, in the encodings that occur.

What makes a file unusable as a whole raises ``UnreadableSource``. Damage further down gives one ``Trouble`` and ends
or goes on, whichever is possible.
"""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from portal.catalogue.imports.readers.draft import shorten
from portal.catalogue.imports.records import Place, Trouble

MAX_LINE_BYTES = 5_000_000
MAX_FILE_BYTES = 50_000_000

csv.field_size_limit(MAX_LINE_BYTES)

Row = dict[str, Any]


class UnreadableSource(Exception):
    """The source as a whole cannot be used; the message says why, in one sentence."""


def below(path: Path, root: Path) -> str:
    """How a file is named in reports: its path below the source, or its name."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) and path != root else path.name


def check_file(path: Path) -> Path:
    """The path, when there is a file that can be opened."""
    if not path.is_file():
        raise UnreadableSource(f"there is no file {path}")
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be opened: {error.strerror}") from None


def open_bytes(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped or path.suffix == ".gz" else path.open("rb")


def read_json(path: Path) -> Any:
    """The value of one JSON file."""
    check_file(path)
    try:
        with open_bytes(path) as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise UnreadableSource(f"{path.name} is larger than {MAX_FILE_BYTES} bytes; give it as JSON lines")
        return json.loads(data.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableSource(f"{path.name} cannot be read: {shorten(str(error))}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path.name} is not JSON: {shorten(str(error))}") from None


def read_json_lines(path: Path, name: str) -> Iterator[tuple[Place, Row] | Trouble]:
    """Each object of a file of JSON lines with its place. A line that holds none gives a Trouble."""
    number = 0
    try:
        with open_bytes(path) as file:
            while data := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                place = Place(name, f"line {number}")
                if len(data) > MAX_LINE_BYTES:
                    yield Trouble(place, "", f"a line is longer than {MAX_LINE_BYTES} bytes", refused=True)
                    while data and not data.endswith(b"\n"):
                        data = file.readline(MAX_LINE_BYTES)
                elif data.strip():
                    yield _json_line(place, data, number)
    except (OSError, EOFError, zlib.error) as error:
        yield Trouble(
            Place(name, f"after line {number}"), "", f"the file breaks off: {shorten(str(error))}", refused=True
        )


def _json_line(place: Place, data: bytes, number: int) -> tuple[Place, Row] | Trouble:
    try:
        value = json.loads(data.decode("utf-8-sig" if number == 1 else "utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        return Trouble(place, "", f"not a JSON object: {shorten(str(error))}", refused=True)
    if not isinstance(value, dict):
        return Trouble(place, "", "not a JSON object", refused=True)
    return place, value


def _encoding(path: Path) -> str:
    """UTF-8 unless the file holds something else, then Windows' Western encoding."""
    with open_bytes(path) as file:
        head = file.read(4)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        data = head
        try:
            while data:
                decoder.decode(data)
                data = file.read(1 << 16)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        except (OSError, EOFError, zlib.error):
            return "utf-8-sig"
    return "utf-8-sig"


class Table:
    """A CSV file: its header, read at once, and its rows."""

    def __init__(self, path: Path, name: str, delimiter: str = ",") -> None:
        check_file(path)
        self.path = path
        self.name = name
        self.delimiter = delimiter
        try:
            self.encoding = _encoding(path)
            with self._open() as file:
                header = next(csv.reader(self._lines(file), delimiter=delimiter), [])
        except (OSError, EOFError, zlib.error, csv.Error, UnicodeError) as error:
            raise UnreadableSource(f"{name} cannot be read as a table: {shorten(str(error))}") from None
        self.header = [column.strip() for column in header]
        named = [column for column in self.header if column]
        if not named:
            raise UnreadableSource(f"{name} has no header")
        if len(set(named)) < len(named):
            twice = next(column for column in named if named.count(column) > 1)
            raise UnreadableSource(f"{name} has the column {shorten(twice, 60)!r} twice")

    def _open(self) -> IO[str]:
        return io.TextIOWrapper(open_bytes(self.path), encoding=self.encoding, errors="replace", newline="")

    def _lines(self, file: IO[str]) -> Iterator[str]:
        while text := file.readline(MAX_LINE_BYTES):
            yield text

    def rows(self) -> Iterator[tuple[Place, Row] | Trouble]:
        """Each row that is not empty, as a dict without empty cells. Cells beyond the header stand under ""."""
        if self.encoding == "cp1252":
            yield Trouble(Place(self.name, "-"), "", "not UTF-8: read as Windows-1252", refused=False)
        number = 1
        try:
            with self._open() as file:
                reader = csv.reader(self._lines(file), delimiter=self.delimiter, strict=False)
                next(reader, None)
                for cells in reader:
                    number += 1
                    if any(cell.strip() for cell in cells):
                        row: Row = {
                            key: cell for key, cell in zip(self.header, cells, strict=False) if key and cell.strip()
                        }
                        if len(cells) > len(self.header) and any(cell.strip() for cell in cells[len(self.header) :]):
                            row[""] = cells[len(self.header) :]
                        yield Place(self.name, f"row {number}"), row
        except (OSError, EOFError, zlib.error, csv.Error, UnicodeError) as error:
            reason = f"the file breaks off: {shorten(str(error))}"
            yield Trouble(Place(self.name, f"after row {number}"), "", reason, refused=True)

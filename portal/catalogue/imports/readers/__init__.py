"""Readers of catalogue formats: files of other publishers as records in Portico's shape.

Nothing here needs an application or a database. ``read_source`` raises ``UnreadableSource`` only before it yields
anything; after that every fault of the source is a ``Trouble`` in the stream, and no other exception comes out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.catalogue.imports.readers import benefits, hsds_jsonl, hsds_tabular, parts, table
from portal.catalogue.imports.readers import mapping as mapping_files
from portal.catalogue.imports.readers.arrange import arrange
from portal.catalogue.imports.readers.files import UnreadableSource
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import SourceRecord, Trouble

__all__ = ["FORMATS", "Reader", "SourceInfo", "UnreadableSource", "read_source", "source_info"]

Found = Iterator[SourceRecord | Trouble]


@dataclass(frozen=True)
class Reader:
    """One format: what is known of a source without its mapping, and how its files are read."""

    title: str
    info: Callable[[Path], SourceInfo]
    read: Callable[[Path, SourceInfo, mapping_files.Mapping], Found]
    needs_mapping: bool = False


def _hsds_info(path: Path) -> SourceInfo:
    name = path.resolve().name.split(".")[0]
    return SourceInfo(key=parts.slug(name, 60) or "hsds", title=name or "HSDS")


FORMATS: dict[str, Reader] = {
    "us-benefits": Reader(
        "Folder of the federal benefit eligibility finder",
        lambda _: benefits.INFO,
        lambda path, _, __: benefits.read(path),
    ),
    "hsds-jsonl": Reader("HSDS 3.0 as JSON lines", _hsds_info, lambda path, info, _: hsds_jsonl.read(path, info)),
    "hsds-tabular": Reader("HSDS 3.0 as tables", _hsds_info, lambda path, info, _: hsds_tabular.read(path, info)),
    "csv": Reader(
        "Table (CSV, JSON or JSON lines) with a mapping",
        _hsds_info,
        lambda path, _, rules: table.read(path, rules),
        True,
    ),
}


def source_info(format: str, path: Path, mapping: Path | None = None) -> SourceInfo:  # noqa: A002
    """What is known about a source as a whole: from the mapping where there is one, else from its format."""
    reader, rules = _prepare(format, mapping)
    return mapping_files.info_of(rules) if rules else reader.info(path)


def read_source(format: str, path: Path, mapping: Path | None = None) -> Found:  # noqa: A002
    """Records and troubles of a source: agencies, parents before children; then locations; then services.

    Identifiers are unique for their kind, and references lead to records that came before. Raises UnreadableSource
    when the path, the format or the mapping as a whole cannot be used.
    """
    reader, rules = _prepare(format, mapping)
    if not path.exists():
        raise UnreadableSource(f"there is no {path}")
    info = mapping_files.info_of(rules) if rules else reader.info(path)
    return arrange(reader.read(path, info, rules))


def _prepare(format: str, mapping: Path | None) -> tuple[Reader, mapping_files.Mapping]:  # noqa: A002
    reader = FORMATS.get(format)
    if reader is None:
        raise UnreadableSource(f"there is no format {format}; there are {', '.join(FORMATS)}")
    if mapping is None and reader.needs_mapping:
        raise UnreadableSource(f"the format {format} needs a mapping file")
    return reader, mapping_files.load(mapping) if mapping is not None else {}

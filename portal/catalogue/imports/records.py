"""What a reader of a format finds in a source: records in Portico's shape, and what it had to refuse or mend.

The values of a record have the shape of ``content/schema.json``, where anything that a source does not say is left
out. References to other records are the source's own identifiers.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["agency", "location", "service"]
KINDS: tuple[Kind, ...] = ("agency", "location", "service")


@dataclass(frozen=True)
class Place:
    """Where in a source something stands: the file below its folder, and the record, by identifier or line."""

    file: str
    record: str


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a record. ``refused``: the record is left out; otherwise it was mended as ``reason`` says."""

    place: Place
    field: str
    reason: str
    refused: bool


@dataclass(frozen=True)
class Term:
    """A word of the source's own vocabulary that describes a service: who it is for, what it is about."""

    scheme: str
    value: str


@dataclass(frozen=True)
class SourceRecord:
    """One agency, location or service of a source.

    ``identifier`` is the source's own and unique for its kind. A service's ``agency`` and ``delivered_with`` and its
    ``locations`` name identifiers of the same source; so does an agency's ``parent`` and a location's ``agency``.
    """

    kind: Kind
    identifier: str
    values: dict[str, Any]
    place: Place
    terms: tuple[Term, ...] = field(default=())

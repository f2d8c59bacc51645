"""What becomes of a record when its source says something new: decided unit by unit, without I/O.

A unit is a field, or one language of a field with texts or of a list whose lines are written in several languages.
Three values of it are compared: the base that the source said before, ours as it stands here, and theirs that the
source says now.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
# Fields whose value is one text for each language, so that a translation made here stays when the source changes.
TEXTS = frozenset(
    {
        "name",
        "short_name",
        "title",
        "official_name",
        "summary",
        "url",
        "who",
        "benefit",
        "how",
        "processing_time",
        "appeal",
        "also_asked_as",
        "situations",
        "hours_note",
        "accessibility",
        # Of articles and intents, which no source brings but editors merge.
        "text",
        "staff_text",
        "first",
        "synonyms",
    }
)
_ABSENT: Any = None
# Lists of lines in several languages, of which each language is a list of its own: who translates them and who writes
# them change different units. A line that is missing in one language is "" there, so that lines stay side by side.
LINES = frozenset({"steps"})


@dataclass(frozen=True)
class Conflict:
    """A unit that was changed here and by the source, in different ways."""

    unit: str
    base: Any
    ours: Any
    theirs: Any


def is_empty(value: Any) -> bool:
    """Whether a value says nothing. That something is 0 or not so is said."""
    return value is None or value in ({}, [], "")


def units(record: Record) -> dict[str, Any]:
    """A record as its units: {"title": {"en": "A"}, "phone": None} → {"title.en": "A"}. What is empty is absent."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name in TEXTS and isinstance(value, dict):
            found |= {f"{name}.{lang}": text for lang, text in value.items() if not is_empty(text)}
        elif name in LINES and isinstance(value, list):
            found |= {f"{name}.{lang}": _column(value, lang) for lang in {lang: None for row in value for lang in row}}
        elif not is_empty(value):
            found[name] = value
    return found


def from_units(found: dict[str, Any]) -> Record:
    """The inverse of ``units``."""
    record: Record = {}
    for unit, value in found.items():
        name, dot, lang = unit.partition(".")
        if dot and name in LINES:
            rows = record.setdefault(name, [])
            rows += [{} for _ in range(len(value) - len(rows))]
            for row, text in zip(rows, value, strict=False):
                row.update({lang: text} if text else {})
        elif dot:
            record.setdefault(name, {})[lang] = value
        else:
            record[name] = value
    for name in LINES & record.keys():
        record[name] = [row for row in record[name] if row]
    return record


def _column(rows: list[dict[str, str]], lang: str) -> list[str]:
    """The lines of one language; those that are missing behind its last one are left out."""
    lines = [row.get(lang, "") for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def merge(base: Record, ours: Record, theirs: Record) -> tuple[Record, list[Conflict]]:
    """Ours with what the source changed since base. Where both changed a unit differently, ours stays."""
    was, here, there = units(base), units(ours), units(theirs)
    merged: dict[str, Any] = {}
    conflicts = []
    for unit in {**here, **there}:
        old, own, new = was.get(unit, _ABSENT), here.get(unit, _ABSENT), there.get(unit, _ABSENT)
        chosen = new if own == old else own
        if new not in (old, own) and own != old:
            conflicts.append(Conflict(unit, old, own, new))
        if chosen is not _ABSENT:
            merged[unit] = chosen
    return from_units(merged), sorted(conflicts, key=lambda conflict: conflict.unit)


def digest(value: Any) -> str:
    """A short name for all that a source says of a record, to tell later whether it says something new."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changed_units(before: Record, after: Record) -> list[str]:
    """The units that differ between two records, sorted."""
    first, second = units(before), units(after)
    return sorted(unit for unit in {**first, **second} if first.get(unit) != second.get(unit))

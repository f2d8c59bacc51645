"""Decisions of the editors' side that need no database."""

import difflib
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

import yaml

from ..catalogue.imports.merge import Conflict, from_units, is_empty, merge, units
from ..identity.rules import Kind as PolicyKind
from ..identity.rules import Staff, may

Record = dict[str, Any]
Kind = Literal["service", "intent", "profile", "article", "agency", "fact", "parameter"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# The kinds whose former slugs go on leading to the record.
MOVABLE = frozenset({"service", "intent", "article"})
Marked = list[tuple[Literal["same", "out", "in"], str]]
_MAX_WORDS = 4_000
# Roles that have a part in one kind of record alone.
_NARROW: dict[str, Kind] = {"agency_editor": "service", "specialist": "article"}


@dataclass(frozen=True)
class Change:
    """One unit that differs: its name, both texts, and both with the words marked that differ."""

    unit: str
    before: str
    after: str
    removed: Marked
    added: Marked


def kinds_seen(staff: Staff) -> frozenset[str]:
    """The kinds of records that someone meets on the editors' pages."""
    if staff.roles <= _NARROW.keys():
        return frozenset(_NARROW[role] for role in staff.roles)
    return frozenset(KINDS)


def sees_own_only(staff: Staff) -> bool:
    """Whether someone sees no services but those of their own agencies."""
    return staff.roles <= _NARROW.keys()


def may_see(staff: Staff, kind: PolicyKind, agency_id: int | None) -> bool:
    """Whether someone may look at a record on the editors' pages, at its drafts and at its history."""
    if kind not in kinds_seen(staff):
        return False
    if kind == "service" and sees_own_only(staff):
        return agency_id in staff.agency_ids
    return may(staff, "view", kind, agency_id=agency_id)


def combined(base: Record, mine: Record, current: Record) -> tuple[Record, list[Conflict]]:
    """What a draft makes of the record as it stands now, and the units that both changed differently.

    In a clash the draft's text stands in the result; ``ours`` of a conflict is the draft's, ``theirs`` what is there.
    """
    return merge(base, mine, current)


def with_units(record: Record, wanted: dict[str, Any]) -> Record:
    """The record with other values of some units; an empty value takes the unit out."""
    found = units(record) | wanted
    return from_units({unit: value for unit, value in found.items() if not is_empty(value)})


def with_old_slugs(kind: Kind, record: Record, current: Record) -> Record:
    """The record with the slug that it would leave behind among the former ones, and its own not."""
    if kind not in MOVABLE:
        return record
    old = [slug for slug in [*record.get("old_slugs", []), current.get("slug")] if slug and slug != record.get("slug")]
    rest = {name: value for name, value in record.items() if name != "old_slugs"}
    return rest | ({"old_slugs": sorted(set(old))} if old else {})


def changes(before: Record, after: Record) -> list[Change]:
    """What differs between two records, unit by unit."""
    first, second = units(before), units(after)
    found = []
    for unit in sorted({**first, **second}):
        if first.get(unit) != second.get(unit):
            old, new = as_text(first.get(unit)), as_text(second.get(unit))
            removed, added = marked(old, new)
            found.append(Change(unit, old, new, removed, added))
    return found


def as_text(value: Any) -> str:
    """A unit as text for people: a text as it is, a list of texts line by line, anything deeper as YAML."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100).removesuffix("...\n").rstrip("\n")


def marked(before: str, after: str) -> tuple[Marked, Marked]:
    """Both texts in pieces, each marked as the same in both, only in the first, or only in the second."""
    old, new = _words(before), _words(after)
    if len(old) + len(new) > _MAX_WORDS:
        # Comparing long texts word by word takes too long; line by line will do.
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    removed: Marked = []
    added: Marked = []
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            removed.append(("same", "".join(old[i1:i2])))
            added.append(("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            removed.append(("out", "".join(old[i1:i2])))
        if j2 > j1:
            added.append(("in", "".join(new[j1:j2])))
    return removed, added


def unit_words(unit: str) -> str:
    """The name of a unit for people: "Also asked as (es)"."""
    name, dot, lang = unit.partition(".")
    words = name.replace("_", " ").capitalize()
    return f"{words} ({lang})" if dot else words


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|(?:\w+|[^\w\s])\s*", text)

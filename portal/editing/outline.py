"""A criterion as an outline: one row for each part, indented below the group that it belongs to.

So a rule can be written in a form without script, by people who do not write YAML. ``rows_of`` and ``tree_of`` are each
other's opposite for every criterion of the content schema.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .rules import Record

# What a row can be, and what it is called; the first four hold the rows that are indented below them.
PARTS = {
    "all": "All of these",
    "any": "Any of these",
    "at_least": "At least so many of these",
    "not": "Not this",
    "some_person": "Someone in the home for whom",
    "condition": "Condition",
    "ask": "Only the agency can tell",
    "open_to": "Open to everyone",
}
COMPARISONS = {
    "equal": "is",
    "not_equal": "is not",
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "less_than": "less than",
    "one_of": "is one of",
    "none_of": "is none of",
    "in_area": "is in",
    "not_in_area": "is not in",
}
# The inputs of a row that say something, by what it is; all of them where nothing is chosen yet.
INPUTS = {
    "all": ("indent", "part"),
    "any": ("indent", "part"),
    "at_least": ("indent", "part", "wanted"),
    "not": ("indent", "part"),
    "some_person": ("indent", "part"),
    "ask": ("indent", "part", "text", "source", "from", "until"),
    "open_to": ("indent", "part", "text", "source"),
}
_HOLDS_SEVERAL = ("all", "any", "at_least")
_HOLDS_ONE = ("not", "some_person")
_LEAF_FIELDS = ("text", "not_met", "not_known", "source", "from", "until")
_SEVERAL = ("one_of", "none_of", "in_area", "not_in_area")
_AGO = re.compile(r"(?:(?P<years>\d+) years? ?)?(?:(?P<months>\d+) months? ?)?(?:(?P<days>\d+) days? ?)?ago")
_AMOUNT = re.compile(
    r"(?:(?P<percent>\d+(?:\.\d+)?)% of )?amount (?P<parameter>[a-z][a-z0-9_]*)(?: by (?P<size>[a-z][a-z0-9_]*))?"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class BadOutline(ValueError):
    """Rows that make no criterion. ``row`` is the number of the row, ``field`` the input in it."""

    def __init__(self, row: int, field_name: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.field = field_name


@dataclass
class _Part:
    number: int
    depth: int
    row: Record
    below: list["_Part"] = field(default_factory=list)


def rows_of(criterion: Record) -> list[Record]:
    """The rows of a criterion, the outermost part first; nothing for an empty one."""
    return list(_rows(criterion, 0)) if criterion else []


def tree_of(rows: Sequence[Mapping[str, Any]]) -> Record:
    """The criterion that rows make; several rows that stand outermost belong together, as all of them.

    Raises BadOutline.
    """
    parts: list[_Part] = []
    above: list[_Part] = []
    for number, row in enumerate(rows):
        part = _Part(number, _depth(row, number), dict(row))
        while above and above[-1].depth >= part.depth:
            above.pop()
        if part.depth > (above[-1].depth + 1 if above else 0):
            raise BadOutline(number, "indent", "Indent it by one more than the row above it at most")
        (above[-1].below if above else parts).append(part)
        above.append(part)
    made = [_tree(part) for part in parts]
    return {} if not made else made[0] if len(made) == 1 else {"all": made}


def value_text(value: Any) -> str:
    """What a fact is compared with, as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict) and "ago" in value:
        return " ".join(f"{count} {name}" for name, count in value["ago"].items()) + " ago"
    if isinstance(value, dict):
        percent = f"{value['percent']:g}% of " if "percent" in value else ""
        size = f" by {value['size']}" if "size" in value else ""
        return f"{percent}amount {value['parameter']}{size}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_of(typed: str, comparison: str) -> Any:
    """The value that was typed: yes, 62, citizen; a list with commas; 2 years ago; 130% of amount guideline by size."""
    typed = typed.strip()
    if comparison in _SEVERAL:
        return [one.strip() for one in typed.split(",") if one.strip()]
    if typed.casefold() in ("yes", "true", "no", "false"):
        return typed.casefold() in ("yes", "true")
    if _NUMBER.fullmatch(typed):
        return float(typed) if "." in typed else int(typed)
    if found := _AGO.fullmatch(typed):
        return {"ago": {name: int(count) for name, count in found.groupdict().items() if count}}
    if found := _AMOUNT.fullmatch(typed):
        amount: Record = {name: found[name] for name in ("parameter", "size") if found[name]}
        if found["percent"]:
            number = float(found["percent"])
            amount["percent"] = int(number) if number.is_integer() else number
        return amount
    return typed


def _rows(criterion: Record, depth: int) -> Iterator[Record]:
    for kind in ("all", "any"):
        if kind in criterion:
            yield {"part": kind, "indent": depth}
            for part in criterion[kind]:
                yield from _rows(part, depth + 1)
            return
    if "at_least" in criterion:
        yield {"part": "at_least", "indent": depth, "wanted": criterion["at_least"]}
        for part in criterion["of"]:
            yield from _rows(part, depth + 1)
        return
    for kind in _HOLDS_ONE:
        if kind in criterion:
            yield {"part": kind, "indent": depth}
            yield from _rows(criterion[kind], depth + 1)
            return
    kind = "condition" if "fact" in criterion else "ask" if "ask" in criterion else "open_to"
    row: Record = {"part": kind, "indent": depth}
    if kind == "condition":
        row |= {"fact": criterion["fact"], "is": criterion["is"], "value": value_text(criterion["value"])}
    yield row | {name: criterion[name] for name in _LEAF_FIELDS if name in criterion}


def _depth(row: Mapping[str, Any], number: int) -> int:
    typed = row.get("indent") or 0
    if not isinstance(typed, int) or not 0 <= typed <= 12:
        raise BadOutline(number, "indent", "Enter a whole number from 0 to 12")
    return typed


def _tree(part: _Part) -> Record:
    kind = part.row.get("part") or "condition"
    if kind in _HOLDS_SEVERAL or kind in _HOLDS_ONE:
        return _group(kind, part)
    if part.below:
        raise BadOutline(part.below[0].number, "indent", "Only a group can have rows below it")
    texts = {name: part.row[name] for name in _LEAF_FIELDS if part.row.get(name)}
    if kind == "ask":
        return {"ask": "agency", **texts}
    if kind == "open_to":
        return {"open_to": "everyone", **texts}
    for name, words in (("fact", "Choose a fact"), ("is", "Choose how it is compared"), ("value", "Enter a value")):
        if not part.row.get(name):
            raise BadOutline(part.number, name, words)
    comparison = part.row["is"]
    return {"fact": part.row["fact"], "is": comparison, "value": value_of(part.row["value"], comparison), **texts}


def _group(kind: str, part: _Part) -> Record:
    if not part.below:
        raise BadOutline(part.number, "part", "Put at least one row below it, indented by one more")
    below = [_tree(one) for one in part.below]
    if kind in _HOLDS_ONE:
        return {kind: below[0] if len(below) == 1 else {"all": below}}
    if kind != "at_least":
        return {kind: below}
    wanted = part.row.get("wanted")
    if not isinstance(wanted, int) or not 1 <= wanted <= len(below):
        raise BadOutline(part.number, "wanted", f"Enter how many, from 1 to {len(below)}")
    return {"at_least": wanted, "of": below}

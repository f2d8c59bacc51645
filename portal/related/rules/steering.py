"""What a change of an editor is called, and which changes are about the same thing.

A change has a table in ``what`` ("verdict", "link", "exclusion"), "order" for all pins of a service, or "state" for how
lists are made; a key; and the values before and after, or None where there was no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Values = Mapping[str, Any] | None


class Change(NamedTuple):
    """A change as it is kept."""

    what: str
    key: Mapping[str, Any]
    before: Values
    after: Values


def verb_of(change: Change) -> str:
    """What was done, as the audit and the list of changes call it."""
    before, after = change.before, change.after
    match change.what:
        case "verdict":
            if after is None:
                return "unpin" if before is not None and before["verdict"] == "pinned" else "unblock"
            return "pin" if after["verdict"] == "pinned" else "block"
        case "link":
            return "remove link" if after is None else "change link" if before is not None else "add link"
        case "order":
            return "move pins"
        case "exclusion":
            return "exclude" if after is not None else "include"
    return _verb_of_state(before or {}, after or {})


def _verb_of_state(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if "beta" in after:
        return "set balance"
    if "curated_only" in after:
        return "switch learning off" if after["curated_only"] else "switch learning on"
    if "trial" in after:
        return "start trial" if after["trial"] else "stop trial"
    return "publish" if (after["snapshot_id"] or 0) > (before["snapshot_id"] or 0) else "go back"


def touches(one: Change, other: Change) -> bool:
    """Whether two changes are about the same thing, so that the earlier cannot be undone before the later."""
    if {one.what, other.what} == {"verdict", "order"}:
        # The order is that of the pins; what is blocked is none of it.
        verdict = one if one.what == "verdict" else other
        is_of_pin = any(values and values["verdict"] == "pinned" for values in (verdict.before, verdict.after))
        return is_of_pin and one.key["source_id"] == other.key["source_id"]
    return one.what == other.what and one.key == other.key


@dataclass(frozen=True)
class Difference:
    """What happens to a list: targets that come and go, and (target, place, new place) of those that move."""

    come: tuple[int, ...]
    go: tuple[int, ...]
    moved: tuple[tuple[int, int, int], ...]

    def __bool__(self) -> bool:
        return bool(self.come or self.go or self.moved)


def difference(before: Sequence[int], after: Sequence[int]) -> Difference:
    """What it takes from a list to another. Places count from 1."""
    old = {target: place for place, target in enumerate(before, start=1)}
    new = {target: place for place, target in enumerate(after, start=1)}
    return Difference(
        tuple(target for target in after if target not in old),
        tuple(target for target in before if target not in new),
        tuple((target, old[target], place) for target, place in new.items() if old.get(target, place) != place),
    )

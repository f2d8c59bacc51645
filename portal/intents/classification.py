"""Writes of classifications: what rules say of the words of sources, and what editors decided beside their journeys.

Editorial links win. A service with profiles of its own (``ServiceProfile``) gets none by rule, one that stands in a
journey (``BundleItem``) gets no intents by rule, and no rule changes what an editor decided.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .. import events
from ..caching import advance_content_version
from ..catalogue.models import ServiceTerm
from ..extensions import db
from .classification_files import vocabularies
from .classification_rules import Given, Vocabulary, classify
from .events import ServicesClassified
from .models import BundleItem, Intent, IntentClassification, Profile, ProfileClassification, ServiceProfile

BATCH = 200
RULE, EDITOR = "rule", "editor"
_term = ServiceTerm.__table__.c


@dataclass(frozen=True)
class _Kind:
    """The tables of profiles or of intents, and which column of theirs names the profile or intent."""

    target: Any
    editorial: Any
    classified: Any
    column: str


_PROFILE = _Kind(Profile.__table__, ServiceProfile.__table__, ProfileClassification.__table__, "profile_id")
_INTENT = _Kind(Intent.__table__, BundleItem.__table__, IntentClassification.__table__, "intent_id")


def apply_rules(service_ids: Collection[int], rules: Mapping[str, Vocabulary] | None = None) -> frozenset[int]:
    """Bring what rules give these services up to date with their words and links; return whose profiles or intents
    changed.

    A constant number of queries, so not for more than ``BATCH`` at once. Rules are those that ship unless given. A
    profile or intent that this portal does not have is left out.
    """
    ids = sorted(service_ids)
    terms: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(_term.service_id, _term.scheme, _term.value).where(_term.service_id.in_(ids))
    ):
        terms[row.service_id].append((row.scheme, row.value))
    rules = vocabularies() if rules is None else rules
    found = {service_id: classify(own, rules) for service_id, own in terms.items()}
    changed = _replace(_PROFILE, ids, {service_id: one.profiles for service_id, one in found.items()})
    changed |= _replace(_INTENT, ids, {service_id: one.intents for service_id, one in found.items()})
    _tell(changed)
    return frozenset(changed)


def services_to_classify() -> Iterator[list[int]]:
    """Ids of all services that have words of a source or something by rule, in batches for ``apply_rules``."""
    by_rule = (
        sa.select(kind.classified.c.service_id).where(kind.classified.c.origin == RULE) for kind in (_PROFILE, _INTENT)
    )
    ids = sorted(db.session.scalars(sa.union(sa.select(_term.service_id), *by_rule)))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def classify_service(service_id: int, profiles: list[str], intents: list[str], *, actor_id: int) -> bool:
    """Add profiles and intents to a service because an editor decided so; return whether any was new.

    What it has stays. One that it had by rule is the editor's from now on. Raises NoResultFound for an unknown slug.
    """
    changed = False
    for kind, slugs in ((_PROFILE, profiles), (_INTENT, intents)):
        table = kind.classified
        mine = (table.c.service_id == service_id, table.c.origin == EDITOR)
        decided = set(db.session.scalars(sa.select(table.c[kind.column]).where(*mine)))
        wanted = [number for slug in slugs if (number := _id_of(kind, slug)) not in decided]
        rows = [_row(kind, service_id, number, None, actor_id) for number in dict.fromkeys(wanted)]
        if rows:
            _delete(kind, [(service_id, number) for number in wanted])
            db.session.execute(sa.insert(table), rows)
            changed = True
    if changed:
        _tell({service_id})
    return changed


def declassify_service(service_id: int, profiles: list[str], intents: list[str]) -> bool:
    """Take back what editors decided; return whether there was any of it. What rules say of it holds again.

    Raises NoResultFound for an unknown slug.
    """
    changed = False
    for kind, slugs in ((_PROFILE, profiles), (_INTENT, intents)):
        table = kind.classified
        mine = (table.c.service_id == service_id, table.c.origin == EDITOR)
        decided = set(db.session.scalars(sa.select(table.c[kind.column]).where(*mine)))
        if taken := decided & {_id_of(kind, slug) for slug in slugs}:
            _delete(kind, [(service_id, number) for number in taken])
            changed = True
    if changed:
        apply_rules([service_id])
        _tell({service_id})
    return changed


def _replace(kind: _Kind, ids: list[int], wanted: Mapping[int, Mapping[str, Given]]) -> set[int]:
    """Make the rows of origin "rule" of these services be the wanted ones; return the services with a difference."""
    table, column = kind.classified, kind.column
    rows = db.session.execute(sa.select(table).where(table.c.service_id.in_(ids))).mappings().all()
    if not rows and not any(wanted.values()):
        return set()
    numbers = {row.slug: row.id for row in db.session.execute(sa.select(kind.target.c.slug, kind.target.c.id))}
    own = kind.editorial.c.service_id
    editorial = set(db.session.scalars(sa.select(own).where(own.in_(ids)).distinct()))
    decided = {(row["service_id"], row[column]) for row in rows if row["origin"] == EDITOR}
    have = {(row["service_id"], row[column]): dict(row) for row in rows if row["origin"] == RULE}
    want = {
        (service_id, numbers[slug]): _row(kind, service_id, numbers[slug], given, None)
        for service_id, found in wanted.items()
        if service_id not in editorial
        for slug, given in found.items()
        if slug in numbers and (service_id, numbers[slug]) not in decided
    }
    gone = [key for key, row in have.items() if want.get(key) != row]
    new = [row for key, row in want.items() if have.get(key) != row]
    if gone:
        _delete(kind, gone)
    if new:
        db.session.execute(sa.insert(table), new)
    return {service_id for service_id, _ in gone} | {row["service_id"] for row in new}


def _row(kind: _Kind, service_id: int, number: int, given: Given | None, actor_id: int | None) -> dict[str, Any]:
    """The columns of a row: by a word of a source, or decided by somebody."""
    row = {
        "service_id": service_id,
        kind.column: number,
        "origin": RULE if given else EDITOR,
        "scheme": given.scheme if given else None,
        "value": given.value if given else None,
        "decided_by": actor_id,
    }
    if kind is _PROFILE:
        row["exclusive"] = bool(given and given.exclusive)
    return row


def _delete(kind: _Kind, keys: Collection[tuple[int, int]]) -> None:
    table = kind.classified
    by_number: dict[int, list[int]] = defaultdict(list)
    for service_id, number in keys:
        by_number[number].append(service_id)
    for number, service_ids in by_number.items():
        db.session.execute(sa.delete(table).where(table.c[kind.column] == number, table.c.service_id.in_(service_ids)))


def _id_of(kind: _Kind, slug: str) -> int:
    found: int = db.session.scalars(sa.select(kind.target.c.id).where(kind.target.c.slug == slug)).one()
    return found


def _tell(changed: Collection[int]) -> None:
    if changed:
        advance_content_version()
        events.record(ServicesClassified(frozenset(changed)))

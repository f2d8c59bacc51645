"""What a draft of a rule, a fact or an amount makes of the sample people."""

from typing import Any

from ..caching import today
from ..eligibility.rules.facts import fact_from
from ..eligibility.samples import Changes, Trial, service_rule, trials
from . import kinds
from .rules import Kind, Record


def trials_of(kind: Kind, record: Record) -> list[Trial]:
    """The sample households that a sound record can touch, those that fail or change first."""
    changes = _changes(kind, record)
    return trials(changes, today()) if changes else []


def _changes(kind: Kind, record: Record) -> Changes | None:
    slug: Any = record.get("slug")
    match kind:
        case "service":
            rule = service_rule(record)
            return Changes(rules={slug: rule}, households={slug: record.get("households", [])}) if rule else None
        case "fact":
            return Changes(facts={slug: fact_from(kinds.by_key(record))})
        case "parameter":
            return Changes(parameters={slug: record})
    return None

"""Writes of facts."""

import sqlalchemy as sa

from ..caching import advance_content_version
from ..catalogue.operations import Outcome, Record
from ..database import assign
from ..extensions import db
from .models import FactRecord


def save_fact(record: Record) -> Outcome:
    """Add a fact, or bring it up to date."""
    fact = db.session.scalar(sa.select(FactRecord).where(FactRecord.slug == record["key"]))
    if fact is None:
        db.session.add(FactRecord(slug=record["key"], question=record["question"], values=record))
        outcome: Outcome = "added"
    elif assign(fact, {"question": record["question"], "values": record}):
        outcome = "changed"
    else:
        return "unchanged"
    db.session.flush()
    advance_content_version()
    return outcome

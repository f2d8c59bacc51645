"""Reads of facts and rules."""

import sqlalchemy as sa

from ..caching import kept_for_version
from ..catalogue.models import Parameter, Service
from ..catalogue.queries import areas_served
from ..database import read
from .models import FactRecord
from .rules.facts import Fact, fact_from
from .rules.ruleset import Rulebook, ServiceRule

_service = Service.__table__.c
_FACTS = sa.select(FactRecord.__table__.c["values"]).order_by(FactRecord.__table__.c.slug)
_PARAMETERS = sa.select(*Parameter.__table__.c)
HAS_RULE = sa.and_(_service.status == "published", sa.cast(_service.eligibility, sa.Text) != "{}")
_RULES = (
    sa.select(_service.id, _service.slug, _service.eligibility, _service.already, _service.sources)
    .add_columns(_service.valid_from, _service.valid_to)
    .where(HAS_RULE)
    .order_by(_service.slug)
)


@kept_for_version
def facts() -> dict[str, Fact]:
    """All facts by key."""
    found = (fact_from(row[0]) for row in read(_FACTS))
    return {fact.key: fact for fact in found}


@kept_for_version
def rulebook() -> Rulebook:
    """The rules of all published services that have one, those that are closed today included."""
    areas = areas_served()
    return Rulebook(
        facts(),
        {
            row.slug: {"label": row.label, "unit": row.unit, "values": row._mapping["values"]}
            for row in read(_PARAMETERS)
        },
        [
            ServiceRule(
                service=row.slug,
                criterion=row.eligibility,
                already=row.already,
                areas=areas.get(row.id),
                opens=row.valid_from,
                closes=row.valid_to,
                sources={source["key"]: source for source in row.sources if "key" in source},
            )
            for row in read(_RULES)
        ],
    )

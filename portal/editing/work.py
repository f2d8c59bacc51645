"""Lists of records that need someone's attention."""

import datetime
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..caching import today
from ..catalogue.models import Service
from ..extensions import db
from ..identity.rules import Staff
from ..intents.models import BundleItem, IntentClassification, ProfileClassification, ServiceProfile
from ..knowledge.models import Article
from .models import Link, LinkUse
from .rules import Kind, kinds_seen, sees_own_only

# After so long someone should look again.
STALE_DAYS = 365
# So many failures in a row, each on another day, make a link dead.
DEAD_AFTER = 3


@dataclass(frozen=True)
class WorkList:
    """One list: what it is called and what its records lack."""

    name: str
    kind: Kind
    title: str
    why: str


LISTS = {
    one.name: one
    for one in (
        WorkList("stale", "service", "Services not checked for a year", "Nobody has compared them with the source"),
        WorkList("untranslated", "service", "Services without Spanish", "A text is there in English alone"),
        WorkList("no-eligibility", "service", "Services without conditions", "The portal cannot say who can get them"),
        WorkList("no-profile", "service", "Services without a profile", "They are shown to everyone alike"),
        WorkList("no-intent", "service", "Services without an intent", "No life event or need leads to them"),
        WorkList("dead-links", "service", "Services with a dead link", "An address failed on three days"),
        WorkList("due-articles", "article", "Articles due for review", "Their day of review has come"),
        WorkList("stale-articles", "article", "Articles not checked for a year", "Nobody has compared them"),
        WorkList("untranslated-articles", "article", "Articles without Spanish", "A text is there in English alone"),
        WorkList("dead-links-articles", "article", "Articles with a dead link", "An address failed on three days"),
    )
}


def condition(name: str) -> sa.ColumnElement[bool]:
    """What the records of a list have in common. What is withdrawn needs no work."""
    model: Any = Service if LISTS[name].kind == "service" else Article
    return sa.and_(model.status.not_in(("withdrawn", "archived")), _lacks(name, model))


def counts(staff: Staff) -> list[tuple[WorkList, int]]:
    """How many records of each list are this person's to mend. One query for each kind."""
    found: dict[str, int] = {}
    for kind, model in (("service", Service), ("article", Article)):
        names = [name for name, one in LISTS.items() if one.kind == kind]
        if kind not in kinds_seen(staff):
            continue
        columns = [sa.func.coalesce(sa.func.sum(sa.case((condition(name), 1), else_=0)), 0) for name in names]
        query = sa.select(*columns).select_from(model)
        if kind == "service" and sees_own_only(staff):
            query = query.where(Service.agency_id.in_(staff.agency_ids))
        found |= dict(zip(names, db.session.execute(query).one(), strict=True))
    return [(one, found[name]) for name, one in LISTS.items() if name in found]


def notes(name: str) -> dict[int, list[str]]:
    """What to say beside records of a list: the dead links of each."""
    if not name.startswith("dead-links"):
        return {}
    rows = db.session.execute(
        sa.select(LinkUse.record_id, Link.url, Link.status, Link.reason)
        .join(Link, Link.id == LinkUse.link_id)
        .where(LinkUse.kind == LISTS[name].kind, Link.failures >= DEAD_AFTER)
        .order_by(Link.url)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.record_id, []).append(f"{row.url} ({row.status or row.reason})")
    return found


def _lacks(name: str, model: Any) -> sa.ColumnElement[bool]:
    match name.removesuffix("-articles"):
        case "stale":
            before = today() - datetime.timedelta(days=STALE_DAYS)
            return sa.or_(model.checked_on.is_(None), model.checked_on < before)
        case "due":
            return sa.and_(Article.review_by.is_not(None), Article.review_by <= today())
        case "untranslated":
            return sa.or_(*(_only_english(getattr(model, one)) for one in _texts_of(model)))
        case "no-eligibility":
            return sa.cast(Service.eligibility, sa.String) == "{}"
        case "no-profile":
            return sa.and_(*(~_has(one) for one in (ServiceProfile, ProfileClassification)))
        case "no-intent":
            return sa.and_(*(~_has(one) for one in (BundleItem, IntentClassification)))
        case _:
            dead = (
                sa.select(LinkUse.record_id)
                .join(Link, Link.id == LinkUse.link_id)
                .where(LinkUse.kind == LISTS[name].kind, Link.failures >= DEAD_AFTER)
            )
            found: sa.ColumnElement[bool] = model.id.in_(dead)
            return found


def _has(model: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(model.service_id == Service.id)


def _texts_of(model: Any) -> tuple[str, ...]:
    if model is Service:
        return ("title", "official_name", "summary", "who", "benefit", "how", "processing_time", "appeal")
    return ("title", "summary", "who", "text", "staff_text")


def _only_english(column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(column["en"].as_string().is_not(None), column["es"].as_string().is_(None))

"""What the tests of the editors' side share: services that are related in every way, their editors, and visits."""

from flask import Flask

from portal.catalogue.operations import save_agency, save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.identity.rules import Staff
from portal.intents.operations import save_bundle, save_intent
from portal.related.operations import steering
from portal.related.operations.counting import count_visits, publish
from portal.related.operations.links import save_links
from portal.related.queries.lists import Asked, suggestions
from portal.related.rules.ranking import Link
from portal.related.store import Visit
from tests.staff import make_staff
from tests.support import agency_record, both, intent_record, service_record

SLUGS = ("food", "rent", "work", "school", "tax", "bus", "local", "gone", "shelter")


def make_services() -> dict[str, int]:
    """Services by slug: those of a journey, one with links that came with the content, a local, a withdrawn and a
    sensitive one.
    """
    special = {
        "local": {"areas": {"include": ["US-MD"]}},
        "gone": {"status": "withdrawn"},
        "shelter": {"sensitive": True},
    }
    with transaction():
        save_agency(agency_record())
        for slug in SLUGS:
            save_service(service_record(slug, **special.get(slug, {})))
        ids = service_ids_by_slug(SLUGS)
        journey = intent_record(services=("food", "rent", "work"))
        save_intent(journey)
        save_bundle(journey, service_ids=ids)
        save_links(
            ids["food"],
            [
                Link(ids["school"], "often_together", both("They feed children.")),
                Link(ids["local"], "alternative"),
                Link(ids["gone"], "comes_after"),
            ],
        )
        save_links(ids["shelter"], [Link(ids["food"], "comes_after")])
    return ids


def editors(app: Flask) -> dict[str, Staff]:
    db.session.rollback()
    return {
        "editor": make_staff(app, "editor", name="Edith Editor"),
        "second": make_staff(app, "editor", name="Sam Second"),
        "reviewer": make_staff(app, "reviewer", name="Rita Reviewer"),
        "specialist": make_staff(app, "specialist", name="Sid Specialist"),
    }


def visits(ids: dict[str, int], *slugs: str, times: int = 40, region: str = "") -> None:
    """So many visits that looked at these services, taken in."""
    with transaction():
        count_visits([Visit(seen={ids[slug]: "viewed" for slug in slugs}, region=region) for _ in range(times)])


def publish_all() -> None:
    with transaction():
        assert publish(at_once=True) is not None


def shown(ids: dict[str, int], slug: str, place=None) -> list[str]:
    """The list of a service as the public sees it, by slugs."""
    db.session.rollback()
    names = {number: name for name, number in ids.items()}
    return [names[one.target] for one in suggestions(Asked((ids[slug],), place=place))]


def do(operation, *arguments, actor, **named):
    """An operation of an editor, in a transaction of its own; gives the uid of the change, or None."""
    with transaction():
        change = operation(*arguments, actor=actor, **named)
        return change.uid if change is not None else None


def undo(uid, actor):
    with transaction():
        steering.undo(uid, actor=actor)

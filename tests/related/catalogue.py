"""A small catalogue and visits to it, for the tests of related services."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from portal.catalogue.models import Service
from portal.catalogue.operations import save_agency, save_service
from portal.database import transaction
from portal.extensions import db
from portal.related.operations.counting import count_visits, publish
from portal.related.operations.links import save_links
from portal.related.queries.lists import Asked, suggestions
from portal.related.rules.ranking import Link
from portal.related.store import Visit
from tests.support import agency_record, service_record

Links = dict[str, Sequence[tuple[str, str]]]


def make_services(*slugs: str, links: Links | None = None, **changes: dict[str, Any]) -> dict[str, int]:
    """Services of one agency, with links of editors (target, kind); gives their ids. ``changes`` by slug."""
    with transaction():
        save_agency(agency_record())
        for slug in slugs:
            save_service(service_record(slug, **changes.get(slug, {})))
        ids = {row.slug: row.id for row in db.session.execute(sa.select(Service.slug, Service.id))}
        for source, targets in (links or {}).items():
            save_links(ids[source], [Link(ids[target], kind) for target, kind in targets])
    return ids


def count(visits: Iterable[Iterable[int]], region: str = "") -> None:
    """Count visits that looked at these services."""
    with transaction():
        count_visits([Visit(seen=dict.fromkeys(seen, "viewed"), region=region) for seen in visits])


def publish_now() -> bool:
    """Publish a snapshot, and say whether one was."""
    with transaction():
        return publish(at_once=True) is not None


def shown(source: int, **asked: Any) -> list[tuple[int, str]]:
    """What is shown beside a service, and by which reason."""
    return [(one.target, one.reason.kind) for one in suggestions(Asked((source,), **asked))]

"""Links between services that come with the content."""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa

from ...caching import advance_content_version
from ...extensions import db
from ..models import ServiceLink
from ..rules.ranking import Link

Outcome = Literal["added", "changed", "unchanged"]


def save_links(source_id: int, links: Sequence[Link]) -> Outcome:
    """Make these the links of a service that come with the content, best first. Those of editors stay as they are."""
    rows = db.session.scalars(sa.select(ServiceLink).where(ServiceLink.source_id == source_id)).all()
    editors = {row.target_id for row in rows if row.origin == "editor"}
    have = [
        Link(row.target_id, row.kind, row.reason)
        for row in sorted(rows, key=lambda row: row.position)
        if row.origin == "starter"
    ]
    wanted = [link for link in links if link.target not in editors]
    if have == wanted:
        return "unchanged"
    db.session.execute(
        sa.delete(ServiceLink).where(ServiceLink.source_id == source_id, ServiceLink.origin == "starter")
    )
    db.session.add_all(
        ServiceLink(
            source_id=source_id,
            target_id=link.target,
            kind=link.kind,
            position=position,
            reason=dict(link.reason) if link.reason else None,
            origin="starter",
        )
        for position, link in enumerate(wanted)
    )
    db.session.flush()
    advance_content_version()
    return "changed" if have else "added"

"""Tables of related services: links of editors, running visits, counts, what is published of them, and its use."""

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..catalogue.models import new_uid
from ..extensions import Json, Model, Translations

LINK_KINDS = ("requires", "comes_after", "alternative", "often_together")


class ServiceLink(Model):
    """A link that editors made from a service to another, best first by ``position``.

    ``requires``: the target is needed before the source. Of origin "starter" it comes with the content.
    """

    __tablename__ = "service_link"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('requires', 'comes_after', 'alternative', 'often_together')", name="kind"),
        sa.CheckConstraint("origin IN ('starter', 'editor')", name="origin"),
        sa.CheckConstraint("source_id <> target_id", name="two"),
    )

    source_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[int] = mapped_column(
        sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(20))
    position: Mapped[int]
    # In place of what the kind says by itself.
    reason: Mapped[Translations | None]
    origin: Mapped[str] = mapped_column(sa.String(10))


class RelatedVerdict(Model):
    """What an editor decided of a link, wherever it comes from: pinned ones come first by ``position``."""

    __tablename__ = "related_verdict"
    __table_args__ = (sa.CheckConstraint("verdict IN ('pinned', 'blocked')", name="verdict"),)

    source_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[int] = mapped_column(
        sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    verdict: Mapped[str] = mapped_column(sa.String(7))
    position: Mapped[int]


class RelatedExclusion(Model):
    """A service that gets no list (``as_source``), or stands in none (``as_target``)."""

    __tablename__ = "related_exclusion"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    as_source: Mapped[bool]
    as_target: Mapped[bool]


class RelatedChange(Model):
    """One change of an editor, as ``before`` and ``after``: a table, a key, and the row's values or None."""

    __tablename__ = "related_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    made_at: Mapped[datetime.datetime] = mapped_column(index=True)
    # The staff member; who that is, identity knows.
    made_by: Mapped[int]
    # The service whose list it is about; None for a setting.
    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[dict[str, Any]] = mapped_column(Json)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    undone_at: Mapped[datetime.datetime | None]


class RelatedState(Model):
    """One row: how lists are made, and how far learning has come.

    ``curated_only`` switches everything off that was learned. ``trial`` is how half of the visits get their lists,
    to compare: other values for ``beta`` or ``curated_only``; None for no trial. ``fresh_visits`` were taken in
    since the last snapshot.
    """

    __tablename__ = "related_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    beta: Mapped[float]
    curated_only: Mapped[bool]
    trial: Mapped[dict[str, Any] | None] = mapped_column(Json)
    trial_since: Mapped[datetime.date | None]
    fresh_visits: Mapped[int]
    decayed_on: Mapped[datetime.date | None]
    snapshot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("related_snapshot.id"))


class RunningVisit(Model):
    """What a visit did so far, sealed; it is counted and deleted when nothing came for a while.

    ``key_hash`` is of the random key that only the visitor's browser has.
    """

    __tablename__ = "running_visit"

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    box: Mapped[str] = mapped_column(sa.Text)
    used_at: Mapped[datetime.datetime] = mapped_column(index=True)


class ServiceCount(Model):
    """What a service counts in a region: a state, or "" for the whole country. See ``rules.counts.Count``.

    A visit may name a service that was deleted meanwhile, so that it refers to none.
    """

    __tablename__ = "related_service_count"

    region: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    fresh_visits: Mapped[float]
    fresh_weight: Mapped[float]
    visits: Mapped[float]
    weight: Mapped[float]
    rounds: Mapped[int]


class PairCount(Model):
    """The same of two services, the one with the lower id first."""

    __tablename__ = "related_pair_count"

    region: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(primary_key=True)
    fresh_visits: Mapped[float]
    fresh_weight: Mapped[float]
    visits: Mapped[float]
    weight: Mapped[float]
    rounds: Mapped[int]


class Snapshot(Model):
    """What is told of the counts until the next snapshot.

    ``services`` has the weight of each service by region, ``pairs`` a list (service, other, weight, band) by region.
    ``changed`` is the share of the lists' links that the one before did not have; None for the first.
    """

    __tablename__ = "related_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime.datetime]
    # How many visits came in since the one before, told by the highest bound that they reach.
    visits: Mapped[int]
    changed: Mapped[float | None]
    services: Mapped[dict[str, dict[str, float]]] = mapped_column(Json)
    pairs: Mapped[dict[str, list[list[float]]]] = mapped_column(Json)


class RelatedUse(Model):
    """How often a link was shown, followed and called not relevant on a day, by the arm of the trial. Nobody is in it.

    The arm is ``public`` for lists as everyone sees them, without a visit. ``place`` is the kind of page: service,
    intent, article, screening, contact, or visit for the page of the visit itself.
    """

    __tablename__ = "related_use"

    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    arm: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    source_id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    shown: Mapped[int]
    followed: Mapped[int]
    not_relevant: Mapped[int]


class ArmDay(Model):
    """What the visits of one arm of the trial did that ended on a day: how many, with how many searches and clicks."""

    __tablename__ = "related_arm_day"

    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    arm: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    visits: Mapped[int]
    with_click: Mapped[int]
    searches: Mapped[int]

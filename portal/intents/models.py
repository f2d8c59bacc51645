"""Tables of intents, profiles and the editorial links that make bundles."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import Json, Model, Phrases, Translations


class Intent(Model):
    """What a person is dealing with (life event) or trying to do (need)."""

    __tablename__ = "intent"
    __table_args__ = (sa.CheckConstraint("kind IN ('life_event', 'need')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    position: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("intent.id"), index=True)
    title: Mapped[Translations]
    summary: Mapped[Translations]
    first: Mapped[Translations | None]
    synonyms: Mapped[Phrases | None]
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases]
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    sensitive: Mapped[bool]


class IntentSlug(Model):
    """A slug that an intent had before."""

    __tablename__ = "intent_slug"

    slug: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("intent.id", ondelete="CASCADE"), index=True)


class IntentRelation(Model):
    """An intent that often comes with another."""

    __tablename__ = "intent_relation"

    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True)
    related_id: Mapped[int] = mapped_column(
        sa.ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class Profile(Model):
    """A group of people by situation."""

    __tablename__ = "profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    title: Mapped[Translations]
    summary: Mapped[Translations]
    also_asked_as: Mapped[Phrases]
    situations: Mapped[Phrases]


class ServiceProfile(Model):
    """A service that matters to a profile. ``exclusive``: it is for its profiles alone."""

    __tablename__ = "service_profile"

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    profile_id: Mapped[int] = mapped_column(
        sa.ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    exclusive: Mapped[bool]


class BundleItem(Model):
    """The editorial link service × intent × profile: its place in the journey and why it belongs there.

    Without a profile it is for everyone.
    """

    __tablename__ = "bundle_item"
    __table_args__ = (
        sa.CheckConstraint("step IN ('first', 'then', 'consider')", name="step"),
        sa.UniqueConstraint("intent_id", "service_id", "profile_id", name="uq_bundle_item_link"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("intent.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), index=True)
    profile_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profile.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    step: Mapped[str] = mapped_column(sa.String(10))
    by: Mapped[Translations | None]
    reason: Mapped[Translations]


class ProfileClassification(Model):
    """A profile that a service belongs to beside its editorial ones (``ServiceProfile``).

    Of origin "rule" it follows from ``value``, a word of the scheme that a source uses, and goes when the rule goes.
    Of origin "editor" somebody decided it, and no rule changes it.
    """

    __tablename__ = "profile_classification"
    __table_args__ = (sa.CheckConstraint("origin IN ('rule', 'editor')", name="origin"),)

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    profile_id: Mapped[int] = mapped_column(
        sa.ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    exclusive: Mapped[bool]
    origin: Mapped[str] = mapped_column(sa.String(6))
    scheme: Mapped[str | None] = mapped_column(sa.String(60))
    value: Mapped[str | None] = mapped_column(sa.String(200))
    # The staff member; who that is, identity knows.
    decided_by: Mapped[int | None]


class IntentClassification(Model):
    """An intent that a service belongs to beside the journeys it stands in (``BundleItem``), from the same origins."""

    __tablename__ = "intent_classification"
    __table_args__ = (sa.CheckConstraint("origin IN ('rule', 'editor')", name="origin"),)

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True, index=True)
    origin: Mapped[str] = mapped_column(sa.String(6))
    scheme: Mapped[str | None] = mapped_column(sa.String(60))
    value: Mapped[str | None] = mapped_column(sa.String(200))
    decided_by: Mapped[int | None]


class IntentArticle(Model):
    """An article that answers questions about an intent."""

    __tablename__ = "intent_article"

    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("intent.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class Emergency(Model):
    """Help that comes before everything else when someone's words suggest danger."""

    __tablename__ = "emergency"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    title: Mapped[Translations]
    text: Mapped[Translations]
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    phrases: Mapped[Phrases]
    not_phrases: Mapped[Phrases | None]

"""Catalogue, knowledge base, intents, and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", JSON, nullable=False),
        sa.Column("short_name", JSON, nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("url", JSON, nullable=False),
        sa.Column("contacts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_parent_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("slug", name=op.f("uq_agency_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_agency_uid")),
    )
    op.create_index(op.f("ix_agency_parent_id"), "agency", ["parent_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("staff_text", JSON, nullable=True),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("also_asked_as", JSON, nullable=False),
        sa.Column("situations", JSON, nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_article_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_article_uid")),
    )
    op.create_index(op.f("ix_article_status"), "article", ["status"], unique=False)
    op.create_table(
        "content_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starter_content", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
    )
    op.create_table(
        "emergency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("contacts", JSON, nullable=False),
        sa.Column("phrases", JSON, nullable=False),
        sa.Column("not_phrases", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
        sa.UniqueConstraint("slug", name=op.f("uq_emergency_slug")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_page"), "feedback", ["page"], unique=False)
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("first", JSON, nullable=True),
        sa.Column("synonyms", JSON, nullable=True),
        sa.Column("also_asked_as", JSON, nullable=False),
        sa.Column("situations", JSON, nullable=False),
        sa.Column("contacts", JSON, nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('life_event', 'need')", name=op.f("ck_intent_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["intent.id"], name=op.f("fk_intent_parent_id_intent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
        sa.UniqueConstraint("slug", name=op.f("uq_intent_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_intent_uid")),
    )
    op.create_index(op.f("ix_intent_parent_id"), "intent", ["parent_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("effect_key", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ready_at", sa.DateTime(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_outbox_effect_key")),
    )
    op.create_index("ix_outbox_ready", "outbox", ["ready_at", "id"], unique=False)
    op.create_table(
        "parameter",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_parameter")),
    )
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("also_asked_as", JSON, nullable=False),
        sa.Column("situations", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("slug", name=op.f("uq_profile_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_profile_uid")),
    )
    op.create_table(
        "article_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_slug_article_id_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_article_slug")),
    )
    op.create_index(op.f("ix_article_slug_article_id"), "article_slug", ["article_id"], unique=False)
    op.create_table(
        "intent_article",
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_intent_article_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_intent_article_intent_id_intent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intent_id", "article_id", name=op.f("pk_intent_article")),
    )
    op.create_index(op.f("ix_intent_article_article_id"), "intent_article", ["article_id"], unique=False)
    op.create_table(
        "intent_relation",
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_intent_relation_intent_id_intent"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["related_id"], ["intent.id"], name=op.f("fk_intent_relation_related_id_intent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intent_id", "related_id", name=op.f("pk_intent_relation")),
    )
    op.create_index(op.f("ix_intent_relation_related_id"), "intent_relation", ["related_id"], unique=False)
    op.create_table(
        "intent_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_intent_slug_intent_id_intent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_intent_slug")),
    )
    op.create_index(op.f("ix_intent_slug_intent_id"), "intent_slug", ["intent_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("official_name", JSON, nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("url", JSON, nullable=False),
        sa.Column("who", JSON, nullable=False),
        sa.Column("benefit", JSON, nullable=False),
        sa.Column("how", JSON, nullable=True),
        sa.Column("cost_free", sa.Boolean(), nullable=False),
        sa.Column("cost", JSON, nullable=True),
        sa.Column("processing_time", JSON, nullable=True),
        sa.Column("appeal", JSON, nullable=True),
        sa.Column("outputs", JSON, nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("legal_basis", JSON, nullable=False),
        sa.Column("contacts", JSON, nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("amounts", JSON, nullable=False),
        sa.Column("eligibility", JSON, nullable=False),
        sa.Column("also_asked_as", JSON, nullable=False),
        sa.Column("situations", JSON, nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_service_status")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_service_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("slug", name=op.f("uq_service_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_service_uid")),
    )
    op.create_index(op.f("ix_service_agency_id"), "service", ["agency_id"], unique=False)
    op.create_index(op.f("ix_service_status"), "service", ["status"], unique=False)
    op.create_table(
        "article_service",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_service_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_article_service_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "service_id", name=op.f("pk_article_service")),
    )
    op.create_index(op.f("ix_article_service_service_id"), "article_service", ["service_id"], unique=False)
    op.create_table(
        "bundle_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("by", JSON, nullable=True),
        sa.Column("reason", JSON, nullable=False),
        sa.CheckConstraint("step IN ('first', 'then', 'consider')", name=op.f("ck_bundle_item_step")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["intent.id"], name=op.f("fk_bundle_item_intent_id_intent"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_bundle_item_profile_id_profile"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_bundle_item_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_item")),
        sa.UniqueConstraint("intent_id", "service_id", "profile_id", name="uq_bundle_item_link"),
    )
    op.create_index(op.f("ix_bundle_item_intent_id"), "bundle_item", ["intent_id"], unique=False)
    op.create_index(op.f("ix_bundle_item_profile_id"), "bundle_item", ["profile_id"], unique=False)
    op.create_index(op.f("ix_bundle_item_service_id"), "bundle_item", ["service_id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("url", JSON, nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("tty", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("hours", JSON, nullable=False),
        sa.CheckConstraint("kind IN ('online', 'phone', 'in_person', 'post')", name=op.f("ck_channel_kind")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_channel_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(op.f("ix_channel_service_id"), "channel", ["service_id"], unique=False)
    op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("hours", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_location_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("uid", name=op.f("uq_location_uid")),
    )
    op.create_index(op.f("ix_location_service_id"), "location", ["service_id"], unique=False)
    op.create_table(
        "service_agency",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_service_agency_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_agency_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "agency_id", name=op.f("pk_service_agency")),
    )
    op.create_index(op.f("ix_service_agency_agency_id"), "service_agency", ["agency_id"], unique=False)
    op.create_table(
        "service_area",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_area_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "area", name=op.f("pk_service_area")),
    )
    op.create_table(
        "service_profile",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_service_profile_profile_id_profile"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_profile_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "profile_id", name=op.f("pk_service_profile")),
    )
    op.create_index(op.f("ix_service_profile_profile_id"), "service_profile", ["profile_id"], unique=False)
    op.create_table(
        "service_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_slug_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_service_slug")),
    )
    op.create_index(op.f("ix_service_slug_service_id"), "service_slug", ["service_id"], unique=False)
    # Content changes advance this one row, so it must be there from the start.
    op.execute("INSERT INTO content_version (id, number) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_index(op.f("ix_service_slug_service_id"), table_name="service_slug")
    op.drop_table("service_slug")
    op.drop_index(op.f("ix_service_profile_profile_id"), table_name="service_profile")
    op.drop_table("service_profile")
    op.drop_table("service_area")
    op.drop_index(op.f("ix_service_agency_agency_id"), table_name="service_agency")
    op.drop_table("service_agency")
    op.drop_index(op.f("ix_location_service_id"), table_name="location")
    op.drop_table("location")
    op.drop_index(op.f("ix_channel_service_id"), table_name="channel")
    op.drop_table("channel")
    op.drop_index(op.f("ix_bundle_item_service_id"), table_name="bundle_item")
    op.drop_index(op.f("ix_bundle_item_profile_id"), table_name="bundle_item")
    op.drop_index(op.f("ix_bundle_item_intent_id"), table_name="bundle_item")
    op.drop_table("bundle_item")
    op.drop_index(op.f("ix_article_service_service_id"), table_name="article_service")
    op.drop_table("article_service")
    op.drop_index(op.f("ix_service_status"), table_name="service")
    op.drop_index(op.f("ix_service_agency_id"), table_name="service")
    op.drop_table("service")
    op.drop_index(op.f("ix_intent_slug_intent_id"), table_name="intent_slug")
    op.drop_table("intent_slug")
    op.drop_index(op.f("ix_intent_relation_related_id"), table_name="intent_relation")
    op.drop_table("intent_relation")
    op.drop_index(op.f("ix_intent_article_article_id"), table_name="intent_article")
    op.drop_table("intent_article")
    op.drop_index(op.f("ix_article_slug_article_id"), table_name="article_slug")
    op.drop_table("article_slug")
    op.drop_table("profile")
    op.drop_table("parameter")
    op.drop_index("ix_outbox_ready", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_intent_parent_id"), table_name="intent")
    op.drop_table("intent")
    op.drop_index(op.f("ix_feedback_page"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_table("emergency")
    op.drop_table("content_version")
    op.drop_index(op.f("ix_article_status"), table_name="article")
    op.drop_table("article")
    op.drop_index(op.f("ix_agency_parent_id"), table_name="agency")
    op.drop_table("agency")

"""Editors: drafts, versions, and the links that published records name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
IS_ACTIVE = sa.text("state IN ('open', 'review', 'approved')")


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("base", JSON, nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("change_note", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("review_note", sa.String(), nullable=False),
        sa.Column("publish_at", sa.DateTime(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'review', 'approved', 'published', 'discarded')", name=op.f("ck_draft_state")
        ),
        sa.CheckConstraint("kind IN ('service', 'intent', 'profile', 'article', 'agency')", name=op.f("ck_draft_kind")),
        sa.CheckConstraint("reviewer_id <> author_id", name=op.f("ck_draft_second_person")),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"], name=op.f("fk_draft_author_id_staff_member")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff_member.id"], name=op.f("fk_draft_reviewer_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("uid", name=op.f("uq_draft_uid")),
    )
    op.create_index(op.f("ix_draft_author_id"), "draft", ["author_id"])
    op.create_index("ix_draft_record", "draft", ["kind", "record_id"])
    op.create_index("ix_draft_state", "draft", ["state"])
    op.create_index(
        "uq_draft_active",
        "draft",
        ["author_id", "kind", "record_id"],
        unique=True,
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("units", JSON, nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"], name=op.f("fk_version_author_id_staff_member")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff_member.id"], name=op.f("fk_version_reviewer_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("kind", "record_id", "number", name="uq_version_number"),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("url", name=op.f("uq_link_url")),
    )
    op.create_index(op.f("ix_link_checked_at"), "link", ["checked_at"])
    op.create_table(
        "link_use",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_link_use_link_id_link"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("link_id", "kind", "record_id", name=op.f("pk_link_use")),
    )


def downgrade() -> None:
    for name in ("link_use", "link", "version", "draft"):
        op.drop_table(name)

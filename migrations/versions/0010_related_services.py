"""Related services: links of editors, running visits, counts, snapshots, and the use of the lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "related_arm_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arm", sa.String(length=7), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("with_click", sa.Integer(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "arm", name=op.f("pk_related_arm_day")),
    )
    op.create_table(
        "related_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=True),
        sa.Column("services", JSON, nullable=False),
        sa.Column("pairs", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_snapshot")),
    )
    op.create_table(
        "related_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arm", sa.String(length=7), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.Column("not_relevant", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "arm", "place", "source_id", "target_id", name=op.f("pk_related_use")),
    )
    op.create_index(op.f("ix_related_use_target_id"), "related_use", ["target_id"])

    op.create_table(
        "running_visit",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_running_visit")),
    )
    op.create_index(op.f("ix_running_visit_used_at"), "running_visit", ["used_at"])

    state = op.create_table(
        "related_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beta", sa.Double(), nullable=False),
        sa.Column("curated_only", sa.Boolean(), nullable=False),
        sa.Column("trial", JSON, nullable=True),
        sa.Column("trial_since", sa.Date(), nullable=True),
        sa.Column("fresh_visits", sa.Integer(), nullable=False),
        sa.Column("decayed_on", sa.Date(), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["related_snapshot.id"], name=op.f("fk_related_state_snapshot_id_related_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_state")),
    )
    op.bulk_insert(state, [{"id": 1, "beta": 0.25, "curated_only": False, "fresh_visits": 0}])
    op.create_table(
        "related_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("key", JSON, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_related_change_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_change")),
        sa.UniqueConstraint("uid", name=op.f("uq_related_change_uid")),
    )
    op.create_index(op.f("ix_related_change_made_at"), "related_change", ["made_at"])
    op.create_index(op.f("ix_related_change_service_id"), "related_change", ["service_id"])

    op.create_table(
        "related_exclusion",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("as_source", sa.Boolean(), nullable=False),
        sa.Column("as_target", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_related_exclusion_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_related_exclusion")),
    )
    op.create_table(
        "related_pair_count",
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("fresh_visits", sa.Double(), nullable=False),
        sa.Column("fresh_weight", sa.Double(), nullable=False),
        sa.Column("visits", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region", "service_id", "other_id", name=op.f("pk_related_pair_count")),
    )
    op.create_table(
        "related_service_count",
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("fresh_visits", sa.Double(), nullable=False),
        sa.Column("fresh_weight", sa.Double(), nullable=False),
        sa.Column("visits", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region", "service_id", name=op.f("pk_related_service_count")),
    )
    op.create_table(
        "related_verdict",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict IN ('pinned', 'blocked')", name=op.f("ck_related_verdict_verdict")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["service.id"], name=op.f("fk_related_verdict_source_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["service.id"], name=op.f("fk_related_verdict_target_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "target_id", name=op.f("pk_related_verdict")),
    )
    op.create_index(op.f("ix_related_verdict_target_id"), "related_verdict", ["target_id"])

    op.create_table(
        "service_link",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", JSON, nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "kind IN ('requires', 'comes_after', 'alternative', 'often_together')", name=op.f("ck_service_link_kind")
        ),
        sa.CheckConstraint("origin IN ('starter', 'editor')", name=op.f("ck_service_link_origin")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_service_link_two")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["service.id"], name=op.f("fk_service_link_source_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["service.id"], name=op.f("fk_service_link_target_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "target_id", name=op.f("pk_service_link")),
    )
    op.create_index(op.f("ix_service_link_target_id"), "service_link", ["target_id"])


def downgrade() -> None:
    for table in (
        "service_link",
        "related_verdict",
        "related_service_count",
        "related_pair_count",
        "related_exclusion",
        "related_change",
        "related_state",
        "running_visit",
        "related_use",
        "related_snapshot",
        "related_arm_day",
    ):
        op.drop_table(table)

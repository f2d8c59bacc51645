"""What people do about the search: added words, pins and buries, change sets, failed searches, learning from use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "added_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=600), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_added_words")),
        sa.UniqueConstraint(
            "kind", "record_id", "lang", "folded", name=op.f("uq_added_words_kind_record_id_lang_folded")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_added_words_uid")),
    )
    op.create_table(
        "learned_factor",
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", "kind", "record_id", name=op.f("pk_learned_factor")),
    )
    op.create_table(
        "result_use",
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", "kind", "record_id", "position", "day", name=op.f("pk_result_use")),
    )
    op.create_index(op.f("ix_result_use_day"), "result_use", ["day"])

    op.create_table(
        "search_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("asked_edition", sa.Integer(), nullable=True),
        sa.Column("tested_published", sa.Integer(), nullable=True),
        sa.Column("tested_at", sa.DateTime(), nullable=True),
        sa.Column("report", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_changes")),
        sa.UniqueConstraint("author_id", name=op.f("uq_search_changes_author_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_search_changes_uid")),
    )
    op.create_table(
        "search_placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("query", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=4), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("place IN ('pin', 'bury')", name=op.f("ck_search_placement_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_placement")),
        sa.UniqueConstraint(
            "lang", "key", "kind", "record_id", name=op.f("uq_search_placement_lang_key_kind_record_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_search_placement_uid")),
    )
    tuning = op.create_table(
        "search_tuning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("learning", sa.Boolean(), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_tuning")),
    )
    op.bulk_insert(tuning, [{"id": 1, "version": 0, "published": 0, "learning": True}])
    op.create_table(
        "failed_search",
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("settlement", sa.String(length=10), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("settlement IN ('words', 'not_ours')", name=op.f("ck_failed_search_settlement")),
        sa.ForeignKeyConstraint(
            ["words_id"], ["added_words.id"], name=op.f("fk_failed_search_words_id_added_words"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_failed_search")),
    )
    op.create_index(op.f("ix_failed_search_last_on"), "failed_search", ["last_on"])
    op.create_index(op.f("ix_failed_search_words_id"), "failed_search", ["words_id"])

    op.create_table(
        "failed_search_day",
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_hash"],
            ["failed_search.key_hash"],
            name=op.f("fk_failed_search_day_key_hash_failed_search"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key_hash", "day", name=op.f("pk_failed_search_day")),
    )


def downgrade() -> None:
    for table in (
        "failed_search_day",
        "failed_search",
        "search_tuning",
        "search_placement",
        "search_changes",
        "result_use",
        "learned_factor",
        "added_words",
    ):
        op.drop_table(table)

"""Articles: how far they can be relied on, for whom, their parts, files, use, flags, and which were merged."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATUSES = {"draft": "work_in_progress", "published": "validated", "withdrawn": "archived"}
BEFORE = {new: old for old, new in STATUSES.items()} | {"not_validated": "draft"}
# Where whole records are kept, and in which columns.
KEPT = {"draft": ("base", "values"), "version": ("values",), "source_record": ("values",)}


def upgrade() -> None:
    with op.batch_alter_table("article") as article:
        article.drop_constraint("status", type_="check")
        article.alter_column("status", existing_type=sa.String(length=10), type_=sa.String(length=20))
        article.add_column(sa.Column("audience", sa.String(length=6), nullable=False, server_default="public"))
        article.add_column(sa.Column("who", JSON, nullable=True))
        article.add_column(sa.Column("steps", JSON, nullable=False, server_default="[]"))
        article.add_column(sa.Column("review_by", sa.Date(), nullable=True))
        article.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        article.create_foreign_key(op.f("fk_article_merged_into_id_article"), "article", ["merged_into_id"], ["id"])
    _rename_statuses(STATUSES)
    _rename_in_records(STATUSES, {"audience": "public"}, ())
    with op.batch_alter_table("article") as article:
        article.create_check_constraint("status", f"status IN {(*STATUSES.values(), 'not_validated')}")
        article.create_check_constraint("audience", "audience IN ('public', 'staff')")
        article.create_check_constraint("merged", "merged_into_id IS NULL OR status = 'archived'")
    op.create_index(op.f("ix_article_merged_into_id"), "article", ["merged_into_id"])
    op.create_table(
        "article_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=6), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f("ck_article_attachment_audience")),
        _article_key("article_attachment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_attachment")),
        sa.UniqueConstraint("uid", name=op.f("uq_article_attachment_uid")),
    )
    op.create_index(op.f("ix_article_attachment_article_id"), "article_attachment", ["article_id"])
    op.create_table(
        "article_use",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("lang", sa.String(length=3), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('viewed', 'linked', 'sent', 'helped', 'not_helped')", name=op.f("ck_article_use_kind")
        ),
        _article_key("article_use"),
        sa.PrimaryKeyConstraint("article_id", "used_on", "kind", "channel", "lang", name=op.f("pk_article_use")),
    )
    op.create_table(
        "article_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("raised_by", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settlement", sa.String(), nullable=True),
        _article_key("article_flag"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_flag")),
        sa.UniqueConstraint("uid", name=op.f("uq_article_flag_uid")),
    )
    op.create_index(op.f("ix_article_flag_article_id"), "article_flag", ["article_id"])
    op.create_table(
        "articles_apart",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        _article_key("articles_apart"),
        _article_key("articles_apart", "other_id"),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_articles_apart")),
    )
    op.create_index(op.f("ix_articles_apart_other_id"), "articles_apart", ["other_id"])


def downgrade() -> None:
    for table in ("articles_apart", "article_flag", "article_use", "article_attachment"):
        op.drop_table(table)
    op.drop_index(op.f("ix_article_merged_into_id"), table_name="article")
    with op.batch_alter_table("article") as article:
        for name in ("merged", "audience", "status"):
            article.drop_constraint(name, type_="check")
    _rename_statuses(BEFORE)
    _rename_in_records(BEFORE, {}, ("audience", "who", "steps", "review_by"))
    with op.batch_alter_table("article") as article:
        article.drop_constraint(op.f("fk_article_merged_into_id_article"), type_="foreignkey")
        for name in ("merged_into_id", "review_by", "steps", "who", "audience"):
            article.drop_column(name)
        article.alter_column("status", existing_type=sa.String(length=20), type_=sa.String(length=10))
        article.create_check_constraint("status", f"status IN {tuple(STATUSES)}")


def _article_key(table: str, column: str = "article_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["article.id"], name=op.f(f"fk_{table}_{column}_article"), ondelete="CASCADE"
    )


def _rename_statuses(names: dict[str, str]) -> None:
    article = sa.table("article", sa.column("status", sa.String))
    op.execute(sa.update(article).values(status=sa.case(names, value=article.c.status, else_=article.c.status)))


def _rename_in_records(names: dict[str, str], added: dict[str, str], dropped: tuple[str, ...]) -> None:
    """Articles also stand whole in drafts, in the history, and in what a source last said."""
    bind = op.get_bind()
    for name, columns in KEPT.items():
        table = sa.table(
            name, sa.column("id", sa.Integer), sa.column("kind", sa.String), *(sa.column(one, JSON) for one in columns)
        )
        for row in bind.execute(sa.select(table).where(table.c.kind == "article")).mappings().all():
            changed = {one: _renamed(row[one], names, added, dropped) for one in columns}
            bind.execute(sa.update(table).where(table.c.id == row["id"]).values(changed))


def _renamed(
    record: dict[str, Any], names: dict[str, str], added: dict[str, str], dropped: tuple[str, ...]
) -> dict[str, Any]:
    kept = {name: value for name, value in record.items() if name not in dropped}
    # A draft of a new article has no base, and a draft may lack anything.
    return {**added, **kept, "status": names.get(kept["status"], kept["status"])} if "status" in kept else kept

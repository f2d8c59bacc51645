"""Facts, screenings, the condition under which someone has a service already, and sample households of services."""

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = {
    "draft": ("service", "intent", "profile", "article", "agency"),
    "source_record": ("agency", "location", "service", "article", "intent", "profile"),
}
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("slug", name=op.f("uq_fact_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_fact_uid")),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_box", sa.Text(), nullable=True),
        sa.Column("code_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_screening_key_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_screening_code_hash")),
    )
    op.create_index(op.f("ix_screening_used_at"), "screening", ["used_at"])
    with op.batch_alter_table("service") as service:
        service.add_column(sa.Column("already", JSON, nullable=True))
        service.add_column(sa.Column("households", JSON, nullable=False, server_default="[]"))
    _exchange_parameters(with_id=True)
    _allow_kinds("fact", "parameter")


def downgrade() -> None:
    _allow_kinds()
    _exchange_parameters(with_id=False)
    with op.batch_alter_table("service") as service:
        service.drop_column("households")
        service.drop_column("already")
    op.drop_index(op.f("ix_screening_used_at"), table_name="screening")
    op.drop_table("screening")
    op.drop_table("fact")


def _allow_kinds(*more: str) -> None:
    """The kinds of records that drafts and sources can be about."""
    for name, kinds in KINDS.items():
        allowed = ", ".join(repr(kind) for kind in (*kinds, *more))
        with op.batch_alter_table(name) as table:
            table.drop_constraint("kind", type_="check")
            table.create_check_constraint("kind", f"kind IN ({allowed})")


def _exchange_parameters(*, with_id: bool) -> None:
    """A primary key cannot be exchanged in place on every engine: the rows go through memory, there are few."""
    columns = [
        sa.Column("label", JSON, nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("values", JSON, nullable=False),
    ]
    old, new = ("key", "slug") if with_id else ("slug", "key")
    before = sa.table("parameter", sa.column(old, sa.String), *(sa.column(one.name, one.type) for one in columns))
    rows = op.get_bind().execute(sa.select(before).order_by(before.c[old])).mappings().all()
    op.drop_table("parameter")
    if with_id:
        table = op.create_table(
            "parameter",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("uid", sa.String(length=36), nullable=False),
            sa.Column("slug", sa.String(length=60), nullable=False),
            *columns,
            sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
            sa.UniqueConstraint("uid", name=op.f("uq_parameter_uid")),
            sa.UniqueConstraint("slug", name=op.f("uq_parameter_slug")),
        )
    else:
        key = sa.Column("key", sa.String(length=60), nullable=False)
        table = op.create_table("parameter", key, *columns, sa.PrimaryKeyConstraint("key", name=op.f("pk_parameter")))
    kept = [{new: row[old], **{one.name: row[one.name] for one in columns}} for row in rows]
    if kept:
        op.bulk_insert(table, [{**one, "uid": str(uuid.uuid4())} if with_id else one for one in kept])

"""Profiles and intents of services beside the editorial links: by rules over the words of sources, or by decision."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = {"profile": (sa.Column("exclusive", sa.Boolean(), nullable=False),), "intent": ()}


def upgrade() -> None:
    for kind, columns in KINDS.items():
        table = f"{kind}_classification"
        op.create_table(
            table,
            sa.Column("service_id", sa.Integer(), nullable=False),
            sa.Column(f"{kind}_id", sa.Integer(), nullable=False),
            *columns,
            sa.Column("origin", sa.String(length=6), nullable=False),
            sa.Column("scheme", sa.String(length=60), nullable=True),
            sa.Column("value", sa.String(length=200), nullable=True),
            sa.Column("decided_by", sa.Integer(), nullable=True),
            sa.CheckConstraint("origin IN ('rule', 'editor')", name=op.f(f"ck_{table}_origin")),
            sa.ForeignKeyConstraint(
                [f"{kind}_id"], [f"{kind}.id"], name=op.f(f"fk_{table}_{kind}_id_{kind}"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                ["service_id"], ["service.id"], name=op.f(f"fk_{table}_service_id_service"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("service_id", f"{kind}_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{kind}_id"), table, [f"{kind}_id"])


def downgrade() -> None:
    for kind in KINDS:
        op.drop_index(op.f(f"ix_{kind}_classification_{kind}_id"), table_name=f"{kind}_classification")
        op.drop_table(f"{kind}_classification")

"""The gazetteer: postcodes, and counties and cities by name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gazetteer_edition",
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("edition", name=op.f("pk_gazetteer_edition")),
    )
    op.create_table(
        "postcode",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode")),
    )
    op.create_table(
        "named_place",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("postcodes", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_named_place")),
    )
    op.create_index(op.f("ix_named_place_folded"), "named_place", ["folded"])


def downgrade() -> None:
    op.drop_index(op.f("ix_named_place_folded"), table_name="named_place")
    for name in ("named_place", "postcode", "gazetteer_edition"):
        op.drop_table(name)

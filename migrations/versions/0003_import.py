"""Catalogues of others: sources, what they last said, conflicts; locations of their own; fields nobody has told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNTOLD = {
    "agency": (("summary", JSON), ("url", JSON)),
    "service": (
        ("summary", JSON),
        ("url", JSON),
        ("who", JSON),
        ("benefit", JSON),
        ("cost_free", sa.Boolean()),
        ("checked_on", sa.Date()),
    ),
}
ADDRESS = (("street", sa.String()), ("city", sa.String()), ("state", sa.String(2)), ("postcode", sa.String(10)))


def upgrade() -> None:
    for table, columns in UNTOLD.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in columns:
                batch.alter_column(name, existing_type=kind, nullable=True)
            if table == "service":
                batch.add_column(sa.Column("not_current", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("service_area") as batch:
        batch.alter_column("area", existing_type=sa.String(20), type_=sa.String(80), existing_nullable=False)
    op.create_table(
        "service_location",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_service_location_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_location_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "location_id", name=op.f("pk_service_location")),
    )
    op.create_index(op.f("ix_service_location_location_id"), "service_location", ["location_id"])
    op.execute(
        "INSERT INTO service_location (service_id, location_id, position) SELECT service_id, id, position FROM location"
    )
    op.drop_index(op.f("ix_location_service_id"), table_name="location")
    with op.batch_alter_table("location") as batch:
        batch.drop_constraint(op.f("fk_location_service_id_service"), type_="foreignkey")
        batch.drop_column("service_id")
        batch.drop_column("position")
        for name, kind in ADDRESS:
            batch.alter_column(name, existing_type=kind, nullable=True)
        batch.add_column(sa.Column("agency_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("hours_note", JSON, nullable=True))
        batch.add_column(sa.Column("hours_exceptions", JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("languages", JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("accessibility", JSON, nullable=True))
        batch.add_column(sa.Column("not_current", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key(op.f("fk_location_agency_id_agency"), "agency", ["agency_id"], ["id"])
    op.create_index(op.f("ix_location_agency_id"), "location", ["agency_id"])
    op.create_table(
        "service_term",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_term_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "scheme", "value", name=op.f("pk_service_term")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("key", name=op.f("uq_source_key")),
    )
    op.create_table(
        "source_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("identifier", sa.String(length=200), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("beside", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('agency', 'location', 'service', 'article', 'intent', 'profile')",
            name=op.f("ck_source_record_kind"),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_record_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_record")),
        sa.UniqueConstraint("source_id", "kind", "identifier", name="uq_source_record_identifier"),
    )
    op.create_index("ix_source_record_record", "source_record", ["kind", "record_id"])
    op.create_table(
        "import_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_record_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("base", JSON, nullable=True),
        sa.Column("ours", JSON, nullable=True),
        sa.Column("theirs", JSON, nullable=True),
        sa.Column("noticed_at", sa.DateTime(), nullable=False),
        sa.Column("decision", sa.String(length=6), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("decision IN ('ours', 'theirs')", name=op.f("ck_import_conflict_decision")),
        sa.ForeignKeyConstraint(
            ["source_record_id"],
            ["source_record.id"],
            name=op.f("fk_import_conflict_source_record_id_source_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_conflict")),
    )
    op.create_index(op.f("ix_import_conflict_source_record_id"), "import_conflict", ["source_record_id"])
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("troubles", JSON, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_import_run_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_source_id"), "import_run", ["source_id"])


def downgrade() -> None:
    """What the narrower tables cannot hold goes: records with untold fields, and locations of no service."""
    for name in ("import_run", "import_conflict", "source_record", "source", "service_term"):
        op.drop_table(name)
    untold = " OR ".join(f"{name} IS NULL" for name, _ in UNTOLD["service"])
    op.execute(f"DELETE FROM service WHERE {untold}")  # noqa: S608 - names of ours
    op.execute(
        "DELETE FROM location WHERE street IS NULL OR city IS NULL OR state IS NULL OR postcode IS NULL"
        " OR id NOT IN (SELECT location_id FROM service_location)"
    )
    op.execute("DELETE FROM service_area WHERE length(area) > 20")
    with op.batch_alter_table("service_area") as batch:
        batch.alter_column("area", existing_type=sa.String(80), type_=sa.String(20), existing_nullable=False)
    op.drop_index(op.f("ix_location_agency_id"), table_name="location")
    with op.batch_alter_table("location") as batch:
        batch.drop_constraint(op.f("fk_location_agency_id_agency"), type_="foreignkey")
        for name in ("not_current", "accessibility", "languages", "hours_exceptions", "hours_note", "agency_id"):
            batch.drop_column(name)
        batch.add_column(sa.Column("service_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("position", sa.Integer(), nullable=True))
    for column in ("service_id", "position"):
        op.execute(
            f"UPDATE location SET {column} = (SELECT {column} FROM service_location"  # noqa: S608 - two names of ours
            " WHERE location_id = location.id ORDER BY service_id LIMIT 1)"
        )
    with op.batch_alter_table("location") as batch:
        for name, kind in (("service_id", sa.Integer()), ("position", sa.Integer()), *ADDRESS):
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_foreign_key(
            op.f("fk_location_service_id_service"), "service", ["service_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_location_service_id"), "location", ["service_id"])
    op.drop_table("service_location")
    op.execute("UPDATE agency SET summary = name WHERE summary IS NULL")
    op.execute("UPDATE agency SET url = '{}' WHERE url IS NULL")
    for table, columns in UNTOLD.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in columns:
                batch.alter_column(name, existing_type=kind, nullable=False)
            if table == "service":
                batch.drop_column("not_current")

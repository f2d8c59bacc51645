"""Promises that hold for the whole house."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from portal import config
from portal.catalogue.operations import save_agency, save_service
from portal.database import transaction
from portal.extensions import Model, db
from portal.security import AUDIENCES, AudienceBlueprint
from tests.support import agency_record, service_record

ROOT = Path(__file__).parents[1]


def test_every_route_says_who_it_is_for(starter):
    for rule in starter.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        blueprint = starter.blueprints[rule.endpoint.split(".")[0]]
        assert isinstance(blueprint, AudienceBlueprint), rule.endpoint
        assert blueprint.audience in AUDIENCES


def test_routes_that_anyone_can_reach(starter):
    """A list to read when a route is added: is it really for everyone, and is it safe?"""
    reached = {
        (rule.rule, method) for rule in starter.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {rule for rule, method in reached if method != "GET"} == {"/<lang:lang>/feedback"}
    assert {rule for rule, _ in reached} == {
        "/",
        "/<lang:lang>/",
        "/<lang:lang>/about",
        "/<lang:lang>/about/accessibility",
        "/<lang:lang>/about/design",
        "/<lang:lang>/about/privacy",
        "/<lang:lang>/articles/<slug>",
        "/<lang:lang>/contact",
        "/<lang:lang>/feedback",
        "/<lang:lang>/feedback/thanks",
        "/<lang:lang>/for",
        "/<lang:lang>/for/<profile>",
        "/<lang:lang>/for/<profile>/<intent>",
        "/<lang:lang>/life-events",
        "/<lang:lang>/life-events/<slug>",
        "/<lang:lang>/needs",
        "/<lang:lang>/needs/<slug>",
        "/<lang:lang>/search",
        "/<lang:lang>/services",
        "/<lang:lang>/services/<slug>",
        "/<lang:lang>/suggest",
        "/api/v1/openapi.json",
        "/api/v1/search",
        "/exit",
        "/healthz",
        "/metrics",
        "/readyz",
        "/static/<path:filename>",
    }


def test_a_get_changes_nothing(starter_folder, starter):
    """Whatever address is fetched, the database stays as it was."""
    with starter.app_context():
        before = {
            name: db.session.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in Model.metadata.tables
        }
    client = starter.test_client()
    values = {"lang": "en", "slug": "snap", "profile": "veterans", "intent": "disaster", "filename": "x"}
    for rule in starter.url_map.iter_rules():
        if "GET" in rule.methods:
            client.get(
                re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], rule.rule), query_string={"q": "food"}
            )
    with starter.app_context():
        assert before == {name: db.session.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in before}


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"`((?:PORTAL_|DATABASE_|REDIS_)[A-Z_]+)`", text))
    sources = [ROOT / "portal" / "config.py", ROOT / "deploy" / "serve.py", ROOT / "tests" / "support.py"]
    read = {
        name
        for source in sources
        for name in re.findall(r"\"((?:PORTAL_|DATABASE_|REDIS_)[A-Z_]+)\"", source.read_text())
        if not name.endswith("_")
    }
    assert documented == read
    assert set(config.VARIABLES.values()) <= read


def test_migrations_make_the_tables_of_the_models_and_take_them_back(app):
    """The app fixture migrated from empty: nothing is left to change; downgraded, nothing is left at all."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    db.session.remove()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert db.session.execute(sa.text("SELECT number FROM content_version")).scalar() == 1


def test_a_migration_that_alters_a_table_keeps_what_depends_on_it(site_sqlite, tmp_path):
    """SQLite alters a table by making it anew; dropping the old one must not take the rows of others along."""
    with transaction():
        save_agency(agency_record())
        save_service(service_record())
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_test.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = '0002', '0001', None, None\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('service') as table:\n"
        "        table.alter_column('owner', existing_type=sa.String(), type_=sa.String(300))\n"
    )
    db.session.remove()
    upgrade(directory=str(folder))
    assert db.session.execute(sa.text("SELECT count(*) FROM channel")).scalar() == 1
    assert db.session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "0002"
    assert db.session.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1


def test_sqlite_is_set_up_for_many_processes(site_sqlite):
    def pragma(name):
        return db.session.execute(sa.text(f"PRAGMA {name}")).scalar()

    assert (pragma("journal_mode"), pragma("foreign_keys"), pragma("synchronous"), pragma("busy_timeout")) == (
        "wal",
        1,
        1,
        10_000,
    )


def test_imports_point_downwards():
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json"])
def test_lock_files_pin_versions_and_name_no_registry(name):
    text = (ROOT / name).read_text()
    assert "http://" not in text
    assert not re.search(r"--(?:extra-)?index-url|--find-links|\"resolved\"", text)
    if name.endswith(".txt"):
        pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert [line for line in pinned if "==" not in line and not line.startswith("-c")] == []


def test_no_import_hides_inside_a_function():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "portal").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.match(r"\s+(?:from\s+[\w.]+\s+)?import\s", line)
    ]
    assert found == []

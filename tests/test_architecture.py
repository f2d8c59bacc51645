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
from portal.identity.queries import agency_ids_by_slug
from portal.security import AUDIENCES, AudienceBlueprint
from tests.staff import make_staff, signed_in_client
from tests.support import agency_record, service_record

ROOT = Path(__file__).parents[1]


def test_every_route_says_who_it_is_for(starter):
    for rule in starter.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        blueprint = starter.blueprints[rule.endpoint.split(".")[0]]
        assert isinstance(blueprint, AudienceBlueprint), rule.endpoint
        assert blueprint.audience in AUDIENCES


def audience(app, rule) -> str:
    """Who a route is for; files are for everyone."""
    return "public" if rule.endpoint == "static" else app.blueprints[rule.endpoint.rpartition(".")[0]].audience


def filled(rule) -> str:
    """A path of the route, with words that exist in the starter content where there are such."""
    values = {"lang": "en", "slug": "snap", "profile": "veterans", "intent": "disaster"}

    def value(match: re.Match[str]) -> str:
        converter, choices, name = match.groups()
        if choices:
            return re.findall(r"\w[\w-]*", choices)[0]
        return "1" if converter == "int" else values.get(name, "x")

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>", value, rule.rule)


def an_agency(app) -> int:
    with app.app_context():
        with transaction():
            save_agency(agency_record())
        return agency_ids_by_slug(["agency"])["agency"]


def test_routes_that_anyone_can_reach(starter):
    """A list to read when a route is added: is it really for everyone, and is it safe?"""
    reached = {
        (rule.rule, method)
        for rule in starter.url_map.iter_rules()
        if audience(starter, rule) in ("public", "machine")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {rule for rule, method in reached if method != "GET"} == {
        "/<lang:lang>/check",
        "/<lang:lang>/check/resume",
        "/<lang:lang>/feedback",
        # Takes only what a list gave out.
        "/<lang:lang>/related/followed",
        "/admin/set-password/<key>",
        "/admin/sign-in",
        "/admin/sign-in/code",
        "/admin/sign-in/set-up",
        # Nothing is stored by these.
        "/api/v1/screenings",
        "/api/v1/screenings/bulk",
        "/api/v1/understandings",
        # Takes only what a page of results gave out.
        "/search/followed",
    }
    assert {rule for rule, _ in reached} == {
        "/",
        "/<lang:lang>/",
        "/<lang:lang>/about",
        "/<lang:lang>/about/accessibility",
        "/<lang:lang>/about/design",
        "/<lang:lang>/about/privacy",
        "/<lang:lang>/articles/<slug>",
        "/<lang:lang>/articles/<slug>/seen",
        "/<lang:lang>/check",
        "/<lang:lang>/check/deleted",
        "/<lang:lang>/check/ended",
        "/<lang:lang>/check/resume",
        "/<lang:lang>/contact",
        "/<lang:lang>/feedback",
        "/<lang:lang>/feedback/thanks",
        "/<lang:lang>/files/<uid>",
        "/<lang:lang>/for",
        "/<lang:lang>/for/<profile>",
        "/<lang:lang>/for/<profile>/<intent>",
        "/<lang:lang>/life-events",
        "/<lang:lang>/life-events/<slug>",
        "/<lang:lang>/needs",
        "/<lang:lang>/needs/<slug>",
        "/<lang:lang>/related/followed",
        "/<lang:lang>/related/shown",
        "/<lang:lang>/search",
        "/<lang:lang>/services",
        "/<lang:lang>/services/<slug>",
        "/<lang:lang>/services/<slug>/contacted",
        "/<lang:lang>/services/<slug>/seen",
        "/<lang:lang>/suggest",
        "/admin/set-password/<key>",
        "/admin/sign-in",
        "/admin/sign-in/code",
        "/admin/sign-in/set-up",
        "/api/v1/articles",
        "/api/v1/articles/<key>",
        "/api/v1/facts",
        "/api/v1/openapi.json",
        "/api/v1/screenings",
        "/api/v1/screenings/bulk",
        "/api/v1/understandings",
        "/api/v1/search",
        "/api/v1/services/<key>/related",
        "/exit",
        "/healthz",
        "/metrics",
        "/readyz",
        "/search/followed",
        "/static/<path:filename>",
    }


def test_routes_of_staff_refuse_everyone_else(site_sqlite, monkeypatch):
    """Without a session, and for administrators' pages with a session of any other role."""
    # The form token is asked for before; here it is not what refuses.
    monkeypatch.setitem(site_sqlite.config, "WTF_CSRF_CHECK_DEFAULT", False)
    save = make_staff(site_sqlite, "administrator", password="orchard lamp river")
    others = [
        signed_in_client(site_sqlite, make_staff(site_sqlite, role, agency_ids=agency_ids))
        for role, agency_ids in (
            *(("editor", ()), ("reviewer", ()), ("specialist", ())),
            ("agency_editor", (an_agency(site_sqlite),)),
        )
    ]
    administrator = signed_in_client(site_sqlite, save)
    checked = 0
    for rule in site_sqlite.url_map.iter_rules():
        if audience(site_sqlite, rule) not in ("staff", "analyst", "admin"):
            continue
        path = filled(rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = site_sqlite.test_client().open(path, method=method)
            if method == "GET":
                assert (answer.status_code, answer.location) == (303, f"/admin/sign-in?next={path}"), rule
            else:
                assert answer.status_code == 403, rule
            assert answer.headers["Cache-Control"] == "no-store"
            if audience(site_sqlite, rule) == "admin":
                assert {other.open(path, method=method).status_code for other in others} == {403}, rule
                assert administrator.open(path, method=method).status_code != 403, rule
            checked += 1
    assert checked > 10


def test_a_get_changes_nothing(starter_folder, starter):
    """Whatever address is fetched, the database stays as it was."""
    with starter.app_context():
        before = {
            name: db.session.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in Model.metadata.tables
        }
    client = starter.test_client()
    for rule in starter.url_map.iter_rules():
        if "GET" in rule.methods:
            client.get(filled(rule), query_string={"q": "food"})
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
    head = db.session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    (folder / "versions" / "9999_test.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', {head!r}, None, None\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('service') as table:\n"
        "        table.alter_column('owner', existing_type=sa.String(), type_=sa.String(300))\n"
    )
    db.session.remove()
    upgrade(directory=str(folder))
    assert db.session.execute(sa.text("SELECT count(*) FROM channel")).scalar() == 1
    assert db.session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
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

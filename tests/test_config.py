import stat
import subprocess
import sys

import pytest

from portal.config import InvalidSetting, load_settings


def test_defaults(tmp_path):
    settings = load_settings({"PORTAL_INSTANCE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'portico.db'}"
    assert (settings.redis_url, settings.proxies, settings.https, settings.cache_seconds) == ("", 0, False, 60)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_PROXIES", "many"),
        ("PORTAL_PROXIES", "-1"),
        ("PORTAL_HTTPS", "yes"),
        ("PORTAL_LOG_LEVEL", "LOUD"),
        ("PORTAL_CACHE_SECOND", "5"),
    ],
)
def test_a_bad_setting_is_refused_by_name(tmp_path, name, value):
    with pytest.raises(InvalidSetting, match=name):
        load_settings({"PORTAL_INSTANCE": str(tmp_path), name: value})


def test_postgresql_is_reached_through_psycopg(tmp_path):
    settings = load_settings({"PORTAL_INSTANCE": str(tmp_path), "DATABASE_URL": "postgres://me@host/db"})
    assert settings.database_url == "postgresql+psycopg://me@host/db"


def test_the_secret_is_made_once_and_kept_from_others(tmp_path):
    first = load_settings({"PORTAL_INSTANCE": str(tmp_path)}).secret_key
    assert load_settings({"PORTAL_INSTANCE": str(tmp_path)}).secret_key == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path):
    environ = {"PORTAL_INSTANCE": str(tmp_path)}
    script = f"from portal.config import load_settings; print(load_settings({environ!r}).secret_key)"
    started = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1

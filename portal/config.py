"""Every setting of Portico. Each is an environment variable; ``docs/configuration.md`` explains them to operators."""

import contextlib
import os
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class InvalidSetting(ValueError):
    """A setting has a value that Portico cannot use; the message names the variable."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, typed. The environment variable of each stands in ``VARIABLES``."""

    # Folder of what this installation keeps: database, search index, secret key.
    instance: Path
    # SQLAlchemy address of the database; SQLite in the instance folder unless told.
    database_url: str
    # Redis for rate limits; each process counts for itself where it is empty.
    redis_url: str
    # Signs the session cookie and encrypts second factors; made once and kept in the instance folder unless told.
    secret_key: str
    # Address people reach the portal at, for canonical links; the request's own host where empty.
    public_url: str
    # How many reverse proxies in front set X-Forwarded-For, -Proto and -Host.
    proxies: int
    # Only send cookies over HTTPS.
    https: bool
    # How long caches may keep a public page, in seconds.
    cache_seconds: int
    # How many megabytes of finished public pages each process keeps; 0 makes every page anew.
    pages_kept: int
    # Least severe messages that the log keeps.
    log_level: str
    # What keeps the search index: whoosh, or tantivy for more than a few thousand documents.
    search_engine: str
    # Search by meaning besides words; needs requirements-semantic.txt.
    search_meaning: bool
    # How many feedback messages one address may send in an hour.
    feedback_limit: int
    # How long someone of staff stays signed in at most, in hours.
    staff_session_hours: int
    # After how many minutes without a request they have to sign in again.
    staff_idle_minutes: int
    # How many tries to sign in one address may make in an hour.
    sign_in_limit: int
    # Ask the addresses that records name, a few each day, whether they still answer.
    check_links: bool
    # After how many minutes without a request the answers of a screening are deleted.
    screening_minutes: int
    # How many days a code to come back to a screening works.
    screening_code_days: int
    # How many codes one address may try in an hour.
    screening_code_limit: int
    # How often a search must have failed, or its results been followed, before anything of it is looked at.
    search_least: int
    # How many visits must stand behind anything that lists of related services tell; 5 at least.
    related_least: int
    # After how many minutes without a page a visit that may be counted has ended.
    visit_minutes: int
    # How many visits of one address may be counted in an hour.
    visit_limit: int


VARIABLES = {
    "instance": "PORTAL_INSTANCE",
    "database_url": "DATABASE_URL",
    "redis_url": "REDIS_URL",
    "secret_key": "PORTAL_SECRET_KEY",
    "public_url": "PORTAL_PUBLIC_URL",
    "proxies": "PORTAL_PROXIES",
    "https": "PORTAL_HTTPS",
    "cache_seconds": "PORTAL_CACHE_SECONDS",
    "pages_kept": "PORTAL_PAGES_KEPT",
    "log_level": "PORTAL_LOG_LEVEL",
    "search_engine": "PORTAL_SEARCH_ENGINE",
    "search_meaning": "PORTAL_SEARCH_MEANING",
    "feedback_limit": "PORTAL_FEEDBACK_LIMIT",
    "staff_session_hours": "PORTAL_STAFF_SESSION_HOURS",
    "staff_idle_minutes": "PORTAL_STAFF_IDLE_MINUTES",
    "sign_in_limit": "PORTAL_SIGN_IN_LIMIT",
    "check_links": "PORTAL_CHECK_LINKS",
    "screening_minutes": "PORTAL_SCREENING_MINUTES",
    "screening_code_days": "PORTAL_SCREENING_CODE_DAYS",
    "screening_code_limit": "PORTAL_SCREENING_CODE_LIMIT",
    "search_least": "PORTAL_SEARCH_LEAST",
    "related_least": "PORTAL_RELATED_LEAST",
    "visit_minutes": "PORTAL_VISIT_MINUTES",
    "visit_limit": "PORTAL_VISIT_LIMIT",
}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SEARCH_ENGINES = ("whoosh", "tantivy")


def load_settings(environ: dict[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, with ``overrides`` on top.

    Raises InvalidSetting for a value that is not of the setting's kind, an unknown ``PORTAL_*`` setting included.
    """
    environ = dict(os.environ) if environ is None else environ
    known = {*VARIABLES.values(), "PORTAL_REQUIRE_ALL", "PORTAL_PORT", "PORTAL_WORKERS", "PORTAL_BIND"}
    for name in environ:
        if name.startswith("PORTAL_") and name not in known:
            raise InvalidSetting(f"{name} is not a setting of Portico")

    instance = Path(overrides.get("instance") or environ.get("PORTAL_INSTANCE") or ROOT / "instance")
    values: dict[str, Any] = {
        "instance": instance,
        "database_url": _database_url(environ.get("DATABASE_URL", ""), instance),
        "redis_url": environ.get("REDIS_URL", ""),
        "secret_key": environ.get("PORTAL_SECRET_KEY", ""),
        "public_url": environ.get("PORTAL_PUBLIC_URL", "").rstrip("/"),
        "proxies": _whole("PORTAL_PROXIES", environ, 0),
        "https": _flag("PORTAL_HTTPS", environ),
        "cache_seconds": _whole("PORTAL_CACHE_SECONDS", environ, 60),
        "pages_kept": _whole("PORTAL_PAGES_KEPT", environ, 16),
        "log_level": _choice("PORTAL_LOG_LEVEL", environ, LOG_LEVELS, "INFO"),
        "search_engine": _choice("PORTAL_SEARCH_ENGINE", environ, SEARCH_ENGINES, "whoosh"),
        "search_meaning": _flag("PORTAL_SEARCH_MEANING", environ),
        "feedback_limit": _whole("PORTAL_FEEDBACK_LIMIT", environ, 30),
        "staff_session_hours": _whole("PORTAL_STAFF_SESSION_HOURS", environ, 12),
        "staff_idle_minutes": _whole("PORTAL_STAFF_IDLE_MINUTES", environ, 60),
        "sign_in_limit": _whole("PORTAL_SIGN_IN_LIMIT", environ, 30),
        "check_links": _flag("PORTAL_CHECK_LINKS", environ),
        "screening_minutes": _whole("PORTAL_SCREENING_MINUTES", environ, 30),
        "screening_code_days": _whole("PORTAL_SCREENING_CODE_DAYS", environ, 30),
        "screening_code_limit": _whole("PORTAL_SCREENING_CODE_LIMIT", environ, 30),
        "search_least": _whole("PORTAL_SEARCH_LEAST", environ, 3),
        "related_least": _whole("PORTAL_RELATED_LEAST", environ, 10, least=5),
        "visit_minutes": _whole("PORTAL_VISIT_MINUTES", environ, 30, least=1),
        "visit_limit": _whole("PORTAL_VISIT_LIMIT", environ, 60),
    }
    unknown = set(overrides) - {field.name for field in fields(Settings)}
    if unknown:
        raise InvalidSetting(f"unknown settings: {', '.join(sorted(unknown))}")
    values |= overrides
    if not values["secret_key"]:
        values["secret_key"] = _kept_secret(instance)
    return Settings(**values)


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance.absolute() / 'portico.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    return value


def _whole(name: str, environ: dict[str, str], default: int, least: int = 0) -> int:
    value = environ.get(name, "")
    if value and not value.isdecimal():
        raise InvalidSetting(f"{name} must be a whole number, not {value!r}")
    if value and int(value) < least:
        raise InvalidSetting(f"{name} must be at least {least}, not {value}")
    return int(value) if value else default


def _flag(name: str, environ: dict[str, str]) -> bool:
    return _choice(name, environ, ("0", "1"), "0") == "1"


def _choice(name: str, environ: dict[str, str], choices: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in choices:
        raise InvalidSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def _kept_secret(instance: Path) -> str:
    """The secret of this installation. Two processes that start at once agree on one: the file is made only once."""
    path = instance / "secret-key"
    instance.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place, so that no other process reads half of it.
        draft = instance / f"secret-key-{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()

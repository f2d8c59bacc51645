"""Portico: one front door for all public services."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from . import (
    api,
    caching,
    catalogue,
    cli,
    components,
    compression,
    contact_center,
    database,
    editing,
    eligibility,
    errors,
    home,
    i18n,
    identity,
    intents,
    knowledge,
    related,
    search,
    security,
    tuning,
)
from .config import Settings, load_settings
from .extensions import csrf, db, limiter, migrate

__version__ = "0.1.0"

# In dependency order: each may use those before it.
CAPABILITIES = (
    search,
    identity,
    catalogue,
    knowledge,
    intents,
    eligibility,
    related,
    contact_center,
    tuning,
    editing,
    home,
    api,
    cli,
)


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application, with settings from the environment unless given. Raises InvalidSetting."""
    app = Flask(__name__)
    configure(app, settings or load_settings(**overrides))
    init_extensions(app)
    # What follows a request runs in the reverse order: caching speaks before security reads what it said.
    for module in (i18n, database, security, caching, compression, components, errors, *CAPABILITIES):
        module.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Take the settings over into the application."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    # It would note the addresses of visitors.
    logging.getLogger("flask-limiter").setLevel(logging.CRITICAL)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        SEARCH_FOLDER=settings.instance / "search",
        SEARCH_ENGINE=settings.search_engine,
        SEARCH_MEANING=settings.search_meaning,
        CACHE_SECONDS=settings.cache_seconds,
        PAGES_KEPT=settings.pages_kept,
        PUBLIC_URL=settings.public_url,
        FEEDBACK_LIMIT=f"{settings.feedback_limit} per hour",
        STAFF_SESSION_HOURS=settings.staff_session_hours,
        STAFF_IDLE_MINUTES=settings.staff_idle_minutes,
        SIGN_IN_LIMIT=f"{settings.sign_in_limit} per hour",
        CHECK_LINKS=settings.check_links,
        SCREENING_MINUTES=settings.screening_minutes,
        SCREENING_CODE_DAYS=settings.screening_code_days,
        SCREENING_CODE_LIMIT=f"{settings.screening_code_limit} per hour",
        SEARCH_LEAST=settings.search_least,
        RELATED_LEAST=settings.related_least,
        VISIT_MINUTES=settings.visit_minutes,
        VISIT_LIMIT=f"{settings.visit_limit} per hour",
        RELEASE=release(Path(app.root_path), settings.public_url),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        SESSION_COOKIE_NAME="portico",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
        # It would ask for a referrer, which pages that are not to be stored do not send. The token is enough.
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=64 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        BABEL_TRANSLATION_DIRECTORIES=str(Path(app.root_path) / "translations"),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = app.debug
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )


def init_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(app.root_path).parent / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    limiter.init_app(app)


def release(root: Path, public_url: str) -> str:
    """A short name of what makes pages besides their content: code, templates, styles, translations, own address."""
    digest = hashlib.sha256(f"{__version__} {public_url}".encode())
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".html", ".mo", ".json") and "content" not in path.relative_to(root).parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

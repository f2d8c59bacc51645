"""The editors' side: drafts, review by a second person, publication now or later, history, and lists of work.

It stands above all content, because a record as editors know it is put together from several capabilities.
"""

import datetime

from flask import Flask

from .. import jobs
from . import listeners as listeners
from . import models as models
from .link_checks import plan_link_checks
from .models import now
from .operations import forget_untouched
from .rules import as_text, kinds_seen, marked, sees_own_only, unit_words
from .views.article_health import blueprint as article_health
from .views.articles import blueprint as article_pages
from .views.drafts import blueprint as drafts
from .views.files import blueprint as file_pages
from .views.records import blueprint as records
from .views.work import blueprint as work_pages

UNTOUCHED_DAYS = 1


def init_app(app: Flask) -> None:
    for blueprint in (work_pages, article_pages, article_health, file_pages, drafts, records):
        app.register_blueprint(blueprint)
    app.jinja_env.filters.update(as_text=as_text, unit_words=unit_words)
    app.jinja_env.globals.update(kinds_seen=kinds_seen, marked=marked, sees_own_only=sees_own_only)
    app.extensions["admin_nav"][:0] = [
        ("editing.home", "Work", "view", "article"),
        ("records.services", "Records", "view", "service"),
    ]
    jobs.every_day(_forget_untouched)
    jobs.every_day(plan_link_checks)


def _forget_untouched() -> None:
    forget_untouched(now() - datetime.timedelta(days=UNTOUCHED_DAYS))

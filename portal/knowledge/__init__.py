"""The knowledge base that website and contact centre share: articles with public and staff text, and readers' feedback.

It also owns "Is this page useful?", which stands on every public page.
"""

from flask import Flask

from ..panels import Panel, register_panel
from . import models as models
from . import queries, seen
from .attachments.rules import type_words
from .structured_data import question_page
from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    seen.init_app(app)
    app.jinja_env.globals.update(flag_reasons=models.FLAG_REASONS, question_page=question_page, type_words=type_words)
    register_panel("service", 10, _articles_of_service)


def _articles_of_service(service_id: int, lang: str) -> Panel | None:
    articles = queries.articles_of_service(service_id, lang)
    return Panel("knowledge/articles_panel.html", {"articles": articles}) if articles else None

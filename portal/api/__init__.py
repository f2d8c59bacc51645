"""The same reads for machines: JSON under ``/api/v1``, described by OpenAPI."""

from flask import Flask

from .views.articles import blueprint as articles
from .views.related import blueprint as related
from .views.screening import blueprint as screening
from .views.search import blueprint as search
from .views.understanding import blueprint as understanding


def init_app(app: Flask) -> None:
    for blueprint in (search, articles, related, screening, understanding):
        app.register_blueprint(blueprint)

"""The same reads for machines: JSON under ``/api/v1``, described by OpenAPI."""

from flask import Flask

from .views.screening import blueprint as screening
from .views.search import blueprint as search


def init_app(app: Flask) -> None:
    for blueprint in (search, screening):
        app.register_blueprint(blueprint)

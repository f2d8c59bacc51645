"""The same reads for machines: JSON under ``/api/v1``, described by OpenAPI."""

from flask import Flask

from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)

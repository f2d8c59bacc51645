"""The front page, search, and the pages about the portal itself."""

from flask import Flask

from . import health, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(health.blueprint)

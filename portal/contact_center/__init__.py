"""Reaching a person: whom to call or write to about what one was reading."""

from flask import Flask

from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)

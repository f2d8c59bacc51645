"""Who can get what, and why: facts, criteria, screening and explanations."""

from flask import Flask

from . import jobs as jobs
from .views import blueprint, public


def init_app(app: Flask) -> None:
    app.register_blueprint(public)
    app.register_blueprint(blueprint)

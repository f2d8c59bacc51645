"""How people steer the search: words of citizens that staff add to records, documents that editors pin and bury, a
test of such changes before they go live, searches that failed as a list of work, and what use teaches.

What a search reads of it lies in ``search``, which knows nothing of staff or content. Here is who may change it, and
how.
"""

from flask import Flask, current_app

from .. import jobs
from . import listeners as listeners
from . import recording
from . import trials as trials
from .operations import forget_searches, learn
from .views import blueprint, public


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(public)
    recording.init_app(app)
    app.extensions["admin_nav"].append(("tuning.search", "Search", "view", "search"))
    jobs.every_day(_every_day)


def _every_day() -> None:
    least = current_app.config["SEARCH_LEAST"]
    forget_searches(least)
    learn(least)

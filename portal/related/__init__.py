"""Related services: links of editors, and what visits teach, told only of many and never of one."""

from flask import Flask

from ..panels import register_panel
from . import figures, personal
from . import jobs as jobs
from . import listeners as listeners
from .panels import PANELS
from .views import visits
from .views.editors import blueprint as editors


def init_app(app: Flask) -> None:
    for blueprint in (visits.public, visits.blueprint, editors):
        app.register_blueprint(blueprint)
    figures.init_app(app)
    personal.init_app(app)
    app.extensions["admin_nav"].append(("related_admin.index", "Related services", "view", "related"))
    for place, panel in PANELS.items():
        register_panel(place, 40, panel)

"""Related services: links of editors, and what visits teach, told only of many and never of one."""

from flask import Flask

from ..panels import register_panel
from . import figures, personal
from . import jobs as jobs
from . import listeners as listeners
from .panels import PANELS
from .views import visits


def init_app(app: Flask) -> None:
    app.register_blueprint(visits.public)
    app.register_blueprint(visits.blueprint)
    figures.init_app(app)
    personal.init_app(app)
    for place, panel in PANELS.items():
        register_panel(place, 40, panel)

"""Related services: links of editors, and what visits teach, told only of many and never of one."""

from flask import Flask

from ..panels import register_panel
from .panels import PANELS
from .views.editors import blueprint as editors


def init_app(app: Flask) -> None:
    app.register_blueprint(editors)
    app.extensions["admin_nav"].append(("related_admin.index", "Related services", "view", "related"))
    for place, panel in PANELS.items():
        register_panel(place, 40, panel)

"""Public services on offer: agencies, services, how, where and from whom one gets them.

The catalogue owns these records and the page of a service. What else belongs on that page comes from panels.
"""

from flask import Flask

from . import models as models
from .rules import area_name, day_ranges
from .structured_data import government_service
from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(government_service=government_service, day_ranges=day_ranges)
    app.jinja_env.filters["area_name"] = area_name

"""Public services on offer: agencies, services, how, where and from whom one gets them.

The catalogue owns these records and the page of a service. What else belongs on that page comes from panels.
"""

from flask import Flask

from . import models as models
from .structured_data import government_service
from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["government_service"] = government_service

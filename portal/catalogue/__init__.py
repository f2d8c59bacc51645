"""Public services on offer: agencies, services, how, where and from whom one gets them.

The catalogue owns these records and the page of a service. What else belongs on that page comes from panels.
"""

from flask import Flask

from . import models as models
from .places.words import coverage_in_words, distance_in_words, exception_in_words, isolated, map_address
from .rules import day_ranges, next_exceptions
from .structured_data import government_service
from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        government_service=government_service,
        day_ranges=day_ranges,
        next_exceptions=next_exceptions,
        coverage_in_words=coverage_in_words,
        distance_in_words=distance_in_words,
        exception_in_words=exception_in_words,
        map_address=map_address,
        isolated=isolated,
    )

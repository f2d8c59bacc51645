"""What citizens are dealing with, who they are, and which services belong to it.

Intents (life events and needs), profiles, and the bundles that put services of all agencies in the order of the
journey. It also says what the search index holds of all of them, because only here both a service and its intents and
profiles are known.
"""

from flask import Flask

from ..panels import register_panel
from . import documents, panels
from . import listeners as listeners
from . import models as models
from .views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    documents.register()
    register_panel("service", 20, panels.intents_of_service)
    register_panel("article", 10, panels.services_of_article)
    register_panel("article", 20, panels.intents_of_article)

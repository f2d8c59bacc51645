"""The same operations for operators: ``flask --app wsgi GROUP VERB``."""

from flask import Flask

from .catalogue import catalogue_cli
from .content import content_cli
from .eligibility import eligibility_cli
from .intents import intents_cli
from .jobs import jobs_cli
from .related import related_cli
from .search import search_cli
from .setup import setup_command
from .staff import staff_cli


def init_app(app: Flask) -> None:
    for command in (
        catalogue_cli,
        content_cli,
        eligibility_cli,
        intents_cli,
        jobs_cli,
        related_cli,
        search_cli,
        setup_command,
        staff_cli,
    ):
        app.cli.add_command(command)

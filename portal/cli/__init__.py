"""The same operations for operators: ``flask --app wsgi GROUP VERB``."""

from flask import Flask

from .content import content_cli
from .jobs import jobs_cli
from .search import search_cli
from .setup import setup_command


def init_app(app: Flask) -> None:
    for command in (content_cli, jobs_cli, search_cli, setup_command):
        app.cli.add_command(command)

"""``flask setup``: database, starter content and index brought up to date; quick where nothing is to do."""

import datetime
import hashlib
import logging
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade

from .. import jobs
from ..caching import note_starter_content, starter_content
from ..catalogue.places.gazetteer import fill_gazetteer
from ..database import transaction
from ..intents.classification import apply_rules, services_to_classify
from ..intents.classification_files import VOCABULARIES
from ..intents.listeners import UPDATE_INDEX
from ..search import all_indexes
from ..search.operations import rebuild_index
from .content.files import CONTENT
from .content.load import load_content


@click.command("setup")
@with_appcontext
def setup_command() -> None:
    """Migrate the database, load changed starter content, make a missing index."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()
    with transaction():
        if fill_gazetteer():
            click.echo("filled the gazetteer")
    edition = content_edition()
    if starter_content() != edition:
        click.echo("loading the starter content")
        report = load_content()
        for problem in report.problems:
            click.echo(f"refused {problem}", err=True)
        if report.problems:
            raise SystemExit(1)
        for batch in list(services_to_classify()):
            with transaction():
                apply_rules(batch)
        begun = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        rebuild_index()
        with transaction():
            note_starter_content(edition)
            jobs.discard(UPDATE_INDEX, begun)
    elif not all(index.is_ready() for index in all_indexes()):
        click.echo("making the search index")
        rebuild_index()


def content_edition(*roots: Path) -> str:
    """A name that changes when any content file, or any rule for the words of other catalogues, does."""
    digest = hashlib.sha256()
    for root in roots or (CONTENT, VOCABULARIES):
        for path in sorted(root.rglob("*.yaml")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

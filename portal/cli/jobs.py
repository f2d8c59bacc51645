"""``flask jobs``: the worker that empties the outbox."""

import click
from flask.cli import AppGroup

from .. import jobs

jobs_cli = AppGroup("jobs", help="Work that is done after the commit.")


@jobs_cli.command("work")
@click.option("--once", is_flag=True, help="Stop when nothing is ready.")
def work(once: bool) -> None:
    """Do what waits in the outbox, and go on doing it until stopped."""
    if not once:
        jobs.work_forever()
    total = 0
    while done := jobs.work_once():
        total += done
    click.echo(f"{total} done")

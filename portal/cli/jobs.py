"""``flask jobs``: the worker that empties the outbox."""

import click

from .. import jobs
from ..database import transaction
from .groups import CommandGroup

jobs_cli = CommandGroup("jobs", help="Work that is done after the commit.")


@jobs_cli.command("failed")
def failed() -> None:
    """List what was tried too often and given up."""
    for row_id, task, error in jobs.given_up():
        click.echo(f"{row_id} {task}: {error}")


@jobs_cli.command("retry")
def retry() -> None:
    """Try again what was given up."""
    with transaction():
        count = jobs.try_again()
    click.echo(f"{count} to be tried again")


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

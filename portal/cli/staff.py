"""``flask staff``: accounts of staff from the command line, the first administrator's among them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from ..database import transaction
from ..identity.operations import accounts
from ..identity.queries import agency_ids_by_slug, staff_by_email, staff_rows
from ..identity.rules import ROLES, Staff, fold_email, is_email, password_problem, roles_problem
from .groups import CommandGroup

staff_cli = CommandGroup("staff", help="People who work with Portico.")


@staff_cli.command("create")
@click.argument("email")
@click.option("--name", required=True, help="How others see them.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice(ROLES), help="May be given again.")
@click.option("--agency", "agencies", multiple=True, metavar="SLUG", help="Of an agency editor; may be given again.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, for scripts.")
def create(email: str, name: str, roles: tuple[str, ...], agencies: tuple[str, ...], password_stdin: bool) -> None:
    """Add an account. It sets up its second step when it signs in for the first time."""
    found = agency_ids_by_slug(agencies)
    if missing := [slug for slug in agencies if slug not in found]:
        raise click.ClickException(f"There is no agency {', '.join(missing)}")
    # Told before a password is asked for; the operation checks again.
    if not is_email(fold_email(email)):
        raise click.ClickException("The e-mail address must be like name@example.gov")
    if problem := roles_problem(roles, found.values()):
        raise click.ClickException(problem)
    if staff_by_email(fold_email(email)):
        raise click.ClickException("There is an account with this e-mail address")
    password = _password(password_stdin)
    if problem := password_problem(password, fold_email(email), name):
        raise click.ClickException(problem)
    with _telling(), transaction():
        accounts.create_staff(email, name, roles, agency_ids=found.values(), password=password, actor=None)
    click.echo(f"{fold_email(email)} can sign in at /admin/sign-in.")


@staff_cli.command("list")
def list_all() -> None:
    """List all accounts: e-mail address, name, roles, agencies, what is missing."""
    for row in staff_rows():
        notes = [
            words
            for words, holds in (
                ("disabled", row.disabled_at is not None),
                ("no password", not row.has_password),
                ("no second step", not row.has_second_factor),
            )
            if holds
        ]
        parts = (row.staff.email, row.staff.name, ", ".join(sorted(row.staff.roles)), *row.agencies, *notes)
        click.echo("; ".join(parts))


@staff_cli.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let someone in no more, and end their sessions."""
    staff = _staff(email)
    with _telling(), transaction():
        accounts.disable_staff(staff, actor=None)
    click.echo(f"{staff.email} is disabled.")


@staff_cli.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """For who lost password or phone when no administrator can help: print a link, take the second step away."""
    staff = _staff(email)
    with transaction():
        accounts.reset_second_factor(staff, actor=None)
        key = accounts.give_password_link(staff, actor=None)
    click.echo(f"{current_app.config['PUBLIC_URL']}/admin/set-password/{key}")


def _staff(email: str) -> Staff:
    staff = staff_by_email(fold_email(email))
    if staff is None:
        raise click.ClickException(f"There is no account {email}")
    return staff


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@contextmanager
def _telling() -> Iterator[None]:
    """A refusal in the block becomes the command's error."""
    try:
        yield
    except accounts.Refused as refused:
        raise click.ClickException(str(refused)) from refused

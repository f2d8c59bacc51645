"""What all groups of commands have in common."""

from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup, ScriptInfo

from ..extensions import db

NO_DATABASE = "There is no database yet: run `flask --app wsgi setup`"


class CommandGroup(AppGroup):
    """Commands of one subject. Where the database was never set up they say so in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except sa.exc.DBAPIError as error:
            app = ctx.ensure_object(ScriptInfo).load_app()
            with app.app_context():
                if sa.inspect(db.engine).has_table("alembic_version"):
                    raise
            raise click.ClickException(NO_DATABASE) from error

"""Alembic's environment: it runs inside the application, on the application's database."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    options = {
        "target_metadata": database.metadata,
        "compare_type": True,
        # Portico begins transactions itself, so SQLite rolls back a broken migration too.
        "transactional_ddl": True,
        **current_app.extensions["migrate"].configure_args,
    }
    if context.is_offline_mode():
        context.configure(url=str(database.engine.url), literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with database.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()

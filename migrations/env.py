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
        # A table that is altered on SQLite is made anew, and dropping the old one would take its dependents along.
        # The setting holds only outside a transaction, so it goes to the driver.
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
            if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that refer to nothing")
        if on_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


run()

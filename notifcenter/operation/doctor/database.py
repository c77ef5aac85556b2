"""Whether the database answers, has all tables and takes a write."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from notifcenter.operation.doctor.checks import Failed, check, first_line
from notifcenter.operation.readiness import write_to_database

SERVER = "start the server or correct DATABASE_URL"
FILE = "let the owner of this process read and write the file and its folder, or correct DATABASE_URL"


@check("database")
def try_database() -> None:
    """Connect, compare the tables, and write one row; raises Failed."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Failed(f"it cannot be read ({first_line(error)}): {_cure()}.") from error
    if missing:
        raise Failed(f"{len(missing)} migrations are missing: run bin/notifcenter migrate.")
    try:
        write_to_database()
    except DatabaseError as error:
        raise Failed(f"it takes no write ({first_line(error)}): {_cure_for_writing()}.") from error


def _cure() -> str:
    return FILE if connection.vendor == "sqlite" else SERVER


def _cure_for_writing() -> str:
    if connection.vendor == "sqlite":
        return f"end what locks it, free some disk, or {FILE}"
    return "name the primary server in DATABASE_URL, free its disk, or grant the user the right to write"

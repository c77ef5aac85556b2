"""Restore a backup into an empty database: the tables as they were, brought up to date, then the secrets.

A mark in the database keeps everybody else out until the end. What fails takes away all that it has brought; what is
killed leaves the mark, and the next restore takes its remains away.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from notifcenter.operation import crash_points, instance
from notifcenter.operation.backup import schema, unfinished
from notifcenter.operation.backup.archive import BackupError, Manifest
from notifcenter.operation.backup.dialect import dialect
from notifcenter.operation.backup.progress import Progress
from notifcenter.operation.backup.schema import Table

GAP = 10_000_000
"""Numbers that are left out after the largest: what was numbered after the backup may be remembered elsewhere."""

MADE_BY_STARTING = {
    "django_content_type": "",
    "auth_permission": "",
    "notifcenter_writeprobe": "",
    "notifcenter_provider": " WHERE code <> 'self'",
}
"""Tables with rows that a database has before anybody used it, and which rows are others."""
SCHEDULER = "django_celery_beat"


@contextmanager
def restoring(file: ZipFile, manifest: Manifest) -> Iterator[None]:
    """Everything as it was when the backup was taken; the block does what is left to do before anybody else sees it.

    Raises BackupError where it cannot be done.
    """
    _check(manifest)
    unfinished.mark()
    try:
        _bring_back(file, manifest)
        yield
        _write_secrets(file, manifest)
    except BaseException:
        _drop_tables()
        unfinished.unmark()
        raise
    unfinished.unmark()


def _check(manifest: Manifest) -> None:
    """Refuse what cannot be done or would do harm, and hold DATA_DIR."""
    if absent := schema.unknown(manifest.migrations):
        raise BackupError(
            f"The backup needs {'.'.join(absent[0])}, which is not here: restore it with the version that made it, or "
            "a newer one, and with the same settings (STAFF_SECOND_FACTOR brings tables of its own)."
        )
    try:
        instance.take(settings.DATA_DIR)
    except instance.InUse as error:
        raise BackupError(f"The product runs on this DATA_DIR (process {error.pid}): stop it first.") from None
    if others := dialect().in_use_by():
        raise BackupError(f"The database is in use by {others}: stop every process of the product first.")
    if not unfinished.is_marked() and (table := _first_filled()):
        raise BackupError(f"The database is not empty: {table} has rows. Restore into an empty one.")


def _first_filled() -> str:
    """A table in which somebody has put something, "" where there is none."""
    with connection.cursor() as cursor:
        for table in _present_tables():
            others = MADE_BY_STARTING.get(table.name, "")
            if table.name.startswith(SCHEDULER) or (table.name in MADE_BY_STARTING and not others):
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table.name)}{others} LIMIT 1")
            if cursor.fetchone():
                return table.name
    return ""


def _present_tables() -> list[Table]:
    migrations = schema.applied()
    return schema.tables(set(migrations) - set(schema.unknown(migrations)))


def _bring_back(file: ZipFile, manifest: Manifest) -> None:
    _drop_tables()
    MigrationExecutor(connection).migrate(schema.latest(manifest.migrations))
    crash_points.at("restore.migrated")
    tables = schema.tables(manifest.migrations)
    _clear(tables)
    progress = Progress(sum(manifest.rows.values()))
    for table in tables:
        with file.open(f"tables/{table.name}") as source:
            dialect().read_rows(table, source, progress)
        if table.serial:
            dialect().number_from(table, GAP)
        crash_points.at("restore.table")
    call_command("migrate", verbosity=0)
    crash_points.at("restore.loaded")


@transaction.atomic
def _drop_tables() -> None:
    """All that migrations have made."""
    names = [table.name for table in reversed(_present_tables())]
    with connection.cursor() as cursor:
        for name in [*names, "django_migrations"] if names else []:
            cursor.execute(connection.SchemaEditorClass.sql_delete_table % {"table": connection.ops.quote_name(name)})


@transaction.atomic
def _clear(tables: list[Table]) -> None:
    """Without the rows that migrations put in."""
    with connection.cursor() as cursor:
        for table in reversed(tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")


def _write_secrets(file: ZipFile, manifest: Manifest) -> None:
    for name in manifest.secrets:
        descriptor, part = tempfile.mkstemp(dir=settings.DATA_DIR)
        with os.fdopen(descriptor, "wb") as out:
            out.write(file.read(f"secrets/{name}"))
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(Path(settings.DATA_DIR) / name)

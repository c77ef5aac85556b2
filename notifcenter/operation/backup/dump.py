"""Take a backup while the product runs: every table as it is at one moment, and the secrets that DATA_DIR holds."""

import time
from collections.abc import Collection
from pathlib import Path
from zipfile import ZipFile

from django.apps import apps
from django.conf import settings
from django.db import connection

from notifcenter.operation import crash_points
from notifcenter.operation.backup import archive, schema
from notifcenter.operation.backup.archive import BackupError, Manifest
from notifcenter.operation.backup.dialect import dialect
from notifcenter.operation.backup.progress import Progress
from notifcenter.operation.backup.schema import Migration


def dump(path: Path) -> Manifest:
    """Write the file; gives what is in it. Raises BackupError, FileExistsError and OSError."""
    with archive.new(path) as file:
        secrets = _write_secrets(file)
        with dialect().snapshot():
            taken_at = int(time.time())
            migrations = _readable(schema.applied())
            rows = _write_tables(file, migrations)
        manifest = Manifest(taken_at, connection.vendor, migrations, rows, secrets)
        archive.write_manifest(file, manifest)
    return manifest


def left_out() -> list[str]:
    """The applications whose tables are there and whose settings are not, so that nobody knows their columns."""
    return sorted({app for app, _name in schema.applied()} - {config.label for config in apps.get_app_configs()})


def _readable(migrations: Collection[Migration]) -> list[Migration]:
    if not migrations:
        raise BackupError("The database has no tables: there is nothing to back up.")
    absent = left_out()
    readable = [(app, name) for app, name in migrations if app not in absent]
    if newer := schema.unknown(readable):
        raise BackupError(f"The database is that of a newer version (it has {newer[0]}): take the backup with it.")
    return readable


def _write_secrets(file: ZipFile) -> list[str]:
    for path in settings.SECRET_FILES:
        file.writestr(f"secrets/{path.name}", path.read_bytes())
    return [path.name for path in settings.SECRET_FILES]


def _write_tables(file: ZipFile, migrations: Collection[Migration]) -> dict[str, int]:
    rows, progress = {}, Progress()
    for table in schema.tables(migrations):
        with file.open(f"tables/{table.name}", "w", force_zip64=True) as out:
            rows[table.name] = dialect().write_rows(table, out, progress)
        crash_points.at("backup.table")
    return rows

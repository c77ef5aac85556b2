"""backup FILE: one file with the database and the secrets of DATA_DIR."""

import signal
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from notifcenter.operation.backup import dump
from notifcenter.operation.backup.archive import BackupError


class Command(BaseCommand):
    """May run while the product does."""

    help = "Write the database and the secrets of DATA_DIR into one file, while the product runs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file's path."""
        parser.add_argument("file", type=Path, help="a file that does not exist yet")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        """Write it."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            manifest = dump.dump(file)
        except FileExistsError:
            raise CommandError(f"{file} exists: name another file.") from None
        except OSError as error:
            raise CommandError(f"{file} cannot be written ({error.strerror}).") from None
        except BackupError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted; there is no file.") from None
        for app in dump.left_out():
            self.stderr.write(f"Not in it: the tables of {app}, which the settings switch off.")
        secrets = ", ".join(manifest.secrets) or "no secret: the environment gives them"
        self.stdout.write(f"{file}: {len(manifest.rows)} tables, {sum(manifest.rows.values()):,} rows, {secrets}")

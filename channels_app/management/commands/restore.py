"""restore FILE: a backup into an empty database."""

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from channels_app import restored
from notifcenter.operation.backup import archive
from notifcenter.operation.backup.archive import BackupError, Manifest
from notifcenter.operation.backup.restore import restoring


class Command(BaseCommand):
    """Nothing of the product may run meanwhile."""

    help = "Bring a backup into an empty database; what fell due meanwhile is not sent."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file's path and --resume."""
        parser.add_argument("file", type=Path, help="what bin/notifcenter backup has written")
        parser.add_argument("--resume", action="store_true", help="send what fell due since the backup, maybe twice")

    def handle(self, *args: object, file: Path, resume: bool, **options: object) -> None:
        """Restore it."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with archive.opened(file) as (content, manifest), restoring(content, manifest):
                if not resume:
                    restored.end_what_fell_due(now=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be restored ({error.strerror}).") from None
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused it, and is empty again: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted; the database is empty again.") from None
        for line in _foreign_secrets(manifest):
            self.stderr.write(line)
        taken = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(manifest.taken_at))
        self.stdout.write(f"Restored as of {taken}: {sum(manifest.rows.values()):,} rows.")


def _foreign_secrets(manifest: Manifest) -> Iterator[str]:
    """A line for each secret that is not the backup's."""
    here = {path.name for path in settings.SECRET_FILES}
    for name in sorted(here.symmetric_difference(manifest.secrets)):
        if name in here:
            yield f"The backup has no {name}: set {name.upper()} as it was where the backup was taken."
        else:
            yield f"{name.upper()} of the environment is used, not the {name} of the backup."

"""doctor: what of this installation does not work, and what to do about it."""

import sys

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from notifcenter.operation.doctor import address, checks, database, folders  # noqa: F401  they register theirs


class Command(BaseCommand):
    """Prints ``ok NAME`` or ``FAIL NAME: cure`` for each; the exit code is 1 where one failed."""

    help = "Try database, broker, live bus, mail server, push key, clock, folders and public address."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Try all of them."""
        autodiscover_modules("doctor")
        failures = 0
        for name, failure in checks.results():
            failures += bool(failure)
            self.stdout.write(f"FAIL {name}: {failure}" if failure else f"ok {name}")
            self.stdout.flush()
        if failures:
            sys.exit(1)

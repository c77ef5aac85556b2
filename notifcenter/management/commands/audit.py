"""manage.py audit: whether the data is as it must be, whatever has crashed."""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifcenter.operation import audit


class Command(BaseCommand):
    """Prints each breach in a line; the exit code is 1 where there is any."""

    help = "Check the invariants of the data."

    def handle(self, *args: object, **options: object) -> None:
        """Check all of them."""
        breaches = list(audit.breaches(now=timezone.now()))
        for breach in breaches:
            self.stdout.write(breach)
        if breaches:
            sys.exit(1)

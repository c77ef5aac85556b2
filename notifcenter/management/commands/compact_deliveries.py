"""manage.py compact_deliveries: move what earlier versions stored as rows onto the inbox items, at once."""

import time

from django.core.management.base import BaseCommand

from notifcenter.operation import compaction


class Command(BaseCommand):
    """The workers do the same by and by; it may run beside them, be stopped and be started again."""

    help = "Move delivery rows that only say why nothing went out onto their inbox items."

    def handle(self, *args: object, **options: object) -> None:
        """Compact everything there is."""
        last = compaction.compact_batch()
        while last is not None:
            time.sleep(compaction.pause_seconds())
            last = compaction.compact_batch(after=last)
        self.stdout.write(f"{compaction.remaining()} inbox items are left to compact")

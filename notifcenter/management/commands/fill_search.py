"""manage.py fill_search: make what earlier versions stored searchable, at once."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from notifcenter.operation import compaction, search_columns


class Command(BaseCommand):
    """The workers do the same by and by; it may run beside them, be stopped and be started again."""

    help = "Give inbox items of earlier versions the columns by which inboxes are filtered and searched."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill everything there is."""
        last = search_columns.fill_batch()
        while last is not None:
            time.sleep(compaction.pause_seconds())
            last = search_columns.fill_batch(after=last)
        self.stdout.write(f"{search_columns.remaining()} inbox items are left to fill")

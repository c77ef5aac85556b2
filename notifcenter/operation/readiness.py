"""Whether this process can do its work, tried seldom however often it is asked."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from django.utils import timezone

from notifcenter.models import WriteProbe

PAUSE_SECONDS = 5

Check = Callable[[], object]


def write_to_database() -> None:
    """Write one row for good: a full disk or a read-only server answers every question, but takes no write."""
    probe = WriteProbe(pk=1, written_at=timezone.now())
    WriteProbe.objects.bulk_create([probe], update_conflicts=True, unique_fields=["id"], update_fields=["written_at"])


class Checks:
    """Some checks by name; one that raises has failed. Each is tried once in ``PAUSE_SECONDS`` at most."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._trying = threading.Lock()
        self._failed: Sequence[str] | None = None
        self._next_at = 0.0

    def failed(self) -> Sequence[str]:
        """The names of those that failed when they were last tried; nobody but the first waits for another's try."""
        if self._trying.acquire(blocking=self._failed is None):
            try:
                if time.monotonic() >= self._next_at:
                    self._failed = [name for name, check in self._checks.items() if _fails(check)]
                    self._next_at = time.monotonic() + PAUSE_SECONDS
            finally:
                self._trying.release()
        return self._failed or ()


def _fails(check: Check) -> bool:
    try:
        check()
    except Exception:
        return True
    return False

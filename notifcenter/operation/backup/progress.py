"""Progress of long work on standard error: nothing in the first two seconds, then a line every two."""

import sys
import time

EVERY_SECONDS = 2


class Progress:
    """Counts rows; ``total`` where it is known."""

    def __init__(self, total: int = 0) -> None:
        self._of, self._done = f" of {total:,}" if total else "", 0
        self._shown_at = time.monotonic()

    def add(self, rows: int, what: str) -> None:
        """So many more rows of this are done."""
        self._done += rows
        if time.monotonic() - self._shown_at >= EVERY_SECONDS:
            self._shown_at = time.monotonic()
            print(f"{self._done:,}{self._of} rows, at {what}", file=sys.stderr, flush=True)  # noqa: T201

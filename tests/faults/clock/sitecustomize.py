"""Steps the clock of the process that loads it by the seconds in ``CLOCK_OFFSET_FILE``, whenever that changes."""

import os
import threading
import time
from pathlib import Path

import time_machine


def _watch(path: Path) -> None:
    real, travelled, monotonic = 0.0, None, time.monotonic
    begun, wall = monotonic(), time.time()
    while True:
        offset = float(path.read_text() or 0)
        if offset != real:
            if travelled:
                travelled.stop()
            travelled = time_machine.travel(wall + monotonic() - begun + offset, tick=True)
            travelled.start()
            real = offset
        threading.Event().wait(0.1)


if file := os.environ.get("CLOCK_OFFSET_FILE"):
    threading.Thread(target=_watch, args=(Path(file),), daemon=True).start()

"""One process: how soon it is ready, and what it costs while nothing happens.

``bin/notifcenter up`` as ``make run`` starts it, worker and scheduler included, on SQLite. Beside it
``bin/notifcenter check``, which only loads the product, and limits.
"""

import os
import time
from pathlib import Path

from bench.tools.machine import folder, memory
from bench.tools.table import Row
from tests.processes import NOTIFCENTER
from tests.processes import run as run_command
from tests.product import Product, start_product

REST, SECONDS = 5, 60
IDLE_LIMIT, MEMORY_LIMIT = 0.3, 100
CHECK = "bin/notifcenter check"


def run() -> list[Row]:
    """Seconds, per cent, megabytes."""
    with folder() as place:
        fresh = _started(place)[0]
        checked = _checked(place)
        ready, product = _started(place)
        try:
            idle, held = _idle(product.processes[0].pid)
        finally:
            product.kill()
    return [
        Row("one process, from start to ready", ready, CHECK, checked, 0.5, unit="s", smaller=True),
        Row("the same for the first time, all tables to be made", fresh, CHECK, checked, unit="s", smaller=True),
        Row("one process, idle: of a core", idle, "limit", IDLE_LIMIT, 1, unit="%", smaller=True, short=True),
        Row("one process, idle: memory", held, "limit", MEMORY_LIMIT, 1, unit="MB", smaller=True, short=True),
    ]


def _started(place: Path) -> tuple[float, Product]:
    begun = time.perf_counter()
    product = start_product(place, demo=False)
    took = time.perf_counter() - begun
    if not (place / "once").exists():
        (place / "once").touch()
        product.kill()
    return took, product


def _checked(place: Path) -> float:
    begun = time.perf_counter()
    assert run_command([NOTIFCENTER, "check"], DATA_DIR=str(place)).returncode == 0
    return time.perf_counter() - begun


def _idle(pid: int) -> tuple[float, float]:
    time.sleep(REST)
    before = _cpu(pid)
    time.sleep(SECONDS)
    return max(_cpu(pid) - before, 0.01) / SECONDS * 100, memory(pid)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

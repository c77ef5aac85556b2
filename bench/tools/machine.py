"""The machine: what it is, a folder on its disk, its ports, and what a process takes of it."""

import os
import platform
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryFile, mkdtemp

DISK = os.environ.get("TMPDIR", "/var/tmp")  # /tmp may lie in memory, where an fsync costs nothing
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "notifcenter-bench"
PAGE = bytes(8192)
SYNCS = 50

Place = int | str
"""A port of this machine, or ``host:port``."""


def described() -> str:
    """Cores, memory, Python, and the milliseconds that a write with its fsync takes where the stores lie."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {python}; a synced write in {DISK}: {_sync():.2f} ms"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a run, gone afterwards."""
    made = Path(mkdtemp(prefix="notifcenter-bench-", dir=DISK))
    made.chmod(0o755)  # PostgreSQL runs as somebody else
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)


def memory(pid: int) -> float:
    """What a process holds in memory, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def host_and_port(place: Place) -> tuple[str, int]:
    """Where to connect to."""
    host, _colon, port = str(place).rpartition(":")
    return host or "127.0.0.1", int(port)


def listens(place: Place) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(host_and_port(place)) == 0


def percentile(values: list[float], part: float) -> float:
    """The value that this part of them stays under."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def _sync() -> float:
    times = []
    with TemporaryFile(dir=DISK) as file:
        for _ in range(SYNCS):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), PAGE, 0)
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return 1000 * median(times)

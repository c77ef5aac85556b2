"""The one process that has a DATA_DIR: it holds a lock there, which ends with it, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import IO

NAME = "up.pid"
_held: list[IO[str]] = []
"""Open files, and so their locks, for as long as this process lives."""


class InUse(Exception):
    """Another process has it; ``pid`` is its process id, 0 if it has not written it yet."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"in use by process {pid}")
        self.pid = pid


def take(data_dir: Path) -> None:
    """Hold the folder until this process ends; raises InUse."""
    file = (data_dir / NAME).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse(_written(file)) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    _held.append(file)


def holder(data_dir: Path) -> int | None:
    """The process id of who holds the folder, None if nobody does."""
    try:
        with (data_dir / NAME).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written((data_dir / NAME).open())
    except FileNotFoundError:
        pass
    return None


def _written(file: IO[str]) -> int:
    with file:
        file.seek(0)
        return int(file.read().strip() or 0)

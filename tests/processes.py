"""Processes that tests start: each is a group of its own, which ends with the tests, however they end."""

import itertools
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PATIENCE = 60
"""Seconds that a busy machine may take for what comes at once on another; only what never comes costs them."""
SHARE = 2000


def command_of(checkout: Path = ROOT) -> str:
    """The product's command in a checkout; it runs in what requirements.lock names alone, as on users' machines."""
    return str(checkout / "bin" / "notifcenter")


NOTIFCENTER = command_of()


def _own_ports() -> Iterator[int]:
    """Below the range from which the system gives ports by itself; each xdist worker has a share of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first, begin = 12_000 + worker % 10 * SHARE, random.SystemRandom().randrange(SHARE)
    return (first + (begin + number) % SHARE for number in itertools.count())


_ports = _own_ports()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on, and that nobody is given before it is used."""
    return next(port for port in _ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], Any], seconds: float = PATIENCE, what: str = "") -> Any:
    """What ``condition`` gives as soon as it is true; it is asked 20 times a second."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {what or condition}"
        time.sleep(0.05)
    return value


def within(seconds: float, act: Callable[[], Any]) -> None:
    """Assert that the act takes less than that; a machine that was busy meanwhile gets more chances."""
    wait_until(lambda: _lasts(act) < seconds, PATIENCE * 2, f"done in {seconds} s")


def _lasts(act: Callable[[], Any]) -> float:
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment as a person's shell would have it, without the tests' own settings."""
    foreign = ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORT", "DJANGO_", "PYTEST", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PYTHONUNBUFFERED": "1"} | dict(extra)


class Process:
    """A running command with what it writes kept in ``log``."""

    def __init__(self, command: Sequence[str], log: Path, user: str | None = None, **environ: str) -> None:
        guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        self.log = log
        self._start = lambda: Process(command, log, user, **environ)
        with log.open("ab") as out:
            self._popen = subprocess.Popen(
                [*guard, *command],
                cwd=ROOT if user is None else "/",
                env=environment(environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=_group(user),
                extra_groups=[] if user else None,
            )

    def again(self) -> "Process":
        """The same command, started once more."""
        return self._start()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._popen.pid

    @property
    def output(self) -> str:
        """What it has written so far."""
        return self.log.read_text(errors="replace")

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to it alone."""
        self._popen.send_signal(number)

    def interrupt_all(self) -> None:
        """What Ctrl-C in a terminal does: SIGINT to the whole group."""
        os.killpg(self.pid, signal.SIGINT)

    def wait(self, seconds: float) -> int:
        """Its exit code, once it has ended."""
        return self._popen.wait(seconds)

    def stop(self, seconds: float = PATIENCE) -> int:
        """End it by SIGTERM; whoever is not gone in time is killed, and the test fails."""
        try:
            self.signal(signal.SIGTERM)
            return self.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and all its children at once."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._popen.wait()

    def group_left(self) -> list[int]:
        """Processes of its group that still live."""
        return [pid for pid in _living() if _group_of(pid) == self.pid]


def run(command: Sequence[str], *, user: str | None = None, **environ: str) -> Any:
    """Run a command to its end and give the completed process, its output as text."""
    return subprocess.run(
        command,
        cwd=ROOT if user is None else "/",
        env=environment(environ),
        capture_output=True,
        text=True,
        timeout=600,
        user=user,
        group=_group(user),
        extra_groups=[] if user else None,
    )


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _living() -> list[int]:
    """Every process that is not a zombie whom nobody has waited for."""
    stats = (_read(entry / "stat") for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(stat.split()[0]) for stat in stats if stat and stat.rpartition(")")[2].split()[0] != "Z"]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None

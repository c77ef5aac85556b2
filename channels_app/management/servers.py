"""The production processes: each takes the place of the command that names it."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from notifcenter.operation.backup import unfinished

UVICORN: dict[str, Any] = {
    "proxy_headers": False,
    "http": "notifcenter.config.http_protocol:HttpProtocol",
    "ws": "notifcenter.config.socket_protocol:LiveProtocol",
    "ws_max_size": 16 * 1024,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 10,
    "ws_ping_timeout": 10,
}
"""How uvicorn speaks to callers and to live sockets."""

CELERY = ("celery", "-A", "notifcenter.config.celery", "--quiet")
ONE_PROCESS = ("--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "20")
HEADS = ("--http1-buffer-size", "65536", "--http1-header-read-timeout", "20000")
"""The size of a request's head in bytes, and its time in milliseconds."""


def web() -> NoReturn:
    """Pages and the API, at HOST and PORT."""
    _become("granian", "--interface", "wsgi", *_address(), *ONE_PROCESS, *HEADS, "notifcenter.config.wsgi:application")


def live() -> NoReturn:
    """The live sockets, at HOST and PORT."""
    options = {name.replace("_", "-"): str(value) for name, value in UVICORN.items() if name != "proxy_headers"}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    words += ["--no-proxy-headers", "--timeout-graceful-shutdown", "5"]
    _become("uvicorn", *_address(), *words, "notifcenter.config.asgi:live")


def worker() -> NoReturn:
    """What sends; any number of them may run."""
    _become(*CELERY, "worker", "--pool", "threads", "--loglevel", "WARNING")


def beat() -> NoReturn:
    """The scheduler; two do no harm."""
    _become(*CELERY, "beat", "--loglevel", "WARNING")


def _address() -> Sequence[str]:
    return "--host", settings.HOST, "--port", str(settings.PORT), "--log-level", "warning"


def check_database() -> None:
    """Raise CommandError where a restore was interrupted; a database that does not answer is waited for later."""
    if unfinished.is_marked():
        raise CommandError(unfinished.CURE)
    connection.close()


def _become(module: str, *arguments: str) -> NoReturn:
    """Run a library's program in this process; nothing is imported from the folder that happens to be current."""
    check_database()
    path = os.pathsep.join(filter(None, (str(settings.BASE_DIR), os.environ.get("PYTHONPATH", ""))))
    environ = os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environ)

"""django-notifications-hq, which needs an older Django: an environment of its own, made once in the user's cache."""

import subprocess
import sys
from pathlib import Path

from bench.tools.machine import CACHE

PACKAGES = ["django-notifications-hq==1.8.3", "Django<5.1", "psycopg[binary]", "granian", "setuptools"]
PLACE = CACHE / "django-notifications-hq-1.8.3"
MISSING = "django-notifications-hq cannot be installed here"


def hq_server(application: str) -> list[str] | None:
    """The command that serves one of its applications, as ours is served; none where it cannot be installed."""
    python = hq_python()
    return wsgi_server(str(python), application) if python else None


def wsgi_server(python: str, application: str) -> list[str]:
    """The command that serves an application in one process, by threads."""
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "8", "--log-level", "warning"]
    return [python, "-m", "granian", *options, application]


def hq_python() -> Path | None:
    """Its Python; none where it cannot be installed."""
    python, ready = PLACE / "bin" / "python", PLACE / "ready"
    if not ready.exists():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], capture_output=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        if made.returncode or subprocess.run(install, capture_output=True).returncode:
            return None
        ready.touch()
    return python

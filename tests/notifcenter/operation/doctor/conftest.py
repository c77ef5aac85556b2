"""Runs the doctor on an installation, with settings of its own where something is to fail."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.processes import NOTIFCENTER, free_port, run
from tests.product import Product
from tests.servers import Redis

NAMES = ["database", "broker", "live", "mail", "push", "clock", "folders", "address"]


class Diagnosis:
    """What the doctor printed: ``failed`` is {name: what is wrong with its cure}."""

    def __init__(self, completed: Any) -> None:
        self.code, self.output, self.errors = completed.returncode, completed.stdout, completed.stderr
        lines = [line.partition(" ") for line in self.output.splitlines()]
        self.names = [rest.partition(":")[0] for _verdict, _space, rest in lines]
        self.failed = dict(rest.split(": ", 1) for verdict, _space, rest in lines if verdict == "FAIL")
        assert {verdict for verdict, _space, _rest in lines} <= {"ok", "FAIL"}, self.output


POWERS = "-dac_override,-dac_read_search,-fowner,-chown"
"""What makes root disregard owners and modes."""


def examine(product: Product, *, as_root: bool = True, **changes: str) -> Diagnosis:
    """Run it with the settings of the installation, but for these; where not as root, what others own is closed."""
    env = product.env | {"TRUSTED_PROXIES": "127.0.0.1"} | changes
    powerless = [] if as_root else ["setpriv", f"--bounding-set={POWERS}", f"--inh-caps={POWERS}"]
    return Diagnosis(run([*powerless, NOTIFCENTER, "doctor"], **env))


@pytest.fixture
def own_redis(folders: Callable[[str], Path], redis_server: Redis) -> Iterator[Redis]:
    """A Redis that a test may stop."""
    server = Redis(folders("redis"), redis_server.binary)
    yield server
    server.stop()


@pytest.fixture
def locked_mail_server() -> Iterator[str]:
    """``host:port`` of a mail server that lets only ``user`` with ``right`` in."""

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"right", handled=False)

    options: dict[str, Any] = {"authenticator": authenticate, "auth_require_tls": False, "auth_required": True}
    server = Controller(object(), hostname="127.0.0.1", port=free_port(), ready_timeout=60, **options)
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop()

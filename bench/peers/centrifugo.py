"""Centrifugo, which pushes what is published to a channel to the channel's sockets, and here stores nothing."""

import json
from pathlib import Path
from urllib.parse import quote

import jwt

from bench.peers.go_build import GoServer
from bench.tools.machine import listens, memory
from bench.tools.sockets import Call, Endpoint, http
from tests.processes import Process, free_port, wait_until

PROGRAM = GoServer("centrifugo", "github.com/centrifugal/centrifugo/v6", "v6.9.1")
SECRET = "of the bench, and thirty-two bytes long"
CONFIG = {
    "client": {"token": {"hmac_secret_key": SECRET}},
    "http_api": {"key": "bench"},
    "uni_websocket": {"enabled": True},
    "log": {"level": "error"},
}


class Centrifugo:
    """One process with its engine in memory; every page hears the channel ``all``, too.

    The pages use its socket that only receives, so that the same client serves all servers.
    """

    label = PROGRAM.label

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(CONFIG))
        command = [str(PROGRAM.binary()), "-c", str(folder / "config.json"), "-a", "127.0.0.1", "-p", str(self.port)]
        self.process = Process(command, folder / "log")
        wait_until(lambda: listens(self.port), 30, self.label)

    @staticmethod
    def is_there() -> bool:
        """Whether this machine has it, or can build it."""
        return PROGRAM.binary() is not None

    @staticmethod
    def missing() -> str:
        """Why it is not there."""
        return f"{PROGRAM.label}: {PROGRAM.missing}"

    def page(self, number: int) -> Endpoint:
        """A page that hears its own number's channel."""
        token = jwt.encode({"sub": str(number), "channels": [str(number), "all"]}, SECRET)
        return Endpoint(self.port, f"/connection/uni_websocket?cf_connect={quote(json.dumps({'token': token}))}")

    def publish(self, channel: str, body: bytes, mark: bytes, listeners: int) -> Call:
        """A call that pushes a body of JSON to a channel."""
        content = b'{"channel":"%s","data":%s}' % (channel.encode(), body)
        return http("/api/publish", "X-API-Key: bench\r\n", content, mark, listeners)

    def memory(self) -> float:
        """MB of the process."""
        return memory(self.process.pid)

"""Servers that push to many sockets, and neither store nor decide anything: what the hub alone stands beside."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.peers.centrifugo import Centrifugo
from bench.peers.nchan import Nchan
from bench.tools.table import Row

SocketServer = Nchan | Centrifugo


def beside_socket_servers(folder: Path, question: str, measure: Callable[[SocketServer], list[Row]]) -> Iterator[Row]:
    """The rows that ``measure`` gives for each of them; a row that says why, where one is not there."""
    for kind in (Nchan, Centrifugo):
        if not kind.is_there():
            yield Row(question, left_out=kind.missing())
            continue
        server = kind(folder / kind.__name__)
        try:
            yield from measure(server)
        finally:
            server.process.kill()

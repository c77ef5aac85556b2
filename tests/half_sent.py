"""A request whose caller says no more before its body is complete."""

import socket
from urllib.parse import urlsplit

from tests.processes import PATIENCE


def half_sent(url: str, headers: dict[str, str], body: bytes) -> bytes:
    """The first line of the answer to a POST with this much of its body; nothing where none comes."""
    parts = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in ({"Host": parts.netloc} | headers).items())
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as wire:
        wire.sendall(f"POST {parts.path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        wire.shutdown(socket.SHUT_WR)
        return wire.makefile("rb").readline()

"""The name server of a network of containers: it knows where each service is now, and says so for ten minutes."""

import socket
import threading
from ipaddress import ip_address

HEADER = 12
KEPT_FOR = 600
ADDRESS = b"\x00\x01\x00\x01"
"""Type A, class IN."""


class NameServer:
    """Answers UDP questions for addresses; ``addresses`` may change at any moment."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, peer = self._socket.recvfrom(4096)
                self._socket.sendto(self._answer(question), peer)
            except OSError:
                return

    def _answer(self, question: bytes) -> bytes:
        name, end = _name(question)
        asked = question[HEADER : end + 4]
        found = self.addresses.get(name, []) if asked.endswith(ADDRESS) else []
        records = b"".join(_record(address) for address in found)
        counts = b"\x00\x01" + len(found).to_bytes(2, "big") + bytes(4)
        return question[:2] + b"\x81\x80" + counts + asked + records


def _name(question: bytes) -> tuple[str, int]:
    """The name that is asked for, and where it ends."""
    labels, place = [], HEADER
    while length := question[place]:
        labels.append(question[place + 1 : place + 1 + length].decode())
        place += 1 + length
    return ".".join(labels), place + 1


def _record(address: str) -> bytes:
    packed = ip_address(address).packed
    return b"\xc0\x0c" + ADDRESS + KEPT_FOR.to_bytes(4, "big") + len(packed).to_bytes(2, "big") + packed

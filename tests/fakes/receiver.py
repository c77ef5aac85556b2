"""A provider's server that takes webhooks: it keeps every call, answers as told, and verifies signatures by itself."""

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listener import Listener, is_signed


@dataclass(frozen=True)
class Call:
    """One request: header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The document."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    def is_signed_by(self, secret: str) -> bool:
        """Whether one of its signatures is right, by the words of the Standard Webhooks specification."""
        return is_signed(self.headers, self.body, secret)


class Receiver(Listener):
    """Listens on 127.0.0.1; ``answers`` are (status, headers) for the next calls, then 204."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        super().__init__()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.origin}/hook"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.calls.append(Call(self.path, headers, body))
                status, more = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

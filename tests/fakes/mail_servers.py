"""Mail servers and a mail service that answer line by line as a test says, and break off."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class scripted:
    """An SMTP server of a few lines: ``answer(line, say)`` gets each line; to raise drops the connection."""

    def __init__(self, answer: Callable[[str, Any], None]) -> None:
        self._answer = answer

    def __enter__(self) -> int:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=Conversation(connection, self._answer).run, daemon=True).start()


class Conversation:
    """One connection to a scripted server."""

    def __init__(self, connection: socket.socket, answer: Callable[[str, Any], None]) -> None:
        self.connection, self.answer, self.mails, self.in_data = connection, answer, 0, False

    def say(self, words: str) -> None:
        """Send a line."""
        self.in_data = words.startswith("354")
        self.mails += words == "250 taken"
        self.connection.sendall(words.encode() + b"\r\n")

    def run(self) -> None:
        """Talk until the connection ends."""
        self.say("220 ready")
        with self.connection, self.connection.makefile("r", encoding="utf-8", newline="\r\n") as lines:
            for line in lines:
                if self.in_data and line != ".\r\n":
                    continue
                try:
                    self.answer(line.strip().upper(), self.say)
                except ConnectionError:
                    return


def talk(line: str, say: Callable[[str], None], taken: list[str]) -> None:
    """What a server that works says."""
    if line == ".":
        taken.append(line)
        say("250 taken")
    elif line.startswith("DATA"):
        say("354 go on")
    elif line.startswith("QUIT"):
        say("221 bye")
    else:
        say("250 OK")


class web_service:
    """A mail service's API that gives one answer; what it got is in the list."""

    def __init__(self, status: int, headers: dict[str, str], body: Any) -> None:
        calls: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                calls.append(self.rfile.read(int(self.headers["Content-Length"])))
                (self.send_response_only if "Date" in headers else self.send_response)(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_values: Any) -> None:
                """Say nothing."""

        self._calls, self._server = calls, HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> tuple[str, list[bytes]]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}", self._calls

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

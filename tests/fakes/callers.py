"""A service that knows who is calling, and takes only requests that are just right."""

import base64
import json
import time
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.listener import Listener, is_signed

SECRET = "whsec_" + base64.b64encode(b"the secret of who knows callers").decode()


@dataclass(frozen=True)
class Known:
    """What it says about a number: a document, or a status with a raw body; after ``seconds``."""

    document: Any = None
    status: int = 200
    seconds: float = 0
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


class CallerService(Listener):
    """Listens on 127.0.0.1. ``known`` is by number in E.164, 404 the rest; ``questions`` are the queries it took.

    ``complaints`` are what was wrong with requests: nothing may be.
    """

    path = "/who/is"

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.questions: list[dict[str, str]] = []
        self.complaints: list[str] = []
        super().__init__()

    @property
    def url(self) -> str:
        """Where it listens; the query of its own stays in front."""
        return f"{self.origin}{self.path}?account=7"

    def asked_for(self, number: str) -> list[dict[str, str]]:
        """The questions about a number."""
        return [question for question in self.questions if question["phone"] == number]

    def _take(self, target: str, headers: Message) -> Known:
        query = dict(parse_qsl(urlsplit(target).query, strict_parsing=True))
        self.complaints += _mistakes(target, query, headers)
        self.questions.append(query)
        return self.known.get(query.get("phone", ""), Known(status=404))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = service._take(self.path, self.headers)
                time.sleep(said.seconds)
                body = json.dumps(said.document).encode() if said.body is None else said.body
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # who does not want to read all of it may go

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _mistakes(target: str, query: dict[str, str], headers: Message) -> list[str]:
    wrong = [f"parameter {name}" for name in query.keys() - {"account", "phone", "user"}]
    if "phone=%2B" not in target:
        wrong.append(f"the plus is not written as %2B: {target}")
    if abs(time.time() - int(headers["webhook-timestamp"])) > 60:
        wrong.append("the time is not now")
    if not is_signed(dict(headers.items()), target.encode(), SECRET):
        wrong.append(f"the signature of {target} is wrong")
    return wrong

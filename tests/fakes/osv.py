"""A stand-in for OSV: it knows some vulnerabilities, by package and version."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listener import Listener

Known = dict[tuple[str, str], tuple[str, str]]
"""{(package, version): (id, the version that mends it)}."""


class Osv(Listener):
    """Answers at ``url`` until ``stop``; ``asked`` are the packages."""

    def __init__(self, known: Known) -> None:
        self.asked: list[tuple[str, str]] = []
        self._known = known
        super().__init__()
        self.url = f"{self.origin}/v1/query"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        asked, known = self.asked, self._known

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                package = query["package"]["name"], query["version"]
                asked.append(package)
                body = json.dumps(_answer(package[0], *known[package]) if package in known else {}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def _answer(package: str, pk: str, fixed: str) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    affected = [{"package": {"name": package, "ecosystem": "PyPI"}, "ranges": ranges}]
    published = "2026-01-01T00:00:00Z"
    return {"vulns": [{"id": pk, "summary": "It is bad.", "affected": affected, "published": published}]}

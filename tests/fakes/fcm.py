"""FCM HTTP v1 and Google's token endpoint: checks the OAuth exchange and the JSON, from their documents."""

import json
import secrets
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fakes.push import decode

PROJECT, EMAIL = "notifcenter-tests", "sender@notifcenter-tests.iam.example.com"
KNOWN_FIELDS = {"token", "notification", "data", "android", "apns", "webpush", "fcm_options"}
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def failure(status: int, code: str = "", **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """An error as FCM writes it."""
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    return status, {"error": {"code": status, "message": f"refused {code}", "details": details}}, headers


class Fcm:
    """Listens on 127.0.0.1; ``messages[token]`` is what arrived, ``problems`` what was not in order."""

    def __init__(self) -> None:
        self.messages: dict[str, list[Any]] = defaultdict(list)
        self.problems: list[str] = []
        self.exchanges = 0
        self._key = rsa.generate_private_key(65537, 2048)
        self._access: set[str] = set()
        self._failures: dict[str, list[Any]] = defaultdict(list)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fcm = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Serve."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    def write_credentials(self, path: Path) -> Path:
        """A service-account file."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        facts = {"type": "service_account", "project_id": PROJECT, "private_key_id": "k1", "private_key": pem}
        path.write_text(json.dumps(facts | {"client_email": EMAIL, "token_uri": f"{self.url}/token"}))
        return path

    def fail(self, token: str, *failures: Any) -> None:
        """What the next messages to that token are answered; then they are taken again."""
        self._failures[token] += failures

    def revoke_access(self) -> None:
        """Forget every access token given out."""
        self._access.clear()

    def post(self, path: str, headers: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        """One request."""
        try:
            return self._grant(body) if path == "/token" else self._send(path, headers, body)
        except Exception as error:
            self.problems.append(repr(error))
            return failure(400, "INVALID_ARGUMENT")

    def _grant(self, body: bytes) -> tuple[int, Any, dict[str, str]]:
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        assert form["grant_type"] == GRANT
        header, claims, signature = form["assertion"].split(".")
        signed = f"{header}.{claims}".encode()
        self._key.public_key().verify(decode(signature), signed, padding.PKCS1v15(), hashes.SHA256())
        assert json.loads(decode(header))["alg"] == "RS256"
        said = json.loads(decode(claims))
        assert said["iss"] == EMAIL and said["aud"] == f"{self.url}/token" and "firebase.messaging" in said["scope"]
        assert said["iat"] <= time.time() + 5 and said["exp"] - said["iat"] <= 3600
        self.exchanges += 1
        self._access.add(token := secrets.token_hex(8))
        return 200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}, {}

    def _send(self, path: str, headers: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        if headers["Authorization"].removeprefix("Bearer ") not in self._access:
            return failure(401)
        assert path == f"/v1/projects/{PROJECT}/messages:send"
        message = json.loads(body)["message"]
        assert set(message) <= KNOWN_FIELDS and message["token"]
        assert all(isinstance(value, str) for value in message["data"].values()), "data takes strings only"
        shown = {"notification": message["notification"], "data": message["data"]}
        assert len(json.dumps(shown, ensure_ascii=False).encode()) <= 4096
        assert message["android"]["priority"] in ("HIGH", "NORMAL") and message["android"]["ttl"].endswith("s")
        assert all(isinstance(value, str) for value in message["apns"]["headers"].values())
        if self._failures[message["token"]]:
            return self._failures[message["token"]].pop(0)
        self.messages[message["token"]].append(message)
        return 200, {"name": f"projects/{PROJECT}/messages/{secrets.token_hex(4)}"}, {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fcm: Fcm


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, document, headers = self.server.fcm.post(self.path, self.headers, body)
        raw = json.dumps(document).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(raw)), "Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments: Any) -> None:
        pass

"""A push service: RFC 8030 over real HTTP, checking VAPID (RFC 8292) and decrypting aes128gcm (RFC 8291).

It shares no code with the sender: everything is done straight on ``cryptography``, from the RFCs.
"""

import base64
import json
import os
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")
URGENCIES = {"very-low", "low", "normal", "high"}


@dataclass(frozen=True)
class Push:
    """What arrived and was in order."""

    payload: Any
    ttl: int
    urgency: str
    topic: str
    authorization: str
    size: int


@dataclass(frozen=True)
class Answer:
    """What the service says to the next push: a status, or a way to misbehave (drop, hang, endless)."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    misbehave: str = ""


class Subscription:
    """A browser that subscribed: it alone can decrypt."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._public = _point(self._private.public_key())
        self._auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        """As browsers give them out."""
        return {"p256dh": encode(self._public), "auth": encode(self._auth)}

    @property
    def info(self) -> dict[str, Any]:
        """As ``PushSubscription.toJSON`` gives it."""
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": self.keys}

    def decrypt(self, body: bytes) -> bytes:
        """RFC 8291 section 3.4 over RFC 8188 section 2, one record."""
        salt, record_size, key_length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + key_length], body[21 + key_length :]
        assert key_length == 65 and record_size >= 18 and len(record) <= record_size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        secret = self._private.exchange(ec.ECDH(), point)
        keying = _hkdf(self._auth, secret, b"WebPush: info\0" + self._public + sender, 32)
        key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain.endswith(b"\x02"), "the last record ends with 2"
        return plain[:-1]


class PushService:
    """Listens on 127.0.0.1; ``pushes[endpoint]`` is what arrived, ``problems`` what was not in order.

    Each answer takes ``delay`` seconds.
    """

    def __init__(self, *, key: str | None = None) -> None:
        self.key = key
        self.pushes: dict[str, list[Push]] = defaultdict(list)
        self.problems: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.connections = 0
        self._subscriptions: dict[str, Subscription] = {}
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self.poured = 0
        self.delay = 0.0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Serve."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    def subscribe(self, host: str = "127.0.0.1") -> Subscription:
        """A new subscription."""
        path = f"/push/{os.urandom(12).hex()}"
        self._subscriptions[path] = Subscription(f"http://{host}:{self._server.server_port}{path}")
        return self._subscriptions[path]

    def answer(self, subscription: Subscription, *answers: Answer) -> None:
        """What the next pushes to it are answered; then 201 again."""
        self._answers[_path(subscription)] += answers

    def of(self, subscription: Subscription) -> list[Push]:
        """What arrived for it."""
        return self.pushes[_path(subscription)]

    def take(self, handler: BaseHTTPRequestHandler) -> Answer:
        """Judge one request."""
        self.requests.append((handler.command, handler.path))
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        time.sleep(self.delay)
        subscription = self._subscriptions.get(handler.path)
        if handler.command != "POST" or subscription is None:
            return Answer(404)
        try:
            push = self._judged(handler, subscription, body)
        except Exception as error:
            self.problems.append(repr(error))
            return Answer(400, body=repr(error).encode())
        answer = self._answers[handler.path].pop(0) if self._answers[handler.path] else Answer(201)
        if 200 <= answer.status < 300 and not answer.misbehave:
            self.pushes[handler.path].append(push)
        return answer

    def _judged(self, handler: BaseHTTPRequestHandler, subscription: Subscription, body: bytes) -> Push:
        headers = handler.headers
        assert len(body) <= 4096, f"a body of {len(body)} bytes"
        assert headers["Content-Encoding"] == "aes128gcm"
        assert headers["TTL"] is not None and headers["TTL"].isdecimal(), "RFC 8030 section 5.2: TTL is a must"
        assert headers.get("Urgency", "normal") in URGENCIES
        assert TOPIC.match(headers.get("Topic", "x"))
        check_vapid(headers["Authorization"], f"http://{headers['Host']}", self.key)
        payload = json.loads(subscription.decrypt(body))
        return Push(
            payload,
            int(headers["TTL"]),
            headers.get("Urgency", "normal"),
            headers.get("Topic", ""),
            headers["Authorization"],
            len(body),
        )


def check_vapid(authorization: str, origin: str, key: str | None) -> None:
    """RFC 8292 sections 2 and 3: scheme, signature, audience, expiry, contact."""
    scheme, _space, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme.lower() == "vapid" and set(parts) == {"t", "k"}
    assert key is None or parts["k"] == key, "another key than the subscription's"
    header, claims, signature = parts["t"].split(".")
    raw = decode(signature)
    assert len(raw) == 64
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(der, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(decode(header))["alg"] == "ES256"
    said = json.loads(decode(claims))
    assert said["aud"] == origin, f"aud {said['aud']} is not {origin}"
    assert time.time() < said["exp"] <= time.time() + 24 * 3600
    assert said["sub"].startswith(("mailto:", "https:"))


def encode(raw: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Bytes of unpadded base64url."""
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    service: PushService


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.server.service.connections += 1
        super().setup()

    def do_POST(self) -> None:
        answer = self.server.service.take(self)
        if answer.misbehave:
            self._misbehave(answer.misbehave)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_PUT = do_POST

    def _misbehave(self, how: str) -> None:
        self.close_connection = True
        if how == "hang":
            threading.Event().wait(60)
        elif how == "drip":
            self._drip()
        elif how == "endless":
            self.server.service.poured = self._pour()

    def _drip(self) -> None:
        try:
            for letter in b"HTTP/1.1 201 Created\r\n" + b"X: y\r\n" * 1000:
                self.wfile.write(bytes([letter]))
                threading.Event().wait(0.5)
        except OSError:
            pass

    def _pour(self) -> int:
        self.send_response(400)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        poured = 0
        try:
            while poured < 50_000_000:
                self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                poured += 65536
        except OSError:
            pass
        return poured

    def log_message(self, *_arguments: Any) -> None:
        pass


def _path(subscription: Subscription) -> str:
    return "/" + subscription.endpoint.split("/", 3)[3]


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

"""How fast are pushes handed over? Against a loop of ``pywebpush.webpush`` with a kept session, as most do it."""

import asyncio
import base64
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.tools.table import Row

DEVICES, WARM = 2000, 50
ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


def run() -> list[Row]:
    """Pushes a second on loopback, and where each answer takes 20 ms, as over the internet."""
    _set_up()
    return [
        _row("Web Push to 2,000 devices, a second, on loopback", 0.0, goal=3, short=False),
        _row("Web Push to 2,000 devices, a second, 20 ms to the push service", 0.02, goal=3, short=True),
    ]


def _row(question: str, latency: float, goal: float, *, short: bool) -> Row:
    with _service(latency) as port:
        ours, peer = _rate(_ours(port)), _rate(_peer(port))
    return Row(question, ours, "pywebpush with a session", peer, goal, short=short)


def _rate(send: Callable[[int], None]) -> float:
    send(WARM)
    begun = time.perf_counter()
    send(DEVICES)
    return DEVICES / (time.perf_counter() - begun)


def _ours(port: int) -> Callable[[int], None]:
    from channels_app.push import webpush
    from notifcenter.channel import Address, Parcel

    devices = [
        Address(n, {"address": entry["endpoint"], "keys": entry["keys"]}) for n, entry in enumerate(_devices(port))
    ]

    def send(number: int) -> None:
        parcels = [Parcel(_message(n), devices[n]) for n in range(number)]
        for start in range(0, number, 50):
            assert all(outcome is None for _parcel, outcome in webpush.send_all(parcels[start : start + 50]))

    return send


def _peer(port: int) -> Callable[[int], None]:
    import requests
    from django.conf import settings
    from pywebpush import webpush

    devices, session = _devices(port), requests.Session()

    def send(number: int) -> None:
        for n in range(number):
            text = json.dumps({"id": str(n), "title": "A call", "body": "+79991234567", "url": "/inbox/"})
            claims = {"sub": settings.VAPID_SUBJECT}
            key = settings.VAPID_PRIVATE_KEY
            device = devices[n]
            webpush(device, text, key, claims, ttl=60, requests_session=session)

    return send


def _message(number: int) -> Any:
    from notifcenter.channel import Message

    words = {"title": "A call", "rows": ("+79991234567",), "url": "/inbox/", "created_at": 0}
    source = {"provider_code": "telephony", "provider_name": "Telephony", "provider_icon": ""}
    return Message(id=str(number), delivery=number, user=1, kind="call", **source, **words)  # type: ignore[arg-type]


def _devices(port: int) -> list[dict[str, Any]]:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def keys() -> dict[str, str]:
        public = ec.generate_private_key(ec.SECP256R1()).public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "p256dh": base64.urlsafe_b64encode(point).decode(),
            "auth": base64.urlsafe_b64encode(bytes(16)).decode(),
        }

    return [{"endpoint": f"http://127.0.0.1:{port}/{n}", "keys": keys()} for n in range(DEVICES)]


@contextmanager
def _service(latency: float) -> Iterator[int]:
    """A push service in a process of its own, which costs next to nothing."""
    context = multiprocessing.get_context("spawn")
    ours, other_end = context.Pipe()
    process = context.Process(target=_serve, args=(other_end, latency), daemon=True)
    process.start()
    yield ours.recv()
    process.kill()
    process.join()


def _serve(pipe: Any, latency: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length[15:]))
            await asyncio.sleep(latency)
            writer.write(ANSWER)

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")
    django.setup()
    from django.conf import settings

    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The head of the next request; empty once the other side has gone."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""

"""The load: a process of its own that keeps a few connections busy with one call after another."""

import asyncio
import json
import multiprocessing
import time
from dataclasses import dataclass
from typing import Any

from bench.tools.machine import percentile


@dataclass(frozen=True)
class Done:
    """How many calls were answered in how many seconds, and how long each took."""

    seconds: float
    times: list[float]

    @property
    def rate(self) -> float:
        """Calls a second."""
        return len(self.times) / self.seconds

    @property
    def p99(self) -> float:
        """Milliseconds that all but one in a hundred took at most."""
        return 1000 * percentile(self.times, 0.99)


def load(ports: list[int], path: str, headers: dict[str, str], bodies: list[Any], *, connections: int) -> Done:
    """Send every body once, as JSON, over that many kept connections spread over the ports.

    An answer that is no success ends it. ``{n}`` in a header's value becomes the number of the call.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as process:
        return process.apply(_run, (ports, path, headers, bodies, connections))


def _run(ports: list[int], path: str, headers: dict[str, str], bodies: list[Any], connections: int) -> Done:
    requests = iter([_request(path, headers, body, number) for number, body in enumerate(bodies)])
    return asyncio.run(_all(ports, requests, connections))


def _request(path: str, headers: dict[str, str], body: Any, number: int) -> bytes:
    content = json.dumps(body).encode()
    fixed = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{name}: {value.replace('{n}', str(number))}" for name, value in (fixed | headers).items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + content


async def _all(ports: list[int], requests: Any, connections: int) -> Done:
    times: list[float] = []
    opened = [await asyncio.open_connection("127.0.0.1", ports[n % len(ports)]) for n in range(connections)]
    begun = time.perf_counter()
    await asyncio.gather(*(_one_after_another(*streams, requests, times) for streams in opened))
    return Done(time.perf_counter() - begun, times)


async def _one_after_another(reader: Any, writer: Any, requests: Any, times: list[float]) -> None:
    for request in requests:
        begun = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _before, _name, rest = head.partition(b"content-length:")
        content = await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
        assert head.startswith(b"http/1.1 20"), head + content
        times.append(time.perf_counter() - begun)
    writer.close()

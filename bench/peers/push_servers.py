"""Gotify and ntfy: servers of one binary that store a message on SQLite and push it to whoever listens.

Both as they come, and with SQLite's write-ahead log, which both leave to their operator; in either way each message is
synced to disk before it is answered. Neither knows a state of reading, preferences, a digest, mail or delivery by
channel and device, an Idempotency-Key, or a message for several people.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from bench.peers.go_build import GoServer
from bench.tools.servers import Stage
from bench.tools.sockets import Endpoint
from bench.tools.table import Row
from tests.processes import free_port

GOTIFY = GoServer(
    "gotify",
    "github.com/gotify/server/v2",
    "v2.5.0",
    pages=tuple(f"ui/build/{name}" for name in ("index.html", "manifest.json", "asset-manifest.json")),
    flags=("-ldflags", "-w -s -X main.Mode=prod"),
)
NTFY = GoServer(
    "ntfy",
    "heckel.io/ntfy/v2",
    "v2.11.0",
    pages=("server/docs/index.html", "server/site/app.html"),
    flags=("-tags", "sqlite_omit_load_extension,osusergo,netgo"),
)


@dataclass(frozen=True)
class PushServer:
    """How a message is published to a running server, where the page of its reader listens, and the headers with which
    that one asks for messages."""

    name: str
    wal: bool
    port: int
    path: str
    headers: dict[str, str]
    body: Callable[[str], dict[str, Any]]
    page: Endpoint
    reader: dict[str, str]


def start_gotify(stage: Stage, *, wal: bool) -> PushServer:
    """Gotify with its first user, an application and a client of theirs; its database is ``gotify.db``."""
    port, folder = free_port(), stage.folder / f"gotify-{wal}"
    folder.mkdir()
    environ = {
        "GOTIFY_SERVER_PORT": str(port),
        "GOTIFY_SERVER_LISTENADDR": "127.0.0.1",
        "GOTIFY_DATABASE_CONNECTION": f"{folder}/gotify.db{'?_journal_mode=WAL' if wal else ''}",
        "GOTIFY_UPLOADEDIMAGESDIR": f"{folder}/images",
        "GOTIFY_PLUGINSDIR": f"{folder}/plugins",
    }
    stage.serve([str(GOTIFY.binary())], environ, "/health")
    application, client = _gotify_token(port, "application"), _gotify_token(port, "client")
    page = Endpoint(port, f"/stream?token={client}")
    return PushServer(
        "gotify", wal, port, "/message", {"X-Gotify-Key": application}, _gotify_body, page, {"X-Gotify-Key": client}
    )


def start_ntfy(stage: Stage, *, wal: bool) -> PushServer:
    """ntfy whose limits of a visitor do not hold for this machine, which it would soon shut out."""
    port, folder = free_port(), stage.folder / f"ntfy-{wal}"
    folder.mkdir()
    options = {
        "--listen-http": f"127.0.0.1:{port}",
        "--cache-file": f"{folder}/cache.db",
        "--visitor-request-limit-exempt-hosts": "127.0.0.1",
    }
    if wal:
        options["--cache-startup-queries"] = "PRAGMA journal_mode = WAL;"
    command = [str(NTFY.binary()), "serve", *(part for option in options.items() for part in option)]
    stage.serve(command, {"BENCH_PORT": str(port)}, "/v1/health")
    return PushServer("ntfy", wal, port, "/", {}, _ntfy_body, Endpoint(port, "/telephony/ws"), {})


PROGRAMS = {GOTIFY: start_gotify, NTFY: start_ntfy}


def beside_push_servers(
    stage: Stage, question: str, measure: Callable[[PushServer, str], list[Row]], *programs: GoServer
) -> Iterator[Row]:
    """The rows that ``measure`` gives for each program as it comes and with its write-ahead log, by its server and
    its label; a row that says why, where a program cannot be had."""
    for program in programs or PROGRAMS:
        if not program.binary():
            yield Row(question, left_out=f"{program.label}: {program.missing}")
            continue
        for wal in (False, True):
            server = PROGRAMS[program](stage, wal=wal)
            yield from measure(server, f"{program.label} {'with its write-ahead log' if wal else 'as it comes'}")
            stage.clear()


def _gotify_token(port: int, what: str) -> str:
    """The token of a new application or client of the user that Gotify makes at its first start."""
    signed_in = {"Authorization": f"Basic {base64.b64encode(b'admin:admin').decode()}"}
    url = f"http://127.0.0.1:{port}/{what}"
    answer = httpx.post(url, json={"name": "bench"}, headers=signed_in, trust_env=False).raise_for_status()
    return str(answer.json()["token"])


def _gotify_body(text: str) -> dict[str, Any]:
    return {"title": "Telephony", "message": text, "extras": {"call::from": {"number": "+79990000001"}}}


def _ntfy_body(text: str) -> dict[str, Any]:
    return {"topic": "telephony", "title": "Telephony", "message": text}

"""What the benches of publishing stand on: servers of their own, people, a provider, and the product itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.tools.machine import folder, listens
from tests import compose
from tests.compose import Composed
from tests.processes import NOTIFCENTER, Process, free_port, run, wait_until
from tests.servers import Postgres, Redis, postgres_binaries

SEED = """
from accounts.models import ChannelPreference, Device, User
from notifcenter import providers, tokens
made = User.objects.bulk_create(
    (User(username=f"user{{n}}", email=f"user{{n}}@example.com") for n in range({people})), batch_size=5000)
Device.objects.bulk_create(
    (Device(user=user, channel=code, transport="webpush", address=f"https://push.invalid/{{code}}/{{user.pk}}",
        address_digest=f"{{code}}{{user.pk}}") for user in made[:{devices}] for code in ("mobile", "browser")),
    batch_size=5000)
provider = providers.save("telephony")[0]
if {daily}:
    ChannelPreference.objects.bulk_create(
        (ChannelPreference(user=user, provider=provider, email_mode="daily") for user in made), batch_size=5000)
print(tokens.mint_for_provider(provider))
"""


# As an installation has it: what is answered is on the disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on"}


def start_postgres(folder: Path, **settings: str) -> Postgres:
    """A PostgreSQL that syncs every commit, whose other settings are PostgreSQL's own but for those given."""
    binaries = postgres_binaries()
    assert binaries, "PostgreSQL is missing"
    return Postgres(folder / "postgres", binaries, **DURABLE, **settings)


def start_redis(folder: Path) -> Redis:
    """A Redis that keeps nothing on disk."""
    binary = shutil.which("redis-server")
    assert binary, "redis-server is missing"
    return Redis(folder / "redis", binary)


class Stage:
    """A folder, and the processes that were started in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[Process] = []
        self.env = {"DATA_DIR": str(folder / "data"), "PUBLIC_URL": "http://127.0.0.1", "LOG_LEVEL": "ERROR"}

    def postgres(self, **settings: str) -> Postgres:
        """A PostgreSQL with an empty database for the product."""
        server = start_postgres(self.folder, **settings)
        self.processes.append(server.process)
        self.env["DATABASE_URL"] = server.new_database("bench")
        return server

    def redis(self) -> None:
        """A Redis for the product."""
        server = start_redis(self.folder)
        self.processes.append(server.process)
        self.env["REDIS_URL"] = server.url

    def seed(self, people: int, *, devices: int = 0, daily: bool = False) -> str:
        """The product's tables and ``user0``, ``user1`` …, each with a mail address, the first ``devices`` with a phone
        and a browser too; ``daily``: all read mail by the digest. Gives a token of the provider ``telephony``."""
        self.manage("migrate", "-v0")
        code = SEED.format(people=people, devices=devices, daily=daily)
        return str(self.manage("shell", "-v0", "-c", code).split()[-1])

    def production(self, name: str) -> list[int]:
        """All processes of a service as compose.yaml starts them; gives their ports."""
        service = compose.read()["services"][name]
        number = service.get("deploy", {}).get("replicas", 1)
        return [self.serve(compose.command(service), compose.environment(service, self.env)) for _ in range(number)]

    def one_process(self) -> list[int]:
        """All of the product in one process; gives its port."""
        return [self.serve([NOTIFCENTER, "up"], self.env | {"PORT": str(free_port())})]

    def serve(self, command: list[str], environ: dict[str, str], health: str = "/healthz") -> int:
        """Start a process; gives the port that its environment names, once it answers there."""
        port = next((int(value) for name, value in environ.items() if name.endswith("PORT")), 0)
        process = Process(command, self.folder / f"process-{len(self.processes)}.log", **environ)
        self.processes.append(process)
        if port:
            wait_until(lambda: _answers(process, port, health), 60, " ".join(command))
        return port

    def clear(self) -> None:
        """End all processes."""
        while self.processes:
            self.processes.pop().kill()

    def manage(self, *arguments: str) -> str:
        """What a management command prints."""
        done = run([NOTIFCENTER, *arguments], **self.env)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage that is cleared away afterwards."""
    with folder() as place:
        made = Stage(place)
        try:
            yield made
        finally:
            made.clear()


def restart_live(product: Composed) -> None:
    """Start its one live process again."""
    [live] = product.running["live"]
    live.kill()
    again = live.again()
    product.running["live"] = [again]
    product.processes.append(again)
    wait_until(lambda: listens(product.addresses["live"][0]), 30, "the live process")


def _answers(process: Process, port: int, health: str) -> bool:
    assert process.running(), process.output
    try:
        return httpx.get(f"http://127.0.0.1:{port}{health}", timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False

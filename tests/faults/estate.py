"""The production shape on servers of its own, so that each part can be hurt: two workers and two schedulers at once."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from tests.faults.mailserver import MoodyServer
from tests.processes import NOTIFCENTER, Process, run
from tests.production import start_production
from tests.servers import PgBouncer, Postgres, Redis, pgbouncer_binary, postgres_binaries

PARTS = ("web", "live", "worker", "beat", "worker 2", "beat 2")


class Estate:
    """PostgreSQL, Redis, a mail server and every process of the product.

    ``bouncer`` puts PgBouncer in transaction mode before PostgreSQL, and ends the product's DATABASE_URL.
    """

    def __init__(self, folder: Path, seed: int, bouncer: str | None = None) -> None:
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        binaries, redis = postgres_binaries(), shutil.which("redis-server")
        assert binaries and redis, "PostgreSQL or Redis is missing"
        self.mail = MoodyServer(seed).start()
        self.postgres = Postgres(folder / "postgres", binaries)
        self.redis = Redis(folder / "redis", redis)
        url, self.bouncer = self.postgres.migrated_database("estate"), None
        if bouncer is not None:
            binary = pgbouncer_binary()
            assert binary, "PgBouncer is missing"
            self.bouncer = PgBouncer(folder / "pgbouncer", binary, self.postgres)
            url = self.bouncer.url("estate") + bouncer
        self.product = start_production(folder / "product", url, self.redis.url, EMAIL_URL=self.mail.url)
        self.product.processes += [self.product.processes[place].again() for place in (2, 3)]

    def kill(self, part: str) -> None:
        """``kill -9`` of a part and all its children."""
        self._process(part).kill()

    def restart(self, part: str) -> None:
        """Start a part again."""
        self.product.processes[PARTS.index(part)] = self._process(part).again()

    def stop(self) -> None:
        """End everything."""
        self.product.kill()
        self.redis.stop()
        if self.bouncer:
            self.bouncer.stop()
        self.postgres.stop()
        self.mail.stop()

    def _process(self, part: str) -> Process:
        return self.product.processes[PARTS.index(part)]


def ask(product: Any, query: str) -> list[tuple[Any, ...]]:
    """What the product's database answers to a query."""
    url = product.env.get("DATABASE_URL", "")
    if urlsplit(url).scheme.startswith("postgres"):
        with psycopg.connect(url.partition("?")[0]) as connection:
            return connection.execute(query.encode()).fetchall()
    with sqlite3.connect(product.data_dir / "db.sqlite3", timeout=20) as connection:
        return connection.execute(query).fetchall()


def hexed(pk: Any) -> str:
    """A UUID in one spelling, whatever database it comes from."""
    return UUID(str(pk)).hex


def audit(product: Any) -> list[str]:
    """The breaches that ``manage.py audit`` finds."""
    done = run([NOTIFCENTER, "audit"], **product.env)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    return list(done.stdout.splitlines())

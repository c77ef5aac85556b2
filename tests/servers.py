"""PostgreSQL, PgBouncer and Redis of the tests' own: fresh, on free ports, in a temporary folder."""

import os
import shutil
from pathlib import Path

import psycopg
import redis

from tests.processes import Process, free_port, run, wait_until


def postgres_binaries() -> Path | None:
    """Where initdb and postgres lie: on PATH, or at the newest of Debian's places."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    return Path(on_path).parent if on_path else (debian[-1] if debian else None)


class Postgres:
    """A cluster that trusts everybody on 127.0.0.1; PostgreSQL refuses to run as root, so there another user has it."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.port = free_port()
        self._user = "nobody" if os.getuid() == 0 else None
        self._folder, self._binaries = folder, binaries
        folder.mkdir()
        if self._user:
            shutil.chown(folder, self._user)
        self._make()
        self.start()

    def start(self) -> None:
        """Start it, again after ``stop``."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), *options]
        self.process = Process(command, self._folder.with_suffix(".log"), user=self._user)
        wait_until(self._answers, what="PostgreSQL")

    def stop(self) -> None:
        """Stop it at once, cutting every connection."""
        self.process.kill()

    def new_database(self, name: str) -> str:
        """The DATABASE_URL of a new, empty database."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self._url(name)

    def _make(self) -> None:
        command = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres", "-A", "trust"]
        done = run([*command, "-E", "UTF8", "--no-locale", "--no-sync"], user=self._user)
        assert done.returncode == 0, done.stderr

    def _url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def _answers(self) -> bool:
        assert self.process.running(), self.process.output
        try:
            psycopg.connect(self._url("postgres"), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True


def pgbouncer_binary() -> str | None:
    """Where PgBouncer lies."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def knows_prepared_statements(binary: str) -> bool:
    """Whether this PgBouncer can carry them in transaction mode: 1.22 and later."""
    major, minor = run([binary, "--version"]).stdout.split()[1].split(".")[:2]
    return (int(major), int(minor)) >= (1, 22)


class PgBouncer:
    """In transaction mode before a cluster; it refuses to run as root, so there another user has it."""

    def __init__(self, folder: Path, binary: str, postgres: Postgres) -> None:
        self.port = free_port()
        folder.mkdir()
        (folder / "users.txt").write_text('"postgres" ""\n')
        (folder / "pgbouncer.ini").write_text(
            BOUNCER.format(port=self.port, behind=postgres.port, users=folder / "users.txt", prepared=_prepared(binary))
        )
        user = "nobody" if os.getuid() == 0 else None
        self.process = Process([binary, str(folder / "pgbouncer.ini")], folder.with_suffix(".log"), user=user)
        wait_until(self._answers, what="PgBouncer")

    def url(self, name: str) -> str:
        """The DATABASE_URL of a database of the cluster, by way of it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Stop it at once."""
        self.process.kill()

    def _answers(self) -> bool:
        assert self.process.running(), self.process.output
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True


BOUNCER = """
[databases]
* = host=127.0.0.1 port={behind}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
{prepared}
"""


def _prepared(binary: str) -> str:
    return "max_prepared_statements = 100" if knows_prepared_statements(binary) else ""


class Redis:
    """A Redis server that keeps nothing on disk."""

    def __init__(self, folder: Path, binary: str) -> None:
        self.port = free_port()
        self._folder, self.binary = folder, binary
        folder.mkdir()
        self.start()

    @property
    def url(self) -> str:
        """Its REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        """A connection to it."""
        return redis.Redis(port=self.port, socket_timeout=20)

    def start(self) -> None:
        """Start it, again after ``stop``."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self.process = Process([self.binary, *options], self._folder / "redis.log")
        wait_until(self._answers, what="Redis")

    def stop(self) -> None:
        """Stop it at once, cutting every connection."""
        self.process.kill()

    def _answers(self) -> bool:
        assert self.process.running(), self.process.output
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

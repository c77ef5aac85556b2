"""PostgreSQL, PgBouncer and Redis of the tests' own: fresh, on free ports, in a temporary folder."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from tests.migrated import migrate
from tests.processes import ROOT, Process, free_port, run, wait_until


def postgres_binaries() -> Path | None:
    """Where initdb and postgres lie: on PATH, or at the newest of Debian's places."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    return Path(on_path).parent if on_path else (debian[-1] if debian else None)


class Postgres:
    """A cluster on 127.0.0.1, which trusts everybody unless it has a password, and syncs nothing to disk but for the
    settings given by name.

    PostgreSQL refuses to run as root, so there another user has it.
    """

    def __init__(self, folder: Path, binaries: Path, password: str = "", **settings: str) -> None:
        self.port, self._password, self.settings = free_port(), password, {"fsync": "off"} | settings
        self._user = "nobody" if os.getuid() == 0 else None
        self._folder, self._binaries, self._has_template = folder, binaries, False
        folder.mkdir()
        if self._user:
            shutil.chown(folder, self._user)
        self._make()
        self.start()

    def start(self) -> None:
        """Start it, again after ``stop``."""
        where = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = [part for name, value in (where | self.settings).items() for part in ("-c", f"{name}={value}")]
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

    def migrated_database(self, name: str) -> str:
        """The DATABASE_URL of a new database with the product's tables, and nothing in them."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            if not self._has_template:
                connection.execute("CREATE DATABASE migrated")
                with tempfile.TemporaryDirectory() as folder:
                    migrate(DATA_DIR=folder, DATABASE_URL=self._url("migrated"))
                self._has_template = True
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE migrated'.encode())
        return self._url(name)

    def _make(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self._password)
        secret.chmod(0o644)
        method = ["-A", "scram-sha-256", f"--pwfile={secret}"] if self._password else ["-A", "trust"]
        command = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres", *method]
        done = run([*command, "-E", "UTF8", "--no-locale", "--no-sync"], user=self._user)
        assert done.returncode == 0, done.stderr

    def _url(self, name: str) -> str:
        secret = f":{quote(self._password, safe='')}" if self._password else ""
        return f"postgres://postgres{secret}@127.0.0.1:{self.port}/{name}"

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
        prepared = knows_prepared_statements(binary)
        text = _configuration(folder, self.port, postgres.port, prepared=prepared)
        (folder / "pgbouncer.ini").write_text(text)
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


def _configuration(folder: Path, port: int, behind: int, *, prepared: bool) -> str:
    """deploy/pgbouncer.ini with this machine's addresses, and nobody asked for a password."""
    here = {
        "notifcenter = host=postgres port=5432": f"* = host=127.0.0.1 port={behind}",
        "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
        "listen_port = 6432": f"listen_port = {port}\nunix_socket_dir =",
        "auth_type = scram-sha-256": "auth_type = trust",
        "/etc/pgbouncer/userlist.txt": str(folder / "users.txt"),
    } | ({"; max_prepared_statements": "max_prepared_statements"} if prepared else {})
    text = (ROOT / "deploy" / "pgbouncer.ini").read_text()
    for shipped, ours in here.items():
        assert shipped in text, shipped
        text = text.replace(shipped, ours)
    return text


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

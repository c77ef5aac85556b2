"""Installations without processes, made by commands alone."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.migrated import put_tables
from tests.processes import NOTIFCENTER, run
from tests.servers import Postgres

EVERY_ROW = """
import json
from django.apps import apps
own = [model for model in apps.get_models(include_auto_created=True) if model._meta.label != "sessions.Session"]
rows = {model._meta.db_table: [[str(value) for value in row] for row in model.objects.order_by("pk").values_list()]
    for model in own}
print(json.dumps(rows))
"""
"""Run by ``manage.py shell``."""


class Installation:
    """Settings, and the commands of the product with them."""

    def __init__(self, **env: str) -> None:
        self.env = env
        self.data_dir = Path(env["DATA_DIR"])

    def run(self, *arguments: str, **env: str) -> "CompletedProcess[str]":
        """The completed process of a command."""
        done: CompletedProcess[str] = run([NOTIFCENTER, *arguments], **self.env, **env)
        return done

    def do(self, *arguments: str, **env: str) -> str:
        """What a command prints that must succeed."""
        done = self.run(*arguments, **env)
        assert done.returncode == 0, done.stderr + done.stdout
        return str(done.stdout)

    def refused(self, *arguments: str, **env: str) -> str:
        """What a command says that must fail, in a line."""
        done = self.run(*arguments, **env)
        assert done.returncode == 1, done.stderr + done.stdout
        [line] = done.stderr.splitlines()
        return str(line)

    def shell(self, code: str) -> str:
        """What Python code prints that runs within the product."""
        return self.do("shell", "-v0", "-c", code)

    def rows(self) -> dict[str, list[list[str]]]:
        """Every row of every table but the sessions'."""
        return dict(json.loads(self.shell(EVERY_ROW)))

    def die(self, point: str, *arguments: str) -> None:
        """Run a command that is killed at that point."""
        place = self.data_dir / "crash"
        place.write_text(point)
        assert self.run(*arguments, CRASH_FILE=str(place)).returncode == 9
        assert not place.exists()

    def tables(self) -> list[str]:
        """The names of its tables."""
        code = "from django.db import connection as c; print(*c.introspection.table_names())"
        return sorted(self.shell(code).split())


Make = Callable[..., Installation]


@pytest.fixture
def make(request: pytest.FixtureRequest, folders: Callable[[str], Path]) -> Make:
    """``make("SQLite")`` or ``make("PostgreSQL")``: an installation whose database is empty, or has ``tables``."""

    def begin(database: str, *, tables: bool = False, **env: str) -> Installation:
        folder = folders("installation")
        folder.mkdir(mode=0o700)
        if database == "PostgreSQL":
            postgres: Postgres = request.getfixturevalue("postgres")
            make_database = postgres.migrated_database if tables else postgres.new_database
            env["DATABASE_URL"] = make_database(folder.name)
        elif tables:
            put_tables(folder)
        return Installation(DATA_DIR=str(folder), **env)

    return begin


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup may go."""
    return tmp_path / "notifcenter.backup"

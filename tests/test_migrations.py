"""Migrations: from empty on both databases, complete, and reversible in words the models agree with."""

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from tests.processes import NOTIFCENTER, run


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def empty(request, tmp_path):
    """The settings of an installation with an empty database."""
    env = {"DATA_DIR": str(tmp_path)}
    if request.param == "PostgreSQL":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").new_database(request.function.__name__[:40])
    return env


def test_they_run_from_empty_and_nothing_is_left_to_migrate(empty):
    done = run([NOTIFCENTER, "migrate", "-v0"], **empty)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert run([NOTIFCENTER, "migrate", "--check"], **empty).returncode == 0
    checked = run([NOTIFCENTER, "makemigrations", "--check", "--dry-run"], **empty)
    assert checked.returncode == 0, checked.stdout
    made = run([NOTIFCENTER, "provider", "first"], **empty)
    assert made.returncode == 0, made.stderr


FORGET_INDEXES = """
from django.db.migrations.recorder import MigrationRecorder
print(MigrationRecorder.Migration.objects.filter(name__contains="_index_").delete()[0])
"""


def test_an_index_that_a_killed_run_left_behind_is_made_anew(empty):
    assert run([NOTIFCENTER, "migrate", "-v0", "notifcenter", "0010"], **empty).returncode == 0
    assert run([NOTIFCENTER, "shell", "-v0", "-c", FORGET_INDEXES], **empty).stdout == "1\n"
    done = run([NOTIFCENTER, "migrate", "-v0"], **empty)
    assert done.returncode == 0, done.stderr


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    env = {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://notices.example.com"}
    done = run([NOTIFCENTER, "check", "--fail-level", "ERROR"], **env)
    assert done.returncode == 0, done.stderr


SAFE = (
    "CreateModel",
    "AddIndex",
    "AddIndexConcurrently",
    "AddConstraint",
    "RemoveIndex",
    "RunPython",
    "AlterModelOptions",
    "AlterModelManagers",
)
OURS = ("notifcenter", "accounts", "channels_app")


def test_those_after_the_first_do_not_break_the_version_that_still_runs():
    later = [migration for migration in MigrationLoader(None).disk_migrations.values() if migration.app_label in OURS]
    steps = [(migration, step) for migration in later if not migration.initial for step in migration.operations]
    assert steps
    assert [f"{migration}: {step.describe()}" for migration, step in steps if not _is_safe(step)] == []


def _is_safe(step):
    """What an older process can live with: it names its columns, and knows nothing of new ones."""
    if type(step).__name__ == "AddField":
        return step.field.null or step.field.db_default is not NOT_PROVIDED
    if type(step).__name__ == "SeparateDatabaseAndState":
        return all(map(_is_safe, step.database_operations))
    return type(step).__name__ in SAFE


def test_an_urgent_chunk_that_waits_is_high_after_the_upgrade(empty):
    at_once = [NOTIFCENTER, "shell", "--no-imports", "-c"]
    assert run([NOTIFCENTER, "migrate", "-v0", "notifcenter", "0008"], **empty).returncode == 0
    written = run([*at_once, f"{CURSOR}; cursor.execute({OLD_CHUNKS!r})"], **empty)
    assert written.returncode == 0, written.stderr
    assert run([NOTIFCENTER, "migrate", "-v0"], **empty).returncode == 0
    after = run([*at_once, f"{CURSOR}; cursor.execute({PRIORITIES!r}); print(cursor.fetchall())"], **empty)
    assert after.stdout.strip() == "[(2,), (3,)]", after.stderr
    assert run([*at_once, f"{CURSOR}; cursor.execute({OLD_CHUNKS!r})"], **empty).returncode == 0


CURSOR = "from django.db import connection; cursor = connection.cursor()"
OLD_CHUNKS = (
    "INSERT INTO notifcenter_fanoutpart (arrivals, urgent, created_at)"
    " VALUES ('[]', false, '2026-01-01T00:00:00Z'), ('[]', true, '2026-01-01T00:00:00Z')"
)
"""As the version before writes them."""
PRIORITIES = "SELECT priority FROM notifcenter_fanoutpart ORDER BY id"

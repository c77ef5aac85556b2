"""On PostgreSQL: who erases or forgets locks in the order of who publishes, so that neither waits in a circle."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.processes import NOTIFCENTER, PATIENCE, Process, run, wait_until
from tests.servers import Postgres

ORDER = ["fanoutpart", "call", "publicationkey", "notification", "inbox"]
"""The tables in the order in which those lock who publish."""
READER = """
from datetime import timedelta
from accounts.models import User
from django.utils import timezone
from notifcenter import providers
from notifcenter.calls.events import CallEvent, receive
from notifcenter.models import CallState, FanoutPart, Inbox, Provider
from notifcenter.publishing.publish import Publication, publish
reader, now = User.objects.create_user("reader"), timezone.now() - timedelta(days=9)
providers.save("phones")
phones, to = Provider.objects.get(code="phones"), {reader.pk: True}
publish([Publication(phones, "message", "x", to, named=["reader"], key="deal")], now=now)
receive(phones, CallEvent("1", CallState.RINGING, {}, to), now=now)
[later] = publish([Publication(phones, "message", "x", {})], now=timezone.now())
FanoutPart.objects.create(created_at=now, entries=[(later.pk.hex, [reader.pk])])
Inbox.objects.update(revision=1000)
"""
ANSWERED = """
from accounts.models import User
from django.utils import timezone
from notifcenter.calls.events import CallEvent, receive
from notifcenter.models import CallState, Provider
by = {"answered_by": User.objects.get().pk}
receive(Provider.objects.get(code="phones"), CallEvent("1", CallState.ANSWERED, by), now=timezone.now())
"""
AGED = """
from datetime import timedelta
from django.utils import timezone
from notifcenter.models import IdempotencyKey, Provider
before = timezone.now() - timedelta(days=2)
IdempotencyKey.objects.create(provider=Provider.objects.get(code="phones"), key="again", answer={}, created_at=before)
"""
UPDATE = """
from accounts.models import User
from django.utils import timezone
from notifcenter.models import Provider
from notifcenter.publishing.claims import IdempotencyRecord
from notifcenter.publishing.publish import Publication, accept
phones = Provider.objects.get(code="phones")
update = Publication(phones, "message", "y", {User.objects.get().pk: True}, named=["reader"], key="deal")
accept([update], lambda published: IdempotencyRecord(phones.pk, "again", "", {}), now=timezone.now())
"""
UNPLACED = "from notifcenter.models import InboxItem; InboxItem.objects.all().delete()"
IN_PARTS = "from notifcenter.operation import personal_data; personal_data.BATCH = 1"
ERASE = """
from accounts.models import User
from accounts.personal_data import erase
erase(User.objects.get(username="reader"), "a test")
"""
FORGET = """
from datetime import timedelta
from django.utils import timezone
from notifcenter.operation import retention
retention.forget(before=timezone.now() - timedelta(days=1), batch=100)
"""
BLOCKED_BY = """
    SELECT blocker FROM pg_stat_activity, unnest(pg_blocking_pids(pid)) AS blocker
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def env(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation with one person, to whom notifications came and one is to come."""
    env = {"DATA_DIR": str(tmp_path), "DATABASE_URL": postgres.migrated_database(f"locks_{tmp_path.name}")}
    shell(env, READER)
    return env


@pytest.fixture
def waits(env: dict[str, str], tmp_path: Path) -> Iterator[Callable[[str], list[str]]]:
    """Runs code while others hold the rows of each table; gives the tables it waits for, each let go when it does."""
    with ExitStack() as opened:
        connect = lambda: opened.enter_context(psycopg.connect(env["DATABASE_URL"]))  # noqa: E731
        database = connect()
        database.autocommit = True

        def begin(code: str) -> list[str]:
            holders = {table: connect() for table in (*ORDER, "idempotencykey")}
            for table, holder in holders.items():
                holder.execute(f"SELECT FROM notifcenter_{table} FOR UPDATE".encode())
            tables = {holder.info.backend_pid: table for table, holder in holders.items()}
            process = Process([NOTIFCENTER, "shell", "-v0", "-c", code], tmp_path / "beside.log", **env)
            seen: list[str] = []

            def has_ended() -> bool:
                for (pid,) in database.execute(BLOCKED_BY).fetchall():
                    if tables[pid] not in seen:
                        seen.append(tables[pid])
                        holders[tables[pid]].rollback()
                return not process.running()

            wait_until(has_ended, PATIENCE, "the end of it")
            assert process.output == ""
            return seen

        yield begin


def shell(env: dict[str, str], code: str) -> None:
    """Run code in the installation."""
    done = run([NOTIFCENTER, "shell", "-v0", "-c", code], **env)
    assert done.returncode == 0, done.stderr


def test_erasing_locks_what_is_to_come_then_notifications_then_the_inbox(waits: Callable[[str], list[str]]) -> None:
    assert waits(ERASE) == ORDER


def test_erasing_much_locks_so_in_each_of_its_parts(waits: Callable[[str], list[str]]) -> None:
    assert waits(IN_PARTS + ERASE) == ["publicationkey", "notification", "inbox", "fanoutpart", "call"]


def test_forgetting_who_answered_locks_the_call_before_its_notification(
    env: dict[str, str], waits: Callable[[str], list[str]]
) -> None:
    shell(env, ANSWERED)
    assert waits(ERASE)[:2] == ["call", "notification"]


def test_retention_locks_notifications_before_inboxes(waits: Callable[[str], list[str]]) -> None:
    assert waits(FORGET) == ORDER[1:]


def test_retention_of_what_is_in_no_inbox_locks_keys_first(
    env: dict[str, str], waits: Callable[[str], list[str]]
) -> None:
    shell(env, UNPLACED)
    assert waits(FORGET) == ORDER[1:-1]


def test_an_update_locks_its_idempotency_key_before_inboxes(
    env: dict[str, str], waits: Callable[[str], list[str]]
) -> None:
    shell(env, AGED)
    assert waits(UPDATE) == ["publicationkey", "notification", "idempotencykey", "inbox"]

"""On PostgreSQL, while somebody else is storing the same text of settled channels."""

import psycopg
import pytest

from tests.processes import NOTIFCENTER, PATIENCE, Process, run, wait_until

SETTLED = "interface=always email=no_address mobile=no_device browser=no_device"
SOMEBODY = """
from accounts.models import User
from notifcenter import providers
from notifcenter.models import Inbox
providers.save("phones")
Inbox.objects.create(user=User.objects.create_user("reader"))
"""
PUBLISH = """
from accounts.models import User
from django.utils import timezone
from notifcenter.models import Provider
from notifcenter.publishing.publish import Publication, publish
people = {User.objects.get(username="reader").pk: True}
publish([Publication(Provider.objects.get(code="phones"), "message", "x", people)], now=timezone.now())
"""
ONE_OLD_ITEM = f"""{PUBLISH}
from notifcenter.models import SettledChannels
from tests.notifcenter.inbox.history import as_first_edition
as_first_edition(Provider.objects.get(code="phones"))
SettledChannels.objects.all().delete()
"""
COMPACT = "from notifcenter.operation import compaction; compaction.compact_batch()"
STORE = "INSERT INTO notifcenter_settledchannels (text) VALUES (%s)"
STORED = "SELECT text FROM notifcenter_inboxitem JOIN notifcenter_settledchannels texts ON texts.id = settled_id"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def env(postgres, tmp_path):
    """The settings of an installation with one person, on a database of its own."""
    env = {"DATA_DIR": str(tmp_path), "DATABASE_URL": postgres.migrated_database(f"texts_{tmp_path.name}")}
    done = run([NOTIFCENTER, "shell", "-v0", "-c", SOMEBODY], **env)
    assert done.returncode == 0, done.stderr
    return env


@pytest.fixture
def database(env):
    """Looks at what is committed."""
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def begun_beside_another(env, database, tmp_path):
    """Runs code while another transaction has stored the text and is open; gives that one and the process, waiting."""
    with psycopg.connect(env["DATABASE_URL"]) as other:

        def begin(code):
            other.execute(STORE, [SETTLED])
            process = Process([NOTIFCENTER, "shell", "-v0", "-c", code], tmp_path / "beside.log", **env)
            wait_until(lambda: waits(database, process), PATIENCE, "somebody who waits for the text")
            return other, process

        yield begin


def waits(database, process):
    assert process.running(), process.output
    return database.execute(WAITING).fetchone() == (1,)


def texts_of_items(database):
    return [text for (text,) in database.execute(STORED)]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_publication_waits_for_it_with_no_inbox_locked_and_loses_nothing(begun_beside_another, database, ending):
    other, process = begun_beside_another(PUBLISH)
    database.execute("SELECT FROM notifcenter_inbox FOR UPDATE NOWAIT")
    getattr(other, ending)()
    wait_until(lambda: not process.running(), PATIENCE, "the end of the publication")
    assert texts_of_items(database) == [SETTLED], process.output


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_compaction_waits_for_it_with_no_item_locked(env, begun_beside_another, database, ending):
    done = run([NOTIFCENTER, "shell", "-v0", "-c", ONE_OLD_ITEM], **env)
    assert done.returncode == 0, done.stderr
    other, process = begun_beside_another(COMPACT)
    database.execute("SELECT FROM notifcenter_inboxitem FOR UPDATE NOWAIT")
    getattr(other, ending)()
    wait_until(lambda: not process.running(), PATIENCE, "the end of the batch")
    assert texts_of_items(database) == [SETTLED], process.output

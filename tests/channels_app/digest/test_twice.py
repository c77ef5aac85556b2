"""Two schedulers at once, in processes of their own, on both databases: every daily mail once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.smtp import SmtpServer
from tests.migrated import put_tables
from tests.processes import NOTIFCENTER, run

READERS = 250

PREPARE = f"""
from datetime import UTC, datetime, timedelta
from accounts.models import ChannelPreference, DigestSchedule, User
from notifcenter.models import Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
due = datetime(2026, 1, 10, 18, tzinfo=UTC)
provider = Provider.objects.create(code="telephony", name="Telephony")
users = User.objects.bulk_create(
    User(username=f"reader{{n}}", email=f"reader{{n}}@example.com", timezone="UTC") for n in range({READERS})
)
ChannelPreference.objects.bulk_create(ChannelPreference(user=u, provider=provider, email_mode="daily") for u in users)
DigestSchedule.objects.bulk_create(
    DigestSchedule(user=u, window_start=due - timedelta(days=1), next_due_at=due) for u in users
)
people = {{user.pk: True for user in users}}
publish([Publication(provider, "message", "Hello", people)], now=due - timedelta(hours=1))
"""
SEND = """
from datetime import UTC, datetime
from channels_app.digest.queue import Digests
due = datetime(2026, 1, 10, 18, 0, 1, tzinfo=UTC)
print("sent", Digests(clock=lambda: due).drain())
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_two_schedulers_send_every_daily_mail_once(
    database: str, request: pytest.FixtureRequest, folders: Callable[[str], Path], smtp: SmtpServer
) -> None:
    data_dir = folders("digest")
    env = {"DATA_DIR": str(data_dir), "EMAIL_URL": smtp.url, "LOG_LEVEL": "ERROR"}
    if database == "postgres":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").migrated_database("digest")
    else:
        data_dir.mkdir()
        put_tables(data_dir)
    manage("shell", "-c", PREPARE, **env)
    with ThreadPoolExecutor() as pool:
        shares = list(pool.map(lambda _n: manage("shell", "-c", SEND, **env), range(2)))
    numbers = [int(line.split()[1]) for share in shares for line in share.splitlines() if line.startswith("sent")]
    assert sum(numbers) == READERS
    addresses = Counter(mail.recipients[0] for mail in smtp.received)
    assert len(addresses) == READERS
    assert set(addresses.values()) == {1}


def manage(*arguments: str, **env: Any) -> str:
    done = run([NOTIFCENTER, *arguments], **env)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)

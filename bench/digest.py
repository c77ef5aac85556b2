"""The daily digest for everybody at the same minute: our batches against a loop with its queries for each user.

Both do the same to the same tables on PostgreSQL: find who is due, read the unread items of the window, take the five
newest and their number, ask the preferences, hand a mail over, write it off, set the next due time. The loop does a
sample of the users, then we do all the others. Building the mail (templates, MIME) costs the same in both and is left
out; the last row measures it.
"""

import gc
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.tools.machine import folder
from bench.tools.servers import start_postgres
from bench.tools.table import Row

USERS, SAMPLE, EACH = 100_000, 2_000, 3
DUE = datetime(2027, 3, 10, 18, tzinfo=UTC)

FILL = """
INSERT INTO notifcenter_provider (code, name, icon, description, manifest, created_at)
    VALUES ('telephony', 'Telephony', '', '', '{{}}', now()) ON CONFLICT (code) DO UPDATE SET name = 'Telephony';
INSERT INTO accounts_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
        date_joined, language, timezone, receive_notifications, quiet_while_active, mail_blocked, mail_off)
    SELECT '{name}' || n, '', '', '', '{name}' || n || '@example.com', false, false, true, now(),
        'en', 'UTC', true, false, '', false
    FROM generate_series(1, {users}) n;
INSERT INTO accounts_channelpreference (user_id, provider_id, channels, email_mode)
    SELECT u.id, p.id, '{{}}', 'daily' FROM accounts_user u, notifcenter_provider p
    WHERE u.username LIKE '{name}%' AND p.code = 'telephony';
INSERT INTO accounts_digestschedule (user_id, time, timezone, window_start, next_due_at)
    SELECT id, '18:00', '', '{due}'::timestamptz - interval '1 day', '{due}'
    FROM accounts_user WHERE username LIKE '{name}%';
CREATE TEMP TABLE sent AS
    SELECT gen_random_uuid() id, u.id user_id, k, '{due}'::timestamptz - k * interval '1 hour' AS published
    FROM accounts_user u, generate_series(1, {each}) k WHERE u.username LIKE '{name}%';
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, created_at)
    SELECT sent.id, p.id, 'message', 'Hello', 'Some words', '{{}}', published FROM sent, notifcenter_provider p
    WHERE p.code = 'telephony';
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, sent.id, p.id, k, false FROM sent, notifcenter_provider p WHERE p.code = 'telephony';
INSERT INTO notifcenter_delivery (notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at)
    SELECT id, user_id, 'email', 0, 'digest', 'daily', false, 0, published FROM sent;
DROP TABLE sent;
ANALYZE;
"""


def run() -> list[Row]:
    """Users a second, queries a user, memory; and what building a mail costs."""
    with _database():
        from channels_app.digest import queue

        gc.freeze()  # as a worker does
        building = queue.compose.digest
        queue.compose.digest = _bare_mail  # type: ignore[assignment]
        _fill("warm", 10_000)
        _measure(_ours, 10_000)
        memory_before = _peak_memory()
        _fill("user", USERS + SAMPLE)
        peer_rate, peer_queries = _measure(_peer, SAMPLE)
        rate, queries = _measure(_ours, USERS)
        memory = _peak_memory()
        queue.compose.digest = building
        _fill("full", SAMPLE)
        full_rate, _queries = _measure(_ours, SAMPLE)
    question, beside = f"daily mails of {USERS:,} people at one minute", "a loop of queries for each"
    return [
        Row(f"{question}, rendering left out, a second", rate, beside, peer_rate, 10, short=True),
        Row(f"{question}: queries for each", queries, beside, peer_queries, 10, smaller=True),
        Row(f"{question}: memory", memory, "10,000 people", memory_before, 0.8, unit="MB", smaller=True),
        Row("daily mails a second, rendered", full_rate, "rendering left out", rate),
    ]


def _measure(send: Any, users: int) -> tuple[float, float]:
    from django.core import mail
    from django.db import connection

    counted = _Counter()
    with connection.execute_wrapper(counted):
        begun = time.perf_counter()
        assert send() == users, "somebody got no mail"
        took = time.perf_counter() - begun
    mail.outbox = []
    return users / took, counted.number / users


class _Counter:
    """Counts statements."""

    number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


def _ours() -> int:
    from channels_app.digest.queue import Digests

    begun = time.monotonic()
    return Digests(clock=lambda: DUE + timedelta(seconds=time.monotonic() - begun)).drain()


def _peer() -> int:
    from bench.peers import query_loop

    return query_loop.send_due(DUE, SAMPLE, _bare_mail)


def _bare_mail(_content: Any, to: str) -> Any:
    from channels_app.mail.message import Mail

    return Mail("Digest", "", to=[to])


def _fill(name: str, users: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FILL.format(name=name, users=users, each=EACH, due=DUE.isoformat()))


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _database() -> Iterator[None]:
    """A PostgreSQL of its own with an empty product in it; mails go nowhere."""
    with folder() as place:
        server = start_postgres(place)
        try:
            _set_up(server.new_database("digest"), place)
            yield
        finally:
            server.stop()


def _set_up(url: str, folder: Path) -> None:
    os.environ |= {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "notifcenter.config.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0)

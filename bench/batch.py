"""A batch of 1,000 through ``publish()`` on PostgreSQL, one recipient each, against COPY, and a loop of the ORM.

All write the same 7,000 rows: 1,000 notifications, items and raised centres, 4,000 deliveries. COPY writes them in one
transaction and asks nothing; only the centres, which are there already, are raised by a statement. The loop takes a
transaction and a ``bulk_create`` a table for each notification, as most write it.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from bench.tools.servers import stage
from bench.tools.table import row

SIZE, ROUNDS = 1000, 5
TABLES = ("notification", "inboxitem", "delivery")
RAISE = """
    INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT user_id, 1, 1 FROM heads ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1"""

_positions = count(10**9)


def run() -> list[dict[str, Any]]:
    """Notifications a second."""
    with stage() as made:
        made.postgres()
        made.seed(SIZE, devices=SIZE)
        os.environ |= made.env | {"DJANGO_SETTINGS_MODULE": "notifcenter.config.settings"}
        import django

        django.setup()
        from channels_app import receivers

        receivers.wakeup.wake = lambda codes: None  # nobody works here, and no broker is there to be told
        ours, copied, looped = (_rate(way) for way in (_publish, _copy, _loop))
    return [
        row("batch of 1,000 on PostgreSQL, notifications a second; COPY", ours, copied, 0.5),
        row("the same; a loop of bulk_create", ours, looped, 5),
    ]


def _rate(write: Callable[[], None]) -> float:
    write()
    begun = time.perf_counter()
    for _round in range(ROUNDS):
        write()
    return SIZE * ROUNDS / (time.perf_counter() - begun)


def _publish() -> None:
    from django.utils import timezone

    from notifcenter.publishing.publish import Publication, publish

    provider, users = _parties()
    said = [Publication(provider, "call", f"Call {n}", {user: True}, "Telephony") for n, user in enumerate(users)]
    publish(said, now=timezone.now())


def _copy() -> None:
    from django.db import connection, transaction

    provider, users = _parties()
    rows = [_rows(provider, user) for user in users]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE heads (user_id bigint) ON COMMIT DROP")
        _copied(cursor, "heads (user_id)", [[user] for user in users])
        cursor.execute(RAISE)
        for table in TABLES:
            names = ", ".join(rows[0][table][0])
            values = [row.values() for made in rows for row in made[table]]
            _copied(cursor, f"notifcenter_{table} ({names})", values)


def _copied(cursor: Any, target: str, rows: Any) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row))


def _loop() -> None:
    from django.db import transaction
    from django.db.models import F

    from notifcenter.models import Delivery, Inbox, InboxItem, Notification

    provider, users = _parties()
    for user in users:
        made = _rows(provider, user)
        made["notification"][0]["details"] = {"from": "+79990000001"}
        with transaction.atomic():
            Notification.objects.bulk_create([Notification(**row) for row in made["notification"]])
            Inbox.objects.select_for_update().get_or_create(user_id=user)
            Inbox.objects.filter(user_id=user).update(revision=F("revision") + 1, unread=F("unread") + 1)
            InboxItem.objects.bulk_create([InboxItem(**row) for row in made["inboxitem"]])
            Delivery.objects.bulk_create([Delivery(**row) for row in made["delivery"]])


def _parties() -> tuple[Any, list[int]]:
    from accounts.models import User
    from notifcenter.models import Provider

    users = User.objects.order_by("pk").values_list("pk", flat=True)[:SIZE]
    return Provider.objects.get(code="telephony"), list(users)


def _rows(provider: Any, user: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of one notification by table, ready to be written."""
    now, said = datetime.now(UTC), uuid4()
    notification = {"id": said, "provider_id": provider.pk, "kind": "call", "header": "Telephony", "text": "A call"}
    item = {"user_id": user, "notification_id": said, "provider_id": provider.pk, "position": next(_positions)}
    delivery = {"notification_id": said, "user_id": user, "urgent": True, "attempts": 0, "created_at": now}
    waiting = {"device": 1, "state": "pending", "reason": "", "due_at": now, "expires_at": now, "finished_at": None}
    shown = {"device": 0, "state": "sent", "reason": "always", "due_at": None, "expires_at": None, "finished_at": now}
    return {
        "notification": [notification | {"details": "{}", "request_id": "", "created_at": now}],
        "inboxitem": [item | {"silent": False}],
        "delivery": [
            delivery | {"channel": code} | (shown if code == "interface" else waiting)
            for code in ("interface", "email", "mobile", "browser")
        ],
    }


if __name__ == "__main__":
    for line in run():
        print(line)

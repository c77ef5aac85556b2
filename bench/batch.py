"""A batch of 1,000 through ``publish()`` on PostgreSQL, one recipient each, against COPY, and a loop of the ORM.

All write the same rows: 1,000 notifications, items and raised inboxes, and the deliveries that the product plans. COPY
writes them in one transaction and asks nothing; only the inboxes, which are there already, are raised by a statement.
The loop takes a transaction and a ``bulk_create`` a table for each notification, as most write it.
"""

import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from bench.tools.same_rows import DeliveryRow, newest_deliveries
from bench.tools.servers import stage
from bench.tools.table import Row

SIZE, ROUNDS = 1000, 5
QUESTION = "a batch of 1,000 on PostgreSQL, notifications a second"
TABLES = ("notification", "inboxitem", "delivery")
RAISE = """
    INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT user_id, 1, 1 FROM heads ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1"""

_positions = count(10**9)


def run() -> list[Row]:
    """Notifications a second."""
    with stage() as made:
        made.postgres()
        made.seed(SIZE, devices=SIZE)
        os.environ |= made.env | {"DJANGO_SETTINGS_MODULE": "notifcenter.config.settings"}
        import django

        django.setup()
        from channels_app import receivers

        receivers.wakeup.wake = lambda codes: None  # nobody works here, and no broker is there to be told
        ours, copied, looped = (_rate(write) for write in (_publish, _copy, _loop))
    return [
        Row(QUESTION, ours, "COPY of the same rows", copied, 0.5),
        Row(QUESTION, ours, "a loop of bulk_create", looped, 5),
    ]


def _rate(write: Callable[[], None]) -> float:
    write()
    begun = time.perf_counter()
    for _round in range(ROUNDS):
        write()
    return SIZE * ROUNDS / (time.perf_counter() - begun)


def _publish() -> None:
    from django.utils import timezone

    from notifcenter.publishing.publication import Publication
    from notifcenter.publishing.publish import publish

    provider, users = _parties()
    publications = [
        Publication(provider, "call", f"Call {n}", {user: True}, "Telephony") for n, user in enumerate(users)
    ]
    publish(publications, now=timezone.now())


def _copy() -> None:
    from django.db import connection, transaction

    provider, users = _parties()
    deliveries = _planned()
    rows = [_rows(provider, user, deliveries) for user in users]
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
    deliveries = _planned()
    for user in users:
        made = _rows(provider, user, deliveries)
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


def _rows(provider: Any, user: int, deliveries: list[DeliveryRow]) -> dict[str, list[dict[str, Any]]]:
    """The rows of one notification by table, ready to be written."""
    now, key = datetime.now(UTC), uuid4()
    notification = {"id": key, "provider_id": provider.pk, "kind": "call", "header": "Telephony", "text": "A call"}
    item = {"user_id": user, "notification_id": key, "provider_id": provider.pk, "position": next(_positions)}
    return {
        "notification": [notification | {"details": "{}", "request_id": "", "created_at": now}],
        "inboxitem": [item | {"silent": False}],
        "delivery": [_delivery(key, user, now, each) for each in deliveries],
    }


def _delivery(key: UUID, user: int, now: datetime, planned: DeliveryRow) -> dict[str, Any]:
    due, expires, finished = planned.times(now, None)
    times = {"created_at": now, "due_at": due, "expires_at": expires, "finished_at": finished}
    whose = {"notification_id": key, "user_id": user, "urgent": True, "attempts": 0}
    return whose | asdict(planned) | times


def _planned() -> list[DeliveryRow]:
    """What the product plans for each of them, who have mail, a phone and a browser."""
    from django.db import connection

    return newest_deliveries(connection.connection)

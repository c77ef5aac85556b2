"""A publication as the first edition stored it: its tables and indexes, and the rows of one reader each.

The reader has no device and reads mail by the daily digest: four deliveries, three of which only say why nothing goes
out. Whatever the product stores today, this is what it is compared with.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from uuid6 import uuid7

POSTGRES = {"key": "bigserial PRIMARY KEY", "uuid": "uuid", "time": "timestamptz", "json": "jsonb"}
SQLITE = {"key": "integer PRIMARY KEY AUTOINCREMENT", "uuid": "char(32)", "time": "datetime", "json": "text"}

TABLES = """
CREATE TABLE first_notification (id {uuid} NOT NULL PRIMARY KEY, kind varchar(7) NOT NULL,
    header varchar(255) NOT NULL, text text NOT NULL, details {json} NOT NULL, created_at {time} NOT NULL,
    provider_id bigint NOT NULL, request_id varchar(64) DEFAULT '' NOT NULL);
CREATE INDEX first_notification_provider ON first_notification (provider_id);
CREATE INDEX first_notification_newest ON first_notification (created_at DESC);
CREATE TABLE first_inbox (user_id bigint NOT NULL PRIMARY KEY, revision bigint NOT NULL, unread integer NOT NULL);
CREATE TABLE first_inboxitem (id {key}, position bigint NOT NULL, silent bool NOT NULL, read_at {time} NULL,
    deleted_at {time} NULL, user_id bigint NOT NULL, notification_id {uuid} NOT NULL, provider_id bigint NOT NULL);
CREATE INDEX first_item_unread ON first_inboxitem (user_id, position DESC)
    WHERE (deleted_at IS NULL AND read_at IS NULL);
CREATE INDEX first_item_provider ON first_inboxitem (user_id, provider_id, position DESC);
CREATE UNIQUE INDEX first_item_once ON first_inboxitem (notification_id, user_id);
CREATE UNIQUE INDEX first_item_position ON first_inboxitem (user_id, position DESC);
CREATE TABLE first_delivery (id {key}, channel varchar(16) NOT NULL, device bigint NOT NULL, state varchar(7) NOT NULL,
    reason varchar(500) NOT NULL, urgent bool NOT NULL, attempts integer NOT NULL, created_at {time} NOT NULL,
    due_at {time} NULL, leased_until {time} NULL, expires_at {time} NULL, finished_at {time} NULL,
    user_id bigint NOT NULL, notification_id {uuid} NOT NULL);
CREATE INDEX first_delivery_notification ON first_delivery (notification_id);
CREATE INDEX first_delivery_due ON first_delivery (channel, urgent DESC, due_at) WHERE state = 'pending';
CREATE INDEX first_delivery_by_state ON first_delivery (channel, state, id DESC);
CREATE UNIQUE INDEX first_delivery_once ON first_delivery (user_id, notification_id, channel, device);
CREATE INDEX first_delivery_waiting ON first_delivery (user_id, created_at) WHERE state = 'digest'"""

NOTIFICATION = "INSERT INTO first_notification VALUES (?, 'call', 'Telephony', 'A call', ?, ?, 1, '')"
INBOX = "INSERT INTO first_inbox VALUES (?, ?, ?)"
ITEM = """
INSERT INTO first_inboxitem (position, silent, user_id, notification_id, provider_id) VALUES (?, false, ?, ?, 1)"""
DELIVERY = """
INSERT INTO first_delivery (channel, device, state, reason, urgent, attempts, created_at, expires_at, finished_at,
    user_id, notification_id) VALUES (?, 0, ?, ?, true, 0, ?, ?, ?, ?, ?)"""
DETAILS = '{"from": "+79990000001"}'
DECIDED = (
    ("interface", "sent", "always"),
    ("email", "digest", "daily"),
    ("mobile", "skipped", "no_device"),
    ("browser", "skipped", "no_device"),
)


def tables(types: dict[str, str]) -> list[str]:
    """The statements that make them, for ``POSTGRES`` or ``SQLITE``."""
    return TABLES.format(**types).split(";")


def store(write: Callable[[str, list[tuple[Any, ...]]], Any], publications: int, people: int) -> None:
    """Store so many publications, each to the next of so many people; ``write`` takes a statement and its rows."""
    made = [(n, uuid7().hex, datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")) for n in range(publications)]
    write(NOTIFICATION, [(key, DETAILS, now) for _n, key, now in made])
    write(INBOX, [(user, publications // people, publications // people) for user in range(people)])
    write(ITEM, [(n // people + 1, n % people, key) for n, key, _now in made])
    write(DELIVERY, [row for n, key, now in made for row in _deliveries(n % people, key, now)])


def _deliveries(user: int, key: str, now: str) -> Iterator[tuple[Any, ...]]:
    for channel, state, reason in DECIDED:
        expires, finished = (now, None) if state == "digest" else (None, now)
        yield channel, state, reason, now, expires, finished, user, key

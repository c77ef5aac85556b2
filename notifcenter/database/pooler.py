"""What a pooler between us and PostgreSQL must not be asked for.

PgBouncer in transaction mode gives every transaction another server connection. Before version 1.22 it knows nothing of
prepared statements, and of server-side cursors outside a transaction none does.
"""

from typing import TYPE_CHECKING, Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver

if TYPE_CHECKING:  # loads libpq, which SQLite does not need
    from psycopg import Connection

PREPARED_AFTER = 5
"""Uses after which psycopg prepares a statement, where PostgreSQL itself is at the other end."""


@receiver(connection_created)
def adapt(connection: Any, **_more: Any) -> None:
    """Prepare statements unless a pooler is there; ``prepare_threshold`` in DATABASE_URL decides otherwise."""
    if connection.vendor != "postgresql":
        return
    pooled = is_pooled(connection.connection)
    if pooled:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    if "prepare_threshold" not in connection.settings_dict["OPTIONS"]:
        connection.connection.prepare_threshold = None if pooled else PREPARED_AFTER


def is_pooled(raw: "Connection[tuple[int]]") -> bool:
    """Whether the process that answers is another than the one that logged us in."""
    row = raw.execute("SELECT pg_backend_pid()").fetchone()
    return row != (raw.info.backend_pid,)

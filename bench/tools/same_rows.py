"""The delivery rows that the product wrote for a publication, for those who write the same rows beside it."""

from dataclasses import dataclass
from typing import Any

NEWEST = """
SELECT channel, device, state, reason
FROM (SELECT notification_id, user_id FROM notifcenter_delivery ORDER BY id DESC LIMIT 1) AS newest
JOIN notifcenter_delivery USING (notification_id, user_id)
ORDER BY id"""
COLUMNS = (
    "notification_id, user_id, channel, device, state, reason, urgent, attempts, created_at, due_at, expires_at,"
    " finished_at"
)
WAITING = ("pending", "digest")


@dataclass(frozen=True)
class DeliveryRow:
    """What the planner decided, whatever it was for."""

    channel: str
    device: int
    state: str
    reason: str

    def times(self, now: Any, null: Any) -> tuple[Any, Any, Any]:
        """When it is due, expires and was finished, of which what does not hold is ``null``."""
        waits = self.state in WAITING
        return now if self.state == "pending" else null, now if waits else null, null if waits else now

    def finished(self) -> "DeliveryRow":
        """The same when what went out has gone."""
        return DeliveryRow(self.channel, self.device, "sent" if self.state == "pending" else self.state, self.reason)

    def sql(self, notification: str, user: str, now: str, null: str = "null") -> str:
        """A row of VALUES, in the order of ``COLUMNS``, from expressions in SQL."""
        due, expires, finished = self.times(now, null)
        decided = f"'{self.channel}', {self.device}, '{self.state}', '{self.reason}', true, 0"
        return f"({notification}, {user}, {decided}, {now}, {due}, {expires}, {finished})"


def newest_deliveries(connection: Any) -> list[DeliveryRow]:
    """Those that the newest delivery belongs to: of one publication to one reader."""
    return [DeliveryRow(*row) for row in connection.execute(NEWEST)]


def insert_deliveries(rows: list[DeliveryRow], notification: str, user: str, now: str) -> str:
    """The statement that inserts them; nothing where there are none."""
    values = ",\n        ".join(row.sql(notification, user, now) for row in rows)
    return f"INSERT INTO notifcenter_delivery ({COLUMNS})\n    VALUES {values};" if rows else ""

"""Values of raw statements as Python's own: SQLite gives UUIDs as text, and moments without their zone, or as text."""

from datetime import UTC, datetime
from uuid import UUID


def as_uuid(value: UUID | str) -> UUID:
    """The UUID."""
    return value if isinstance(value, UUID) else UUID(value)


def as_moment(value: datetime | str) -> datetime:
    """The moment, aware; without a zone it is UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

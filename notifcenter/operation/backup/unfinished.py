"""The mark of a restore that has not ended: a table, so that whoever uses the database sees it, on any machine."""

from django.db import OperationalError, connection

TABLE = "notifcenter_unfinished_restore"
CURE = "A restore into this database was interrupted: run bin/notifcenter restore FILE again."


def mark() -> None:
    """From now on nobody starts on this database."""
    _execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (id integer)")


def unmark() -> None:
    """The restore has ended."""
    _execute(f"DROP TABLE {TABLE}")


def is_marked() -> bool:
    """Whether a restore began and did not end; False where the database does not answer."""
    try:
        return TABLE in connection.introspection.table_names()
    except OperationalError:
        return False


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

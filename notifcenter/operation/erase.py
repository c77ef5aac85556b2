"""What is kept about a person: each package registers it, so that it can be exported and erased as a whole."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

SECRET = "(secret)"
EARLY, USUAL, LAST = 0, 50, 100

Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One table, or one folder, with what it keeps about people.

    ``read(user)`` gives the rows for the export; ``erase(user)`` removes them and counts them by table. Those with a
    lower ``order`` are erased first; ``files`` are removed once the database has forgotten the person. ``before(user)``
    removes what is too much for one transaction.
    """

    name: str
    read: Callable[[Any], Iterable[Row]]
    erase: Callable[[Any], Counter[str]]
    order: int = USUAL
    files: bool = False
    before: Callable[[Any], Counter[str]] = lambda user: Counter()


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add to what is exported and erased."""
    _sources[source.name] = source


def register_table(
    model: type[Model], rows: Callable[[Any], QuerySet[Any]], *, secret: Collection[str] = (), order: int = USUAL
) -> None:
    """Add the rows of one table; columns that are ``secret`` are exported as such, without their values."""

    def read(user: object) -> Iterable[Row]:
        for values in rows(user).order_by("pk").values():
            yield {name: SECRET if name in secret else value for name, value in values.items()}

    register(Source(model._meta.db_table, read, lambda user: deleted(rows(user)), order))


def sources() -> list[Source]:
    """All of them, in the order in which they are erased."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.name))


def deleted(rows: QuerySet[Any]) -> Counter[str]:
    """Delete these rows, and count what went by table, cascades too."""
    counts: dict[str, int] = rows.delete()[1]
    return Counter({apps.get_model(label)._meta.db_table: number for label, number in counts.items() if number})


def export(user: object) -> dict[str, list[Row]]:
    """All that is kept about this person: {table: rows}, times in Unix seconds."""
    return {source.name: [_plain(row) for row in source.read(user)] for source in sources()}


def erase_most_rows(user: object) -> Counter[str]:
    """Remove what would lock the database for too long at once; gives the number of rows by table."""
    return sum((source.before(user) for source in sources()), Counter[str]())


def erase_rows(user: object) -> Counter[str]:
    """Take this person out of the database; gives the number of rows by table. To be called in a transaction."""
    return sum((source.erase(user) for source in sources() if not source.files), Counter[str]())


def erase_files(user: object) -> Counter[str]:
    """Remove this person's files; gives their number by folder."""
    return sum((source.erase(user) for source in sources() if source.files), Counter[str]())


def _plain(row: Row) -> Row:
    return {name: int(value.timestamp()) if isinstance(value, datetime) else value for name, value in row.items()}

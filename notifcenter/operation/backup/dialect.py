"""The part of backup and restore that differs between the databases."""

from types import ModuleType

from django.db import connection

from notifcenter.operation.backup import postgresql, sqlite


def dialect() -> ModuleType:
    """That of the database in use."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]

"""The tables as migrations made them, whichever version of the product had run."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, ForeignKey
from django.db.models.options import Options

Migration = tuple[str, str]
"""The label of an application, and the migration's name."""

CONVERTED = ("BooleanField", "DateTimeField", "UUIDField")
"""Types of columns that the databases write differently."""


@dataclass(frozen=True)
class Table:
    """A table: ``columns`` is {name: its type, one of ``CONVERTED``, or ""}; ``serial`` numbers its rows, or ""."""

    name: str
    columns: dict[str, str]
    serial: str


def applied() -> list[Migration]:
    """The migrations that have run on the database."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def unknown(migrations: Collection[Migration]) -> list[Migration]:
    """Those that this version of the product, with its settings, does not have."""
    return sorted(set(migrations) - MigrationLoader(None).graph.nodes.keys())


def latest(migrations: Collection[Migration]) -> list[Migration]:
    """The last one of each application."""
    graph, chosen = MigrationLoader(None).graph, set(migrations)
    return [
        node
        for node in sorted(chosen)
        if not any(child.key[0] == node[0] and child.key in chosen for child in graph.node_map[node].children)
    ]


def tables(migrations: Collection[Migration]) -> list[Table]:
    """Those that these migrations made, each after the ones it refers to."""
    state = MigrationLoader(None).project_state(sorted(migrations))
    models = [one._meta for one in state.apps.get_models(include_auto_created=True)]
    by_name = {meta.db_table: meta for meta in models if meta.managed and not meta.proxy}
    needs = {name: _referred(meta) - {name} for name, meta in by_name.items()}
    return [_table(by_name[name]) for name in TopologicalSorter(needs).static_order()]


def _referred(meta: "Options[Any]") -> set[str]:
    return {field.related_model._meta.db_table for field in _columns(meta) if isinstance(field, ForeignKey)}


def _table(meta: "Options[Any]") -> Table:
    fields = _columns(meta)
    serials = [field.column for field in fields if field.get_internal_type().endswith("AutoField")]
    return Table(meta.db_table, {str(field.column): _type(field) for field in fields}, "".join(map(str, serials)))


def _columns(meta: "Options[Any]") -> "Sequence[Field[Any, Any]]":
    return [field for field in meta.local_concrete_fields if field.column]


def _type(field: "Field[Any, Any]") -> str:
    while isinstance(field, ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    return kind if kind in CONVERTED else ""

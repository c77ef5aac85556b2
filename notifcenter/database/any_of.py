"""``id__any_of=ids``: an ``IN`` that the database is given as one parameter, however many ids there are."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(In):
    """For whole numbers and UUIDs. Five hundred parameters cost more to write and to parse than the rows to find."""

    lookup_name = "any_of"
    SQLITE_PARAMETERS_MAX = 500

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """The ids as an array."""
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*parameters, "{" + ",".join(map(str, self.rhs)) + "}"]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Very many ids as JSON: there is a limit of parameters."""
        if len(self.rhs) <= self.SQLITE_PARAMETERS_MAX:
            sql, values = super().as_sql(compiler, connection)
            return sql, list(values)
        column, parameters = self.process_lhs(compiler, connection)
        _sql, values = self.process_rhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, json.dumps(list(values))]


def register() -> None:
    """Make the lookup known to all fields and foreign keys."""
    Field.register_lookup(AnyOf)
    ForeignObject.register_lookup(AnyOf)

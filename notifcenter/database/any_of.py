"""``id__any_of=ids``: an ``IN`` that PostgreSQL is given as one parameter, however many ids there are."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject
from django.db.models.lookups import In


class AnyOf(In):
    """For whole numbers and UUIDs. Five hundred parameters cost more to write and to parse than the rows to find."""

    lookup_name = "any_of"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The ids as an array."""
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*parameters, "{" + ",".join(map(str, self.rhs)) + "}"]


def register() -> None:
    """Make the lookup known to all fields and foreign keys."""
    Field.register_lookup(AnyOf)
    ForeignObject.register_lookup(AnyOf)

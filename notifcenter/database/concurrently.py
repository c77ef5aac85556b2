"""A migration step that adds an index while the running version goes on writing."""

from typing import Any

from django.db.migrations import AddIndex


class AddIndexConcurrently(AddIndex):
    """On PostgreSQL CREATE INDEX CONCURRENTLY, in a migration with ``atomic = False``; elsewhere as usual.

    What an earlier run that was killed left of the index is dropped first.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY' if is_postgresql else ''} IF EXISTS {self.index.name}")
        if is_postgresql:
            schema_editor.add_index(model, self.index, concurrently=True)
        else:
            schema_editor.add_index(model, self.index)

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

INDEXES = {
    name: f"notifcenter_notification (provider_id, (details ->> '{name}'), created_at DESC)"
    f" WHERE details ->> '{name}' IS NOT NULL"
    for name in ("key", "category")
}


def add_indexes(apps, schema_editor):
    for name, columns in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX notification_by_{name} ON {columns}")


def drop_indexes(apps, schema_editor):
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX notification_by_{name}")


class Migration(migrations.Migration):
    """What a provider's list and numbers are read along.

    The indexes over members of ``details`` are written as they are asked for, which Django's own JSON lookups are not.
    """

    dependencies = [("notifcenter", "0015_action_press")]

    operations = [
        migrations.AddIndex(
            "notification",
            models.Index("provider", "kind", F("created_at").desc(), F("id").desc(), name="notification_of_provider"),
        ),
        migrations.RunPython(add_indexes, drop_indexes),
        migrations.CreateModel(
            name="ProviderDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("published", models.PositiveIntegerField()),
                ("read", models.PositiveIntegerField()),
                ("channels", models.JSONField(default=dict)),
                ("seconds", models.JSONField(default=dict)),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="notifcenter.provider"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint("provider", "date", name="provider_day_once")]},
        ),
    ]

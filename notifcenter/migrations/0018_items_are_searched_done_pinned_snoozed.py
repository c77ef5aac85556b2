import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What inboxes are filtered and searched by is on the item; those that are there are filled later, in batches."""

    dependencies = [("notifcenter", "0017_calls_of_exchanges"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("notification", "search", models.TextField(editable=False, null=True)),
        migrations.AddField("inboxitem", "kind", models.CharField(editable=False, max_length=7, null=True)),
        migrations.AddField("inboxitem", "category", models.CharField(editable=False, max_length=255, null=True)),
        migrations.AddField("inboxitem", "published_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("inboxitem", "missed", models.BooleanField(editable=False, null=True)),
        migrations.AddField("inboxitem", "search", models.TextField(editable=False, null=True)),
        migrations.AddField("inboxitem", "done_at", models.DateTimeField(null=True, verbose_name="done at")),
        migrations.AddField("inboxitem", "pinned_at", models.DateTimeField(null=True, verbose_name="pinned at")),
        migrations.AddField("inboxitem", "snoozed_until", models.DateTimeField(null=True, verbose_name="snoozed until")),
        migrations.CreateModel(
            name="InboxUndo",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=8)),
                ("written", models.DateTimeField(null=True)),
                ("before", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]

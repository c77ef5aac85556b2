from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0021_index_snoozed_items")]

    operations = [
        AddIndexConcurrently(
            "inboxitem",
            models.Index(
                "user",
                models.F("position").desc(),
                "search",
                "kind",
                "provider",
                "category",
                "published_at",
                "missed",
                "read_at",
                "done_at",
                "pinned_at",
                "snoozed_until",
                "deleted_at",
                "notification",
                condition=models.Q(("deleted_at__isnull", True)),
                name="item_searched",
            ),
        )
    ]

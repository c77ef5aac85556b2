from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0020_index_pinned_items")]

    operations = [
        AddIndexConcurrently(
            "inboxitem",
            models.Index(
                "snoozed_until",
                condition=models.Q(("deleted_at__isnull", True), ("snoozed_until__isnull", False)),
                name="item_snoozed",
            ),
        )
    ]

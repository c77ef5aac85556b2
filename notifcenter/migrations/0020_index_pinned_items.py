from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0019_index_unfilled_items")]

    operations = [
        AddIndexConcurrently(
            "inboxitem",
            models.Index(
                "user",
                models.F("position").desc(),
                condition=models.Q(("deleted_at__isnull", True), ("pinned_at__isnull", False)),
                name="item_pinned",
            ),
        )
    ]

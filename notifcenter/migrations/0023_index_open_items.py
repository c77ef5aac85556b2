from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0022_index_searched_items")]

    operations = [
        AddIndexConcurrently(
            "inboxitem",
            models.Index(
                "user",
                models.F("position").desc(),
                condition=models.Q(
                    ("deleted_at__isnull", True), ("done_at__isnull", True), ("snoozed_until__isnull", True)
                ),
                name="item_open",
            ),
        )
    ]

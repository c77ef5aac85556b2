from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0018_items_are_searched_done_pinned_snoozed")]

    operations = [
        AddIndexConcurrently(
            "inboxitem",
            models.Index("id", condition=models.Q(("kind__isnull", True)), name="item_unfilled"),
        )
    ]

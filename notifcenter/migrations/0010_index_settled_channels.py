from django.db import migrations, models

from notifcenter.database.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Alone, since it is in no transaction: killed in the middle, it begins anew."""

    atomic = False
    dependencies = [("notifcenter", "0009_settled_channels")]

    operations = [AddIndexConcurrently("inboxitem", models.Index("settled", "id", name="item_settled"))]

from django.db import migrations, models
from django.db.models import F, Q

PENDING = Q(state="pending")


class Migration(migrations.Migration):
    """Indexes for the order by priority; apart, since PostgreSQL does not index a table it has just changed rows of."""

    dependencies = [("notifcenter", "0012_priority")]

    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index("channel", F("priority").desc(), "due_at", condition=PENDING, name="delivery_next"),
        ),
        migrations.RemoveIndex("delivery", "delivery_due"),
        migrations.AddIndex(
            "webhookcall", models.Index(F("priority").desc(), "due_at", condition=PENDING, name="webhook_next")
        ),
        migrations.RemoveIndex("webhookcall", "webhook_due"),
    ]

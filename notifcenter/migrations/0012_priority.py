from django.db import migrations, models
from django.db.models import Q

NORMAL, HIGH = 2, 3
CHOICES = [(1, "Low"), (2, "Normal"), (3, "High"), (4, "Critical")]


def take_over(apps, schema_editor):
    """What waits already keeps its place."""
    for name, waiting in (("Delivery", Q(state="pending")), ("FanoutPart", Q())):
        apps.get_model("notifcenter", name).objects.filter(waiting, urgent=True).update(priority=HIGH)


def priority():
    return models.SmallIntegerField("priority", choices=CHOICES, default=NORMAL, db_default=NORMAL)


class Migration(migrations.Migration):
    """Order the queues by priority; ``urgent`` stays for the version that still runs."""

    dependencies = [("notifcenter", "0011_notifications_that_change")]

    operations = [
        migrations.AddField("delivery", "priority", priority()),
        migrations.AddField(
            "fanoutpart", "priority", models.SmallIntegerField(default=NORMAL, db_default=NORMAL)
        ),
        migrations.AddField("webhookcall", "priority", priority()),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]

from django.db import migrations, models
from django.db.models import F, Q

PENDING = Q(state="pending")
CHOICES = [(1, "Low"), (2, "Normal"), (3, "High"), (4, "Critical")]


def priority():
    return models.SmallIntegerField("priority", choices=CHOICES, default=2, db_default=2)


class Migration(migrations.Migration):
    """Order daily mails by the most urgent of what they carry, and closing pushes as every queue."""

    dependencies = [("channels_app", "0003_closing_push")]

    operations = [
        migrations.AddField("digestmail", "priority", priority()),
        migrations.AddIndex(
            "digestmail", models.Index(F("priority").desc(), "due_at", condition=PENDING, name="digest_next")
        ),
        migrations.RemoveIndex("digestmail", "digest_due"),
        migrations.AddField("closingpush", "priority", priority()),
        migrations.AddIndex(
            "closingpush", models.Index(F("priority").desc(), "due_at", condition=PENDING, name="closing_next")
        ),
        migrations.RemoveIndex("closingpush", "closing_due"),
    ]

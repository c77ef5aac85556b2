from django.db import migrations, models


class Migration(migrations.Migration):
    """Who may publish critical notifications."""

    dependencies = [("notifcenter", "0013_queue_order")]

    operations = [
        migrations.AddField(
            "provider",
            "critical",
            models.BooleanField(
                "may publish critical ones",
                default=False,
                db_default=False,
                help_text="They pass quiet hours, pauses and mutes.",
            ),
        ),
    ]

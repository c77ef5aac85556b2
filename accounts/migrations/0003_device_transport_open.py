"""A device's transport is one that its channel names; the column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("device", "transport", models.CharField(max_length=8, verbose_name="transport"))
            ]
        ),
    ]

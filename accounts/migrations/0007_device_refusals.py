from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_erasure")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="refusals",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="device",
            name="refused_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]

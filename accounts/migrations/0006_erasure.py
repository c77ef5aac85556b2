"""A record that somebody was erased, without the name."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_username_keys")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="at")),
                ("by", models.CharField(max_length=200, verbose_name="by")),
                ("rows", models.JSONField(default=dict, verbose_name="rows by table")),
            ],
            options={"verbose_name": "erasure", "verbose_name_plural": "erasures"},
        ),
    ]

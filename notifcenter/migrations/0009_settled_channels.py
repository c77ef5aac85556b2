import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What only says why nothing goes out moves onto the item; rows that are there move later, in batches."""

    dependencies = [("notifcenter", "0008_name_chunk_entries")]

    operations = [
        migrations.CreateModel(
            "SettledChannels",
            [("id", models.AutoField(primary_key=True, serialize=False)), ("text", models.TextField())],
            {"constraints": [models.UniqueConstraint("text", name="settled_text_once")]},
        ),
        migrations.AddField(
            "inboxitem",
            "settled",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="notifcenter.settledchannels",
            ),
        ),
        migrations.AddField("inboxitem", "placed_at", models.DateTimeField(null=True)),
    ]

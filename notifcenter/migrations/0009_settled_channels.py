from django.db import migrations, models


class Migration(migrations.Migration):
    """What only says why nothing goes out moves onto the item; rows that are there move later, in batches."""

    dependencies = [("notifcenter", "0008_name_chunk_entries")]

    operations = [
        migrations.AddField("inboxitem", "settled", models.TextField(null=True)),
        migrations.AddField("inboxitem", "placed_at", models.DateTimeField(null=True)),
    ]

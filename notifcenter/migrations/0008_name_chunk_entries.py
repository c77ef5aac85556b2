from django.db import migrations, models


class Migration(migrations.Migration):
    """Name the field by what it holds; the column keeps its name, so the version still running is not disturbed."""

    dependencies = [("notifcenter", "0007_write_probe")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("fanoutpart", "arrivals", "entries"),
                migrations.AlterField("fanoutpart", "entries", models.JSONField(db_column="arrivals")),
            ]
        )
    ]

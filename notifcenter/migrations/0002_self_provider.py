"""The built-in provider of what people tell themselves."""

from django.db import migrations


def make(apps, schema_editor):
    """Make it; its shown name is translated, see Provider.label."""
    apps.get_model("notifcenter", "Provider").objects.get_or_create(code="self", defaults={"name": "Notifcenter"})


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("notifcenter", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

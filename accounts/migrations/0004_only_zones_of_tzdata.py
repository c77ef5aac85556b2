"""Zones that are no longer on offer (``localtime``, ``Factory``, names of one machine) become the default."""

from importlib import resources
from typing import Any

from django.conf import settings
from django.db import migrations


def replace_zones(apps: Any, schema_editor: Any) -> None:
    names = set(resources.files("tzdata").joinpath("zones").read_text().split()) - {"Factory", "localtime"}
    for model, default in (("User", settings.TIME_ZONE), ("DigestSchedule", "")):
        rows = apps.get_model("accounts", model).objects
        stored = set(rows.values_list("timezone", flat=True).distinct())
        rows.filter(timezone__in=stored - names - {default}).update(timezone=default)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_device_transport_open")]

    operations = [migrations.RunPython(replace_zones, migrations.RunPython.noop)]

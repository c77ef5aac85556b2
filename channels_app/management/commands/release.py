"""manage.py release VERSION: inform every open page that a new version is out."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels_app.live import releases
from notifcenter.content import is_clean


class Command(BaseCommand):
    """Prints ``{"version"}``; pages reload once nobody is on a call."""

    help = "Tell every open page that a new version is out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take VERSION."""
        parser.add_argument("version", metavar="VERSION")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the version out; raises CommandError for one that is not printable."""
        version = options["version"].strip()
        if not 1 <= len(version) <= 100 or not is_clean(version) or not version.isprintable():
            raise CommandError("A version is 1 to 100 printable characters.")
        releases.release(version)
        self.stdout.write(json.dumps({"version": version}, ensure_ascii=False))

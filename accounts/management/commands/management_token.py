"""manage.py management_token NAME: a token for a host application."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.tokens import mint_management_token


class Command(BaseCommand):
    """Prints ``{"token"}``, which is shown this once."""

    help = "Make a management token for a host application."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """NAME."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        self.stdout.write(json.dumps({"token": mint_management_token(options["name"][:100])}))

"""manage.py provider CODE: make or change a provider, and give it a new token."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from notifcenter import providers, tokens
from notifcenter.models import check_code


class Command(BaseCommand):
    """Prints ``{"code", "token"}``: the token is shown this once; older ones stay valid."""

    help = "Create or update a provider and add a token to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """CODE, --name, --init-once, --manifest."""
        parser.add_argument("code")
        parser.add_argument("--name")
        parser.add_argument("--init-once", action="store_true")
        parser.add_argument("--manifest", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        code = _checked(options["code"])
        given = {"name": options["name"]} if options["name"] else {}
        manifest = _manifest(options["manifest"]) | ({"init_once": True} if options["init_once"] else {})
        try:
            provider, _new = providers.save(code, **given, **({"manifest": manifest} if manifest else {}))
        except ValidationError as error:
            raise CommandError(f"{options['manifest']}: {error.message}") from None
        self.stdout.write(json.dumps({"code": provider.code, "token": tokens.mint_for_provider(provider)}))


def _checked(code: str) -> str:
    try:
        check_code(code)
    except ValidationError as error:
        raise CommandError(f"{code!r}: {error.message}") from None
    return code


def _manifest(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        manifest = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from None
    if not isinstance(manifest, dict):
        raise CommandError(f"{path}: a manifest is a JSON object")
    return manifest

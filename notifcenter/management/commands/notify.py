"""notify RECIPIENT TEXT: publish from a terminal, and watch what becomes of it."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from rest_framework.exceptions import ValidationError

from notifcenter.api.notifications import FORM
from notifcenter.api.publications import checked, publication
from notifcenter.calls import identified
from notifcenter.models import Kind, Provider
from notifcenter.operation.deliveries_of import DeliveriesOf
from notifcenter.providers import save
from notifcenter.publishing.publication import Mistake, Published
from notifcenter.usernames import Ambiguous

TERMINAL = "terminal"
WAIT_SECONDS = 60
POLL_SECONDS = 0.5


class Command(BaseCommand):
    """Prints ``{"id", "recipients"}``; with --wait then a line for each delivery and each change of its state.

    The exit code is 1 where nothing was published, or where one of the deliveries failed while it waited.
    """

    help = "Publish a notification; RECIPIENT is a user's name or id, group:NAME, or all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """RECIPIENT, TEXT, --kind, --header, --key, --provider, --wait."""
        parser.add_argument("recipient", metavar="RECIPIENT")
        parser.add_argument("text", metavar="TEXT")
        parser.add_argument("--kind", choices=Kind.values, default=Kind.MESSAGE.value)
        parser.add_argument("--header")
        parser.add_argument("--key", help="the name of this matter: publishing under it again changes what is there")
        parser.add_argument("--provider", default=TERMINAL, help="its code; without it the provider is terminal")
        parser.add_argument("--wait", action="store_true", help="show deliveries until each has ended, 60 s at most")

    def handle(self, *args: object, **options: object) -> None:
        """Publish; raises CommandError with what is wrong."""
        with translation.override("en"):
            published = _published(options)
            pk, recipients = published.notification.pk, published.recipients
            self._write(json.dumps({"id": str(pk), "recipients": recipients}))
            if options["wait"] and self._watch(DeliveriesOf(pk, recipients)):
                sys.exit(1)

    def _watch(self, deliveries: DeliveriesOf) -> bool:
        """Show them until each has ended; whether one failed."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            is_last = deliveries.all_ended()
            for line in deliveries.changes():
                self._write(line)
            if is_last:
                return deliveries.any_failed()
            if time.monotonic() > end:
                self.stderr.write(f"Not all have ended within {WAIT_SECONDS} s.")
                return deliveries.any_failed()
            time.sleep(POLL_SECONDS)

    def _write(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _published(options: dict[str, Any]) -> Published:
    document = {name: options[name] for name in ("kind", "text", "header", "key") if options[name] is not None}
    document["recipients"], provider = _recipients(options["recipient"]), _provider(options["provider"])
    try:
        fields, people = checked(lambda given: FORM.validated(given, provider), document)
        new = publication(fields, provider, people)
        [published] = identified.accept([new], now=timezone.now())
    except (ValidationError, Ambiguous, Mistake) as error:
        detail = error.detail if isinstance(error, ValidationError) else str(error)
        raise CommandError("\n".join(_sentences(detail))) from None
    return published


def _recipients(name: str) -> Any:
    if name == "all":
        return name
    return [int(name) if name.isascii() and name.isdigit() and len(name) < 20 else name]


def _provider(code: str) -> Provider:
    provider = Provider.objects.filter(code=code).first()
    if provider is None and code == TERMINAL:
        provider, _new = save(TERMINAL)
    if provider is None:
        raise CommandError(f"There is no provider {code!r}: bin/notifcenter provider {code} makes it.")
    return provider


def _sentences(detail: object, name: str = "") -> Iterator[str]:
    """The mistakes of DRF's nested details, those of a field with its name."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _sentences(inner, name if key in ("0", "non_field_errors") else key)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _sentences(inner, name)
    else:
        yield f"{name}: {detail}" if name else str(detail)

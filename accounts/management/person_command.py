"""A command about one person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from notifcenter.usernames import Ambiguous


class PersonCommand(BaseCommand):
    """Takes USERNAME; exits with 1 where that is nobody."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """USERNAME."""
        parser.add_argument("username")

    def person(self, options: dict[str, Any]) -> User:
        """Whom the username means."""
        try:
            return User.objects.named(options["username"])
        except User.DoesNotExist:
            raise CommandError(f"There is no user {options['username']!r}.") from None
        except Ambiguous as error:
            raise CommandError(str(error)) from None

"""erase USERNAME: take away all that is kept about a person."""

import json

from accounts.management.person_command import PersonCommand
from accounts.personal_data import erase


class Command(PersonCommand):
    """Prints ``{"erased": {table: rows}}`` on one line."""

    help = "Take away all that is kept about a person; what others also received stays."

    def handle(self, *args: object, **options: object) -> None:
        """Do it, at once and for good."""
        self.stdout.write(json.dumps({"erased": erase(self.person(options), by="command")}))

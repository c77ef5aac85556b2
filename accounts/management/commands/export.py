"""export USERNAME: all that is kept about a person."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from accounts.management.person_command import PersonCommand
from notifcenter.operation.erase import export


class Command(PersonCommand):
    """Prints ``{table: [rows]}`` on one line; the values of secrets are left out."""

    help = "Print all that is kept about a person, as JSON."

    def handle(self, *args: object, **options: object) -> None:
        """Print it."""
        document = export(self.person(options))
        self.stdout.write(json.dumps(document, ensure_ascii=False, cls=DjangoJSONEncoder))

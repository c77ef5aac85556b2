"""bin/notifcenter worker."""

from django.core.management.base import BaseCommand

from channels_app.management import servers


class Command(BaseCommand):
    """The task worker, which sends, as a process of its own."""

    help = "The task worker, which sends, as a process of its own."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Run until a signal ends it."""
        servers.worker()

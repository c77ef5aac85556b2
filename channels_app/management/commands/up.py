"""manage.py up: the whole product in one process."""

import os
import socket
import sys
from argparse import ArgumentParser
from contextlib import suppress

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from channels_app import demo
from channels_app.management import servers
from notifcenter.operation import instance


class Command(BaseCommand):
    """Web, live socket, task worker and scheduler together; the database is brought up to date first."""

    help = "Run the whole product in one process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --demo."""
        parser.add_argument("--demo", action="store_true", help="make demo people, providers and notifications")

    def handle(self, *args: object, **options: object) -> None:
        """Run until a signal ends it."""
        _take_data_dir()
        listener = _listen()
        servers.check_database()
        call_command("migrate", verbosity=0)
        self.stdout.write(f"\nNotifcenter: {settings.PUBLIC_URL}\n")
        settings.DEMO = bool(options["demo"])
        if settings.DEMO:
            self._show_demo(demo.seed())
        self.stdout.flush()
        config = uvicorn.Config(
            "notifcenter.config.asgi:application",
            log_level="warning",
            log_config=None,
            **servers.UVICORN,
            timeout_graceful_shutdown=1,
        )
        with suppress(KeyboardInterrupt):  # the server raises it again when it has ended
            uvicorn.Server(config).run(sockets=[listener])
        sys.stdout.flush()
        os._exit(0)  # a thread that still waits for a slow mail server must not hold up the end; its rows stay due

    def _show_demo(self, token: str) -> None:
        self.stdout.write(f"Log in as anna, alexey, or admin for staff; the password is {demo.PASSWORD}.\n")
        self.stdout.write("Publish a call:\n\n")
        self.stdout.write(
            f"curl {settings.PUBLIC_URL}/api/v1/notifications/ -H 'Authorization: Bearer {token}' "
            "-H 'Content-Type: application/json' "
            """-d '{"kind": "call", "recipients": ["anna"], "text": "Входящий звонок", "from": "+79991234567"}'\n\n"""
        )


def _take_data_dir() -> None:
    try:
        instance.take(settings.DATA_DIR)
    except instance.InUse as error:
        raise CommandError(
            f"DATA_DIR {settings.DATA_DIR} is in use by process {error.pid}, which runs the product on it already; "
            "stop that one, or set DATA_DIR to another folder."
        ) from None


def _listen() -> socket.socket:
    """The socket of HOST and PORT; calls wait in it for the server, so what is printed works at once."""
    try:
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        return socket.create_server((settings.HOST, settings.PORT), family=family, backlog=2048)
    except OSError as error:
        address = f"{settings.HOST}:{settings.PORT}"
        raise CommandError(f"{address} cannot be used ({error.strerror}); set PORT.") from None

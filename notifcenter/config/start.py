"""The start of every command: settings that are malformed end it, names that are one slip off are warned about."""

import logging
import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from notifcenter.config.environment import data_dir

logger = logging.getLogger(__name__)
OWNER_ALONE = 0o077


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")
    os.umask(OWNER_ALONE)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        if isinstance(error, data_dir.Unusable) and sys.argv[1:2] == ["doctor"]:
            sys.stdout.write(f"FAIL folders: {error}\n")
        sys.exit(str(error))
    for slip in settings.SETTING_SLIPS:
        logger.warning(slip)
    execute_from_command_line(sys.argv)

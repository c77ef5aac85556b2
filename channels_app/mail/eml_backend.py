"""One .eml file per mail, moved into place whole: the mail of a machine without a mail server."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from uuid6 import uuid7


class EmailBackend(BaseEmailBackend):
    """Writes each message to ``DATA_DIR/mail/<uuid7>.eml``: names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write all of them; a name ending in .eml is never half a mail."""
        folder = Path(settings.DATA_DIR) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder / f"{uuid7()}.eml", message.message().as_bytes())
        return len(email_messages)

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)

"""What the channels keep about people: daily mails, and on a machine without a mail server the mails themselves."""

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature

from accounts import mail_address
from channels_app.mail import links
from channels_app.models import ClosingPush, DigestMail
from notifcenter.operation.erase import Row, Source, register, register_table

CHOICE = re.compile(r"/mail/choice/([^/>]+)/")


def _mails(user: Any) -> Iterator[tuple[Path, bytes]]:
    """The files of mails to this person's address, or with an unsubscribe link that is theirs."""
    address = mail_address.canonical(user.email)
    for path in sorted((Path(settings.DATA_DIR) / "mail").glob("*.eml")):
        raw = path.read_bytes()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        recipients = {mail_address.canonical(one) for _name, one in getaddresses([str(mail["To"])])}
        if (address and address in recipients) or _owner(mail) == user.pk:
            yield path, raw


def _owner(mail: EmailMessage) -> int | None:
    link = CHOICE.search(str(mail["List-Unsubscribe"] or ""))
    try:
        return links.read_choice(link[1]).user if link else None
    except BadSignature:
        return None


def _read(user: Any) -> Iterator[Row]:
    for path, raw in _mails(user):
        yield {"file": path.name, "content": raw.decode(errors="replace")}


def _erase(user: Any) -> Counter[str]:
    paths = [path for path, _raw in _mails(user)]
    for path in paths:
        path.unlink(missing_ok=True)
    return Counter(mail=len(paths))


register_table(ClosingPush, lambda user: ClosingPush.objects.filter(device__user=user))
register_table(DigestMail, lambda user: DigestMail.objects.filter(user=user))
register(Source("mail", _read, _erase, files=True))

"""A mail as it goes over the wire: ASCII addresses, 7-bit bodies, headers that are shown as they were given."""

from email.charset import QP, Charset
from email.header import Header
from email.utils import formataddr, parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts import mail_address

ENCODED_WORD = "=?"


def _quoted_printable() -> Charset:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    return charset


class Mail(EmailMultiAlternatives):
    """A mail from us; its bodies are quoted-printable, since not every server takes 8 bits.

    ``metadata`` comes back in the webhooks of anymail's services; ``html`` is the HTML before its styles are inlined.
    """

    encoding = _quoted_printable()
    metadata: dict[str, str] = {}
    html = ""

    def message(self, **options: Any) -> Any:
        """The message as it goes over the wire.

        Long headers stay on one line: some programs do not find a link that begins on the second. A subject that looks
        like an encoded word is encoded, or programs would decode it.
        """
        built = super().message(**options)
        built.policy = built.policy.clone(max_line_length=None)
        if ENCODED_WORD in (subject := str(self.subject)):
            built.replace_header("Subject", Header(subject, "utf-8").encode())
        return built

    def use_ascii_addresses(self) -> None:
        """Write sender and recipients as every server takes them; raises Unwritable."""
        if not self.from_email.isascii():
            name, address = parseaddr(self.from_email)
            if not address.isascii():
                self.from_email = formataddr((name, mail_address.as_ascii(address)))
        self.to = [mail_address.as_ascii(recipient) for recipient in self.to]

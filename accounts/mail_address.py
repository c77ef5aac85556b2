"""E-mail addresses as every mail server takes them: ASCII, the domain by IDNA 2008."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

UNWRITABLE = _(
    "No mail can be sent to “%(address)s”: only Latin letters may stand before the @, and a valid domain after it."
)


class Unwritable(ValueError):
    """There is no way to write this address in ASCII."""


def check(address: str) -> None:
    """Raise ValidationError for what is no address, or one that mail servers do not take."""
    validate_email(address)
    try:
        as_ascii(address)
    except Unwritable:
        raise ValidationError(UNWRITABLE, code="invalid", params={"address": address}) from None


def as_ascii(address: str) -> str:
    """The address for SMTP without SMTPUTF8; raises Unwritable."""
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        raise Unwritable(f"Mail servers do not take letters beyond ASCII before the @: {address}")
    try:
        return f"{local}@{host_as_ascii(domain)}"
    except UnicodeError as error:
        raise Unwritable(f"The domain of {address} is no valid name: {error}") from None


def host_as_ascii(host: str) -> str:
    """A host name as the DNS has it; raises UnicodeError for what cannot be one."""
    if host.isascii():
        return host
    import idna  # noqa: PLC0415  2 MB, only for names that need it

    return idna.encode(host, uts46=True).decode("ascii")


def canonical(address: str) -> str:
    """Equal for two ways to write one address: letter case, and the domain in letters or in punycode."""
    try:
        return as_ascii(address).lower()
    except Unwritable:
        return address.lower()

"""Every problem there is, and every mistake that a problem's ``errors`` may name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A problem: its HTTP status, its title, and what its page says about mending it."""

    status: int
    title: str
    help: Promise


KINDS = {
    "validation_failed": Kind(
        400,
        "The request is not right",
        _("Something in the body, the query or a header is not right. “errors” names every mistake and its place."),
    ),
    "malformed_json": Kind(
        400,
        "The body is not JSON",
        _("The body could not be read as JSON in UTF-8. “detail” says where it went wrong."),
    ),
    "not_authenticated": Kind(
        401,
        "Sign in or send a good token",
        _("Send the header “Authorization: Bearer” with a token that is valid; this one is missing, wrong or revoked."),
    ),
    "token_expired": Kind(401, "The token has expired", _("Get a new token from whoever gave you this one.")),
    "wrong_token_kind": Kind(
        403,
        "This call needs another kind of token",
        _("Providers publish, users read their own centre, the host application manages people and providers."),
    ),
    "not_allowed": Kind(403, "Not allowed", _("The token is good, but its owner may not do this.")),
    "not_found": Kind(
        404, "Not found", _("Nothing is at this address, or it belongs to somebody else. Mind the slash at the end.")
    ),
    "method_not_allowed": Kind(
        405, "This address does not take that method", _("The header “Allow” of the answer lists the methods it takes.")
    ),
    "conflict": Kind(409, "The state has changed", _("Somebody else was faster. Read it again, then decide again.")),
    "too_large": Kind(413, "The body is too large", _("A body may have 5 MB at most. Send it in parts.")),
    "unsupported_media_type": Kind(415, "Send JSON", _("Send the header “Content-Type: application/json”.")),
    "key_reused": Kind(
        422,
        "The Idempotency-Key was used with another body",
        _("Take a new key for each new publication, and the same one only to repeat the very same body."),
    ),
    "rate_limited": Kind(
        429, "Too many requests", _("Wait as many seconds as the header “Retry-After” says, then go on.")
    ),
    "internal_error": Kind(500, "Our fault", _("This is our mistake; it is logged.")),
    "unavailable": Kind(
        503, "Not just now", _("Nothing was stored. The same call may be sent again in a few seconds.")
    ),
    "disk_full": Kind(507, "No room left", _("Nothing was stored. It works again once there is room on the disk.")),
}

ERROR_CODES = ("required", "unknown", "type", "choice", "too_long", "blank", "not_found", "invalid")

CODE_OF_STATUS = {kind.status: code for code, kind in reversed(KINDS.items())} | {403: "not_allowed"}
"""What an error of each status is called unless it says so itself."""

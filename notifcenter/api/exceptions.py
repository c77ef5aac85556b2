"""Errors that DRF does not have; ``default_code`` names the problem."""

from rest_framework import exceptions
from rest_framework.exceptions import APIException, ParseError


class MalformedJson(ParseError):
    """400: the body is not JSON."""

    default_code = "malformed_json"


class Conflict(APIException):
    """409: the request does not fit what is there; ``members`` are more members of its problem document."""

    status_code = 409
    default_code = "conflict"
    default_detail = "The state has changed meanwhile; read it again."

    def __init__(self, detail: str | None = None, **members: object) -> None:
        super().__init__(detail)
        self.members = members


class TooLarge(APIException):
    """413: the body is too large."""

    status_code = 413
    default_code = "too_large"
    default_detail = "A body may have 5 MB at most."


class KeyReused(APIException):
    """422: an idempotency key with another body."""

    status_code = 422
    default_code = "key_reused"
    default_detail = "This Idempotency-Key was used with another body. Take a new key for a new publication."


class NotAuthenticated(exceptions.NotAuthenticated):
    """401, with words that fit what was sent instead of a token."""

    default_code = "not_authenticated"

    def __init__(self, authorization: str) -> None:
        super().__init__(_how_to_authenticate(authorization))


def _how_to_authenticate(authorization: str) -> str:
    scheme, _space, rest = authorization.partition(" ")
    if not authorization:
        return "Send the header “Authorization: Bearer” with a token."
    if scheme.lower() == "bearer":
        return "The token is missing after “Bearer”."
    if not rest:
        return "Write the word Bearer before the token: “Authorization: Bearer” and then the token."
    return "Use the scheme Bearer: “Authorization: Bearer” and then the token. Other schemes are not taken."

"""Errors that DRF does not have."""

from rest_framework.exceptions import APIException


class Conflict(APIException):
    """409: it stands otherwise now."""

    status_code = 409
    default_code = "conflict"
    default_detail = "It stands otherwise now; read it again."


class TooLarge(APIException):
    """413."""

    status_code = 413
    default_detail = "A body may have 5 MB at most."


class KeyReused(APIException):
    """422: an idempotency key with another body."""

    status_code = 422
    default_detail = "This Idempotency-Key was used with another body. Take a new key for a new publication."

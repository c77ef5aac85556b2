"""Errors that DRF does not have."""

from rest_framework.exceptions import APIException


class TooLarge(APIException):
    """413."""

    status_code = 413
    default_detail = "A body may have 5 MB at most."


class KeyReused(APIException):
    """422: an idempotency key with another body."""

    status_code = 422
    default_detail = "This Idempotency-Key was used with another body. Take a new key for a new publication."

"""The JSON responses of the API."""

from typing import Any

from django.http import HttpResponse
from rest_framework.utils.encoders import JSONEncoder

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_ascii = JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class ApiResponse(HttpResponse):
    """A document as JSON, encoded at once: DRF's own response would choose a renderer first."""

    def __init__(self, document: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(_encoded(document), content_type="application/json", status=status, headers=headers)


def _encoded(document: Any) -> bytes:
    try:
        return _encode(document).encode()
    except UnicodeEncodeError:  # the name of an unknown field may be half a surrogate pair
        return _encode_ascii(document).encode()

"""What the API answers: JSON, as DRF would write it."""

from typing import Any

from django.http import HttpResponse
from rest_framework.utils.encoders import JSONEncoder

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class ApiResponse(HttpResponse):
    """A document, written at once: DRF's own response would choose a renderer first, as a template is chosen."""

    def __init__(self, document: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(_encode(document), content_type="application/json", status=status, headers=headers)

"""The JSON responses of the API, and how it answers that a publication changed or withdrew what was there."""

from typing import Any

from django.http import Http404, HttpResponse
from rest_framework.utils.encoders import JSONEncoder

from notifcenter import content
from notifcenter.publishing.publication import Published

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_ascii = JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class ApiResponse(HttpResponse):
    """A document as JSON, encoded at once: DRF's own response would choose a renderer first."""

    def __init__(self, document: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(encoded(document), content_type="application/json", status=status, headers=headers)


def encoded(document: object) -> bytes:
    """The document as JSON in UTF-8."""
    try:
        return _encode(document).encode()
    except UnicodeEncodeError:  # the name of an unknown field may be half a surrogate pair
        return _encode_ascii(document).encode()


def outcome(published: Published) -> dict[str, Any]:
    """What a response has more where the publication is not simply new."""
    words = {published.outcome: True} if published.outcome != "new" else {}
    repeats = {"repeats": published.repeats} if published.outcome == "folded" else {}
    return words | repeats | ({"scheduled": True} if published.scheduled else {})


def status_of(body: object) -> int:
    """200 where nothing new was made, else 201."""
    return 200 if isinstance(body, dict) and (body.get("updated") or body.get("folded")) else 201


def withdrawn(done: bool) -> HttpResponse:  # noqa: FBT001 - it is what the verb gave
    """204; raises Http404 where there was nothing to withdraw."""
    if not done:
        raise Http404
    return HttpResponse(status=204)


def as_key(written: str) -> str:
    """A key of an address as it is stored."""
    return content.without_marks_around(written)

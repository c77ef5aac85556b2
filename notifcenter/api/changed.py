"""How calls answer that a publication changed what stands under its key, and that something was withdrawn."""

from typing import Any

from django.http import Http404, HttpResponse

from notifcenter import content
from notifcenter.publishing.publication import Published


def outcome(published: Published) -> dict[str, Any]:
    """What a response has more where the publication is not simply new."""
    words = {published.outcome: True} if published.outcome != "new" else {}
    repeats = {"repeats": published.repeats} if published.outcome == "folded" else {}
    return words | repeats | ({"scheduled": True} if published.scheduled else {})


def status_of(body: Any) -> int:
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

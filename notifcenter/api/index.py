"""``/api/v1/`` itself: what there is."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.urls import get_resolver, reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from notifcenter.api.response import ApiResponse
from notifcenter.api.views import ApiView

ROOT = "api/v1/"


class IndexView(ApiView):
    """What there is, for everybody."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The description and the addresses of this API."""
        return ApiResponse({"schema": reverse("schema"), "docs": reverse("docs"), "calls": list(_calls())})


def _calls() -> Iterator[dict[str, Any]]:
    patterns: Any = get_resolver().url_patterns
    for root in patterns:
        if str(root.pattern) == ROOT:
            yield from map(_call, root.url_patterns)


def _call(pattern: Any) -> dict[str, Any]:
    view = pattern.callback.view_class
    methods = [name.upper() for name in view.http_method_names if hasattr(view, name) and name != "options"]
    return {"path": f"/{ROOT}{pattern.pattern}", "methods": methods}

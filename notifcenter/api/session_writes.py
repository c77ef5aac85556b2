"""Writes by session: each may name the person it is meant for, in a header or in a form's hidden field."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from notifcenter.api.meant_for import DETAIL, FIELD, HEADER, READING
from notifcenter.api.problems.documents import problem_response


class MeantForMiddleware:
    """Answers a session's write with 409 where its header or hidden field names somebody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on: only a request that has a view is looked at."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """After the check of the CSRF token."""
        named = request.headers.get(HEADER) or _field(request)
        user = getattr(request, "user", None)
        if request.method in READING or not named or user is None or not user.is_authenticated:
            return None
        return None if named == str(user.pk) else _conflict(request)


def _field(request: HttpRequest) -> str:
    """Only pages have forms of ours: a body of the API is left to its parser."""
    is_form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    is_page = not request.path_info.startswith(("/api/", "/v3/", "/admin/"))
    return str(request.POST.get(FIELD, "")) if is_form and is_page and request.method == "POST" else ""


def _conflict(request: HttpRequest) -> HttpResponse:
    is_script = request.headers.get("X-Requested-With") == "fetch"
    if is_script or request.path_info.startswith(("/api/", "/v3/")):
        return problem_response("conflict", DETAIL)
    return render(request, "notifcenter/another_person.html", status=409)

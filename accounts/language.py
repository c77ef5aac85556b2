"""The language of an answer: the user's own, else the site's; never the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageMiddleware:
    """Activates the logged-in user's language; the API without a session answers in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, in that language, with ``Content-Language``."""
        with translation.override(_language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response


def _language(request: HttpRequest) -> str:
    user = getattr(request, "user", None)  # by a bearer token, the user is known only in the view
    if user is not None and user.is_authenticated:
        return str(user.language)
    is_for_programs = request.path.startswith("/api/") and not request.path.startswith("/api/problems/")
    return "en" if is_for_programs else settings.LANGUAGE_CODE

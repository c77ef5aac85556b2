"""What becomes of a log-in that is not even tried."""

from axes.middleware import AxesMiddleware
from django.http import HttpRequest, HttpResponse

from accounts.login.hashing import TooManyAtOnce
from accounts.login.limit import try_later

BUSY_SECONDS = 2


class LoginLimitMiddleware(AxesMiddleware):
    """Answers 429 for who failed too often, and where too many sign in at this very moment."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page that asks to try again; None for every other error."""
        return try_later(request, BUSY_SECONDS) if isinstance(error, TooManyAtOnce) else None

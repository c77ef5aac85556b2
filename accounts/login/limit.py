"""How many wrong passwords are too many: django-axes logs them, this counts them, before any password is hashed."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from notifcenter.usernames import key_of

WINDOW = timedelta(minutes=15)
RESET_PATH = "/accounts/password_reset/"
KNOWN_FOR = timedelta(days=30)
ADDRESS_FACTOR = 4
"""So many times as many failures are allowed from one address: an office shares one."""
UNTRUSTED_PROXY = "notifcenter.untrusted_proxy"
"""Set in ``request.META`` where the client's address is not known: a proxy that is not trusted stands between."""


class LoginLimit(AxesDatabaseHandler):
    """Counts failures of the last 15 minutes, by account and by address; an account need not exist to be counted."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures as the limit of one account counts them; those of the address weigh a quarter."""
        of_account = _of_account(request, credentials).count()
        if UNTRUSTED_PROXY in request.META:
            return of_account
        return max(of_account, _of_address(request).count() // ADDRESS_FACTOR)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
        """Log it under the name as names are compared."""
        compared = SimpleNamespace(get_username=lambda: key_of(user.get_username()))
        super().user_logged_in(sender, request, compared, **more)


def is_over(request: HttpRequest, name: str) -> bool:
    """Whether this client has asked this page too often about that account, or about any; log-ins count apart."""
    requests = _recent().filter(path_info=request.path)
    limit = settings.LOGIN_FAILURES
    of_account = requests.filter(username=key_of(name)[:255]).count()
    of_address = 0 if UNTRUSTED_PROXY in request.META else requests.filter(ip_address=address_of(request)).count()
    return bool(limit) and (of_account >= limit or of_address >= limit * ADDRESS_FACTOR)


def note(request: HttpRequest, name: str) -> None:
    """Count a request of this page about that account."""
    AccessFailureLog.objects.create(
        username=key_of(name)[:255],
        ip_address=address_of(request),
        path_info=request.path[:255],
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:255],
    )


def username_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that a log-in names, as names are compared."""
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return key_of(str(given))[:255]


def address_of(request: HttpRequest) -> str | None:
    """The client's address, None where there is none (a Unix socket)."""
    return request.META.get("REMOTE_ADDR") or None


def refused(request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 for who failed too often: the same for an account that exists and one that does not."""
    return try_later(request, _seconds_left(request, credentials))


def try_later(request: HttpRequest, seconds: int) -> HttpResponse:
    """A page that asks to try again after so many seconds, which ``Retry-After`` gives too."""
    context = {"seconds": seconds, "minutes": -(-seconds // 60)}
    page = render(request, "accounts/login_refused.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page


def _seconds_left(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    counted = _of_account(request, credentials) | _of_address(request)
    latest = counted.aggregate(latest=Max("attempt_time"))["latest"] or timezone.now()
    return max(1, min(int(WINDOW.total_seconds()), int((latest + WINDOW - timezone.now()).total_seconds()) + 1))


def _of_account(request: HttpRequest, credentials: dict[str, Any] | None) -> QuerySet[AccessFailureLog]:
    """Failures for this account that count against this client.

    An address from which the account signed in lately is counted apart, and from its last sign-in on: so nobody else
    can lock a person out of her own office.
    """
    username, address = username_of(request, credentials), address_of(request)
    if not username:
        return AccessFailureLog.objects.none()
    signed_in = AccessLog.objects.filter(username=username, attempt_time__gt=timezone.now() - KNOWN_FOR)
    failures = _failures().filter(username=username)
    latest: datetime | None = signed_in.filter(ip_address=address).aggregate(at=Max("attempt_time"))["at"]
    if latest:
        return failures.filter(ip_address=address, attempt_time__gt=latest)
    return failures.exclude(ip_address__in=signed_in.exclude(ip_address=None).values("ip_address"))


def _of_address(request: HttpRequest) -> QuerySet[AccessFailureLog]:
    return _failures().filter(ip_address=address_of(request)).exclude(ip_address=None)


def _failures() -> QuerySet[AccessFailureLog]:
    return _recent().exclude(path_info=RESET_PATH)


def _recent() -> QuerySet[AccessFailureLog]:
    return AccessFailureLog.objects.order_by().filter(attempt_time__gt=timezone.now() - WINDOW)

"""Asking who is calling: one signed GET for each number, its answer kept for five minutes by this process."""

import json
import logging
import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from standardwebhooks import Webhook as Signature

from accounts import endpoints
from accounts.models import User
from channels_app.outbound.http import HttpClient
from channels_app.outbound.outcome import Answer
from channels_app.queue.circuit_breaker import CircuitBreaker
from notifcenter.calls import lookup
from notifcenter.calls.lookup import Caller
from notifcenter.channel import Outcome, TryLater, failure
from notifcenter.publishing import recipients

logger = logging.getLogger(__name__)
ANSWER_BYTES = 64 * 1024
ANSWER_SECONDS = 5
CACHED_SECONDS = 300
CACHED_MAX = 10_000


class CallerLookup:
    """Answers by number: those of the last minutes, and those on their way. Its breaker has one host."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[float, Future[Caller | None]]] = {}
        self._lock = threading.Lock()
        self._breaker = CircuitBreaker()

    def ask(self, number: str, user: lookup.User) -> Future[Caller | None] | None:
        """The answer for a number in E.164, there already or to come in ``ANSWER_SECONDS``; a failure is None.

        None where the service is not asked now.
        """
        if answer := self._cached(number):
            return answer
        url = _url(number, user)
        with self._lock:
            if answer := self._cached(number):
                return answer
            if not self._breaker.admit(_host()):
                return None
            self._forget_old()
            answer = _http().submit(self._answer(number, url))
            self._answers[number] = time.monotonic() + CACHED_SECONDS, answer
            return answer

    def _cached(self, number: str) -> Future[Caller | None] | None:
        cached_until, answer = self._answers.get(number, (0.0, None))
        return answer if cached_until > time.monotonic() else None

    async def _answer(self, number: str, url: str) -> Caller | None:
        outcome: Outcome = None
        caller = None
        try:
            caller = _parsed(await _http().get(url, _headers(url), host=_host(), limit=ANSWER_BYTES + 1))
        except Exception as error:
            outcome = TryLater(str(failure(error)), host=_host())
            logger.warning("nobody says who is calling: %s", outcome)
            with self._lock:
                self._answers.pop(number, None)
        self._breaker.note(_host(), outcome)
        return caller

    def _forget_old(self) -> None:
        if len(self._answers) < CACHED_MAX:
            return
        now = time.monotonic()
        self._answers = {number: entry for number, entry in self._answers.items() if entry[0] > now}
        for number in list(self._answers)[: len(self._answers) - CACHED_MAX + 1]:
            del self._answers[number]


@cache
def callers() -> CallerLookup:
    """The one of this process."""
    return CallerLookup()


@cache
def _http() -> HttpClient:
    """The administrator has chosen the address: it may be of our own network."""
    return HttpClient(deadline=ANSWER_SECONDS)


def _host() -> str:
    return endpoints.origin(settings.CALLER_LOOKUP_URL)


def _url(number: str, user: lookup.User) -> str:
    address = settings.CALLER_LOOKUP_URL
    query = urlencode({"phone": number} | ({} if user is None else {"user": _username(user)}))
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"


def _username(user: int | str) -> str:
    """As the person's account spells it."""
    people = recipients.resolve([user])
    return User.objects.values_list("username", flat=True).get(pk__in=people)


def _headers(url: str) -> dict[str, str]:
    """What is signed is the path with its query, in the place of a body."""
    parts, pk, at = urlsplit(url), f"msg_{uuid4().hex}", datetime.now(UTC)
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Notifcenter",
        "webhook-id": pk,
    }
    headers["webhook-timestamp"] = str(int(at.timestamp()))
    if settings.CALLER_LOOKUP_SECRET:
        signature = Signature(settings.CALLER_LOOKUP_SECRET)
        headers["webhook-signature"] = signature.sign(pk, at, f"{parts.path or '/'}?{parts.query}")
    return headers


def _parsed(answer: Answer) -> Caller | None:
    """None for 404. Raises TryLater where the service does not do as was agreed: that is an outage."""
    if answer.status == 404:
        return None
    try:
        if answer.status != 200 or len(answer.text.encode()) > ANSWER_BYTES:
            raise ValueError(answer.words)
        return lookup.parsed(_decoded(answer.text))
    except ValueError as error:
        raise TryLater(f"It did not say who is calling: {error}", host=_host()) from error


def _decoded(text: str) -> object:
    """Raises ValueError."""
    try:
        document: object = json.loads(text)
    except RecursionError as error:
        raise ValueError("It is too deep") from error
    return document

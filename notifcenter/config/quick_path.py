"""The way in of plain publications: past Django's handler, its middlewares and DRF's dispatch.

Their heads are what Django answers: the head of a response is learned from its response to a request with the same
headers, but for those that are of one call alone. So host, media type, origin and so on were checked, too.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from notifcenter import request_id
from notifcenter.api.notifications import STORE_ERROR
from notifcenter.api.quick import publication
from notifcenter.api.quick.publication import Outcome, QuickRequest
from notifcenter.api.response import encoded, status_of
from notifcenter.config.middleware import request_log

ROUTE, STATUSES = "/api/v1/notifications/", {200: "200 OK", 201: "201 Created"}
BODY_MAX = 64 * 1024
HEADS_MAX, ALIKE_MAX = 1000, 2000
"""How many heads are remembered, and how many characters their request's headers may have."""
OF_ONE_CALL = frozenset(
    f"HTTP_{name}"
    for name in (
        "AUTHORIZATION",
        "IDEMPOTENCY_KEY",
        "X_REQUEST_ID",
        "USER_AGENT",
        "X_FORWARDED_FOR",
        "X_REAL_IP",
        "FORWARDED",
        "TRACEPARENT",
        "TRACESTATE",
        "BAGGAGE",
        "X_CORRELATION_ID",
        "X_AMZN_TRACE_ID",
        "CF_RAY",
        "CF_CONNECTING_IP",
    )
)
"""Request headers that change nothing in the head of a 200 or 201 but the request id and the length."""
OTHERS = ("CONTENT_TYPE", "QUERY_STRING", "SCRIPT_NAME", "wsgi.url_scheme")
"""Of the environ, beside headers, what the head may depend on."""
NEVER_LEARNED = {"Idempotent-Replayed", "RateLimit", "RateLimit-Policy", "Set-Cookie", "Content-Encoding"}

ALIKE, HEAD = "notifcenter.alike", "notifcenter.head"
"""In the environ: what ``_alike`` gives, and the head that is known for it."""

Head = list[tuple[str, str]]
Environ = dict[str, Any]
Alike = frozenset[tuple[str, str | None]]
StartResponse = Callable[..., Any]
Response = tuple[str, Head, bytes]


class QuickPath:
    """WSGI middleware, inside of ``WholeBody``: responds to plain publications at once.

    Servers with a loop of their own ask ``may_take`` and call ``respond`` for many requests together, and ``usual`` for
    all others.
    """

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self._application = application
        self._heads: dict[Alike, Head] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        if self.may_take(environ):
            [response] = self.respond([environ])
            if response:
                status, head, content = response
                start_response(status, head)
                return [content]
        return self.usual(environ, start_response)

    def may_take(self, environ: Environ) -> bool:
        """Whether it is a request to publish like one that Django answered."""
        environ[HEAD] = self._heads.get(_alike(environ)) if _is_to_publish(environ) else None
        return environ[HEAD] is not None

    def respond(self, environs: Sequence[Environ]) -> list[Response | None]:
        """Status, head and content of each response; None: it is left to ``usual``."""
        begun, requests = time.perf_counter(), [_request(environ) for environ in environs]
        outcomes = publication.publish(requests)
        seconds = time.perf_counter() - begun
        return [self._response(*each, seconds) for each in zip(environs, requests, outcomes, strict=True)]

    def usual(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request by Django, and learn from it."""
        if _is_to_publish(environ):
            start_response = self._learning(_alike(environ), start_response)
        return self._application(environ, start_response)

    def _response(self, environ: Environ, request: QuickRequest, outcome: Outcome, seconds: float) -> Response | None:
        if not outcome.stored:
            environ[STORE_ERROR] = outcome.error
            return None
        content, status = encoded(outcome.body), status_of(outcome.body)
        with request_id.following(request.id):
            request_log.note("POST", ROUTE, status, seconds)
        varying = {"X-Request-ID": request.id, "Content-Length": str(len(content))}
        head = [(name, varying.get(name, value)) for name, value in environ[HEAD]]
        return STATUSES[status], head, content

    def _learning(self, alike: Alike, start_response: StartResponse) -> StartResponse:
        def start(status: str, head: Head, *error: object) -> object:
            if status in STATUSES.values() and NEVER_LEARNED.isdisjoint(name for name, _value in head):
                self._learn(alike, head)
            return start_response(status, head, *error)

        return start

    def _learn(self, alike: Alike, head: Head) -> None:
        if sum(len(value or "") for _name, value in alike) > ALIKE_MAX:
            return
        with self._lock:
            self._heads[alike] = list(head)
            if len(self._heads) > HEADS_MAX:
                del self._heads[next(iter(self._heads))]


def _is_to_publish(environ: Environ) -> bool:
    is_short = 0 < int(environ.get("CONTENT_LENGTH") or 0) <= BODY_MAX
    return environ["PATH_INFO"] == ROUTE and environ["REQUEST_METHOD"] == "POST" and is_short


def _alike(environ: Environ) -> Alike:
    """What requests have in common that get the same head."""
    if ALIKE not in environ:
        names = [name for name in environ if name.startswith("HTTP_") and name not in OF_ONE_CALL]
        environ[ALIKE] = frozenset((name, environ.get(name)) for name in (*names, *OTHERS))
    alike: Alike = environ[ALIKE]
    return alike


def _request(environ: Environ) -> QuickRequest:
    """The body is left to be read again."""
    source = environ["wsgi.input"]
    body: bytes = source.read(int(environ["CONTENT_LENGTH"]))
    source.seek(0)
    return QuickRequest(request_id.accepted(environ.get(request_log.GIVEN, "")), environ, body)

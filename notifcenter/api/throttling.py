"""Rate limits: publications a minute, a provider's own and that of people for themselves."""

import logging
import math
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
WINDOW = 60
SELF_LIMIT = 120
"""How many notifications a minute somebody may send to themselves."""


@dataclass(frozen=True)
class Usage:
    """A limit and what remains of it in this minute; negative: the call was refused and consumed nothing."""

    limit: int
    remaining: int

    @property
    def seconds(self) -> int:
        """Until the next minute begins."""
        return max(1, math.ceil(WINDOW - time.time() % WINDOW))

    def write_to(self, response: HttpResponse) -> None:
        """Set the ``RateLimit`` headers of the IETF's draft."""
        response.headers["RateLimit-Policy"] = f'"publications";q={self.limit};w={WINDOW}'
        response.headers["RateLimit"] = f'"publications";r={max(0, self.remaining)};t={self.seconds}'


class MinuteThrottle(BaseThrottle):
    """Counts in fixed minutes by one atomic increment; a cache that is down lets everything through.

    The view's ``cost(request)`` says how many publications a call makes; it gets ``usage``.
    """

    usage: Usage

    def limit(self, request: Request) -> int | None:
        """Publications a minute; None: no limit."""
        raise NotImplementedError

    def key(self, request: Request) -> str:
        """Who is counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether as many publications remain in this minute; if so they are counted."""
        limit = self.limit(request)
        if limit is None:
            return True
        self.usage = view.usage = Usage(limit, _consume(self.key(request), view.cost(request), limit))
        return self.usage.remaining >= 0

    def wait(self) -> float:
        """Seconds until the next minute: Retry-After."""
        return self.usage.seconds


class ProviderThrottle(MinuteThrottle):
    """What staff set for a provider; none by default."""

    def limit(self, request: Request) -> int | None:
        """The provider's own."""
        limit: int | None = getattr(request.auth, "rate_limit", None)
        return limit

    def key(self, request: Request) -> str:
        return f"provider:{request.auth.pk}"


class SelfThrottle(MinuteThrottle):
    """Notifications to oneself."""

    def limit(self, request: Request) -> int | None:
        """The same for everybody."""
        return SELF_LIMIT

    def key(self, request: Request) -> str:
        return f"person:{request.user.pk}"


def _consume(whose: str, number: int, limit: int) -> int:
    """What remains after consuming so many; negative: there were not as many, and none is consumed."""
    key = f"rate:{whose}:{int(time.time() // WINDOW)}"
    try:
        cache.add(key, 0, WINDOW * 2)
        if (remaining := limit - int(cache.incr(key, number))) < 0:
            cache.decr(key, number)
        return remaining
    except Exception:
        logger.exception("the rate limit's cache does not answer")
        return limit

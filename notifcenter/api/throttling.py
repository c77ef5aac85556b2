"""A provider's rate limit: publications a minute, none by default."""

import logging
import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
WINDOW = 60


class ProviderThrottle(BaseThrottle):
    """Counts in fixed minutes by one atomic increment; a cache that is down lets everything through."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether this provider has publications left in this minute; each item of a batch counts."""
        limit = getattr(request.auth, "rate_limit", None)
        return limit is None or self._count(request) <= limit

    def wait(self) -> float:
        """Seconds until the next minute: Retry-After."""
        return WINDOW - time.time() % WINDOW

    def _count(self, request: Request) -> int:
        key = f"rate:{request.auth.pk}:{int(time.time() // WINDOW)}"
        try:
            cache.add(key, 0, WINDOW * 2)
            return int(cache.incr(key, len(request.data) if isinstance(request.data, list) else 1))
        except Exception:
            logger.exception("the rate limit's cache does not answer")
            return 0

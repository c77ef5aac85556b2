"""Web Push: RFC 8030 with VAPID (8292) and aes128gcm (8291), to browsers, installed web apps and UnifiedPush."""

import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from accounts import endpoints
from channels_app.outbound.http import HttpClient
from channels_app.push import document
from channels_app.push.refusal import outcome_of
from notifcenter.channel import Outcome, Parcel, Refused

BODY_BYTES, ENCRYPTION_BYTES = 4096, 103
DOCUMENT_BYTES = (BODY_BYTES - ENCRYPTION_BYTES, 2000, 1000)
"""How large the document may be at the first attempt, and after each 413."""


@cache
def _http() -> HttpClient:
    return HttpClient(endpoints.may_connect)


def send_all(parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
    """Encrypt and send, one overlapping the other; the address's value is ``{"address", "keys"}``."""
    yield from _http().gather((parcel, _send(parcel, _Push(parcel))) for parcel in parcels)


def host(value: dict[str, Any]) -> str:
    """The push service an address belongs to."""
    return endpoints.origin(value["address"])


class _Push:
    """One parcel, encrypted in the caller's thread; ``error`` says why it could not be."""

    def __init__(self, parcel: Parcel) -> None:
        self._message, value = parcel.message, parcel.address.value
        self.url, self._keys, self.error = value["address"], value["keys"], ""
        try:
            endpoints.check_endpoint(self.url)
            self.body = self.encrypted(DOCUMENT_BYTES[0])
            self.headers = self._headers()
        except Exception as error:  # one bad row must not end the batch
            self.error = f"{type(error).__name__}: {error}"

    def encrypted(self, limit: int) -> bytes:
        """The document of at most ``limit`` bytes, encrypted for the device."""
        from pywebpush import WebPusher  # noqa: PLC0415  with cryptography 9 MB, not before the first push

        plain = document.encoded(document.fitted(self._message, limit))
        pusher = WebPusher({"endpoint": self.url, "keys": self._keys})
        return bytes(pusher.encode(plain, "aes128gcm")["body"])

    def _headers(self) -> dict[str, str]:
        from accounts import vapid  # noqa: PLC0415  the same

        return {
            "Authorization": vapid.authorization(self.url, time.time()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(document.ttl(self._message)),
            "Urgency": "high" if document.is_urgent(self._message) else "normal",
            "Topic": document.topic(self._message),
        }


async def _send(parcel: Parcel, push: _Push) -> Outcome:
    if push.error:
        return Refused(push.error)
    service = host(parcel.address.value)
    answer = await _http().post(push.url, push.body, push.headers, host=service)
    for limit in DOCUMENT_BYTES[1:]:
        if answer.status == 413:
            answer = await _http().post(push.url, push.encrypted(limit), push.headers, host=service)
    return outcome_of(answer, service, gone=answer.status in (404, 410))

"""Web Push: RFC 8030 with VAPID (8292) and aes128gcm (8291), to browsers, installed web apps and UnifiedPush."""

import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from accounts import endpoints
from channels_app.outbound import outcome
from channels_app.outbound.http import HttpClient
from channels_app.push import document
from notifcenter.channel import Outcome, Parcel, Refused

LARGEST_BODY, OVERHEAD = 4096, 103
LIMITS = (LARGEST_BODY - OVERHEAD, 2000, 1000)
"""Bytes of the document at the first attempt, and after a 413."""


@cache
def _http() -> HttpClient:
    return HttpClient(endpoints.may_connect)


def send_all(parcels: Sequence[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
    """Encrypt and send, one overlapping the other; the address's value is ``{"address", "keys"}``."""
    yield from _http().gather((parcel, _send(parcel, _Letter(parcel))) for parcel in parcels)


def host(value: dict[str, Any]) -> str:
    """The push service an address belongs to."""
    return endpoints.origin(value["address"])


class _Letter:
    """One parcel, sealed in the caller's thread; ``spoiled`` says why it could not be."""

    def __init__(self, parcel: Parcel) -> None:
        self._message, value = parcel.message, parcel.address.value
        self.url, self._keys, self.spoiled = value["address"], value["keys"], ""
        try:
            endpoints.check_endpoint(self.url)
            self.body = self.sealed(LIMITS[0])
            self.headers = self._headers()
        except Exception as error:  # one bad row must not end the batch
            self.spoiled = f"{type(error).__name__}: {error}"

    def sealed(self, limit: int) -> bytes:
        """The encrypted document, which had at most ``limit`` bytes; the key it is sealed with is used once."""
        import pywebpush  # with cryptography 9 MB, not before the first push
        from cryptography.hazmat.primitives.asymmetric import ec

        plain = document.encoded(document.fitted(self._message, limit))
        once = ec.generate_private_key(ec.SECP256R1())
        dh, secret = (endpoints.decoded(self._keys[name]) for name in ("p256dh", "auth"))
        seal = pywebpush.http_ece.encrypt  # what its WebPusher calls, after steps that nothing here needs
        return bytes(seal(plain, private_key=once, dh=dh, auth_secret=secret, version="aes128gcm"))

    def _headers(self) -> dict[str, str]:
        from accounts import vapid  # the same

        return {
            "Authorization": vapid.authorization(self.url, time.time()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(document.ttl(self._message)),
            "Urgency": "high" if document.is_urgent(self._message) else "normal",
            "Topic": document.topic(self._message),
        }


async def _send(parcel: Parcel, letter: _Letter) -> Outcome:
    if letter.spoiled:
        return Refused(letter.spoiled)
    origin = host(parcel.address.value)
    answer = await _http().post(letter.url, letter.body, letter.headers, host=origin)
    for limit in LIMITS[1:]:
        if answer.status == 413:
            answer = await _http().post(letter.url, letter.sealed(limit), letter.headers, host=origin)
    return outcome.of_answer(answer, origin, gone=answer.status in (404, 410))

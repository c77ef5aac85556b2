"""FCM HTTP v1 for native apps on Android and iOS: a service account's OAuth exchange, and one POST a message."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from channels_app.outbound import outcome
from channels_app.outbound.http import HttpClient
from channels_app.outbound.outcome import Answer
from channels_app.push import document
from channels_app.push.refusal import outcome_of
from notifcenter.channel import Failure, Message, Outcome, Parcel, Refused

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DOCUMENT_BYTES = 1900
"""FCM takes 4,096 of data and notification together, and the title and text go into both."""


@cache
def _http() -> HttpClient:
    return HttpClient()


def send_all(parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
    """Send side by side; the address's value is ``{"address": registration token}``."""
    try:
        account = _account(settings.FCM_CREDENTIALS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"FCM_CREDENTIALS is no service account: {error!r}" if settings.FCM_CREDENTIALS else "FCM is not set up"
        yield from ((parcel, Refused(why)) for parcel in parcels)
    else:
        yield from _http().gather((parcel, _send(parcel, account)) for parcel in parcels)


def host(value: dict[str, Any]) -> str:
    """FCM's address, whatever the token."""
    return str(settings.FCM_API_URL)


class Account:
    """A service account: signs its own assertion, and keeps the access token it got for it.

    Raises KeyError for a document that is not one.
    """

    def __init__(self, key_file: dict[str, str]) -> None:
        self.project, self.token_uri = key_file["project_id"], key_file["token_uri"]
        self._email, self._key = key_file["client_email"], key_file["private_key"]
        self._key_id = key_file.get("private_key_id")
        self._token, self._good_until = "", 0.0
        self._lock = asyncio.Lock()

    def check(self) -> None:
        """Sign as for a token; raises what is wrong with the key."""
        self._assertion(int(time.time()))

    async def token(self, *, other_than: str = "") -> str:
        """An access token; a new one where the present one is old, or is the one that was refused."""
        async with self._lock:
            if time.monotonic() >= self._good_until or self._token == other_than:
                await self._exchange()
            return self._token

    async def _exchange(self) -> None:
        form = urlencode({"grant_type": GRANT, "assertion": self._assertion(int(time.time()))}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await _http().post(self.token_uri, form, headers, host=self.token_uri)
        if isinstance(failure := outcome.of_answer(answer, self.token_uri, gone=False), Failure):
            raise failure
        granted = json.loads(answer.text)
        self._token = granted["access_token"]
        self._good_until = time.monotonic() + max(0, int(granted.get("expires_in", 3600)) - 300)

    def _assertion(self, now: int) -> str:
        import jwt  # noqa: PLC0415  with cryptography 8 MB, not before the first push

        claims = {"iss": self._email, "scope": SCOPE, "aud": self.token_uri, "iat": now, "exp": now + 3600}
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id} if self._key_id else None)


def request_body(message: Message, token: str, now: float) -> dict[str, Any]:
    """The request of ``messages:send``; ``data`` has strings only, as FCM asks."""
    content, urgent = document.fitted(message, DOCUMENT_BYTES), document.is_urgent(message)
    if message.closed:
        return {"message": _closing(content, token, now)}
    shown = {"title": content["title"], "body": content["body"]}
    expiry = str(int(now) + document.ttl(message))
    headers = {"apns-priority": "10" if urgent else "5", "apns-expiration": expiry, "apns-collapse-id": message.id[:64]}
    android = {
        "priority": "HIGH" if urgent else "NORMAL",
        "ttl": f"{document.ttl(message)}s",
        "collapse_key": message.id[:64],
        "notification": {"tag": content["tag"]},
    }
    apns = {"headers": headers, "payload": {"aps": {"sound": "default"}}}
    data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}
    return {"message": {"token": token, "notification": shown, "data": data, "android": android, "apns": apns}}


def _closing(content: dict[str, Any], token: str, now: float) -> dict[str, Any]:
    """Data alone, which the app takes as a sign to clear the notice with this tag."""
    seconds, key = document.SHORT_TTL_SECONDS, content["tag"][:64]
    headers = {"apns-priority": "5", "apns-push-type": "background", "apns-collapse-id": key}
    return {
        "token": token,
        "data": {"id": content["id"], "tag": content["tag"], "closed": "true"},
        "android": {"priority": "NORMAL", "ttl": f"{seconds}s", "collapse_key": key},
        "apns": {
            "headers": headers | {"apns-expiration": str(int(now) + seconds)},
            "payload": {"aps": {"content-available": 1}},
        },
    }


async def _send(parcel: Parcel, account: Account) -> Outcome:
    request = request_body(parcel.message, parcel.address.value["address"], time.time())
    answer = await _post(account, json.dumps(request, ensure_ascii=False).encode())
    return outcome_of(answer, host({}), gone=answer.status == 404 and "UNREGISTERED" in _codes(answer))


async def _post(account: Account, body: bytes) -> Answer:
    """With the present token; when that is refused, once more with a fresh one."""
    url = f"{settings.FCM_API_URL}/v1/projects/{account.project}/messages:send"
    token = await account.token()
    answer = await _http().post(url, body, _headers(token), host=host({}))
    if answer.status == 401:
        answer = await _http().post(url, body, _headers(await account.token(other_than=token)), host=host({}))
    return answer


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _codes(answer: Answer) -> set[str]:
    try:
        return {detail.get("errorCode", "") for detail in json.loads(answer.text)["error"].get("details", ())}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()


@lru_cache(maxsize=4)
def _account(path: str) -> Account:
    return Account(json.loads(Path(path).read_text()))

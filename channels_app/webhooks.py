"""Webhooks: a provider is told how each of its deliveries ended, by the Standard Webhooks rules.

A call is written in the transaction that ends the delivery, and is sent by the same rules as a delivery: claimed for a
lease, tried again by a table, never lost. A repeat bears the same ``webhook-id``.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from standardwebhooks import Webhook as Signature

from accounts import endpoints
from channels_app import counters
from channels_app.outbound.http import Answer, Forbidden, HttpClient
from channels_app.queue import leases, wakeup
from channels_app.queue.circuit_breaker import breaker
from notifcenter.channel import Address, Gone, Outcome, Refused, Retries, TryLater
from notifcenter.models import Delivery, State, Webhook, WebhookCall

logger = logging.getLogger(__name__)
BATCH = 50
RETRIES = Retries(
    delays=(5, 300, 1800, 7200, 18000, 36000, 36000),
    default_expiry=timedelta(hours=28),
)
KEPT = timedelta(days=7)
WITH_WEBHOOK = "notification__provider__webhook"

_wire = HttpClient(endpoints.may_connect)


class Way:
    """Webhooks in the words of a channel, as far as the breaker and the metrics ask."""

    code: ClassVar[str] = "webhook"

    def host(self, address: Address) -> str:
        """The provider's server."""
        return endpoints.origin(address.value)


way = Way()


def note(delivery: Delivery, values: dict[str, Any], *, now: datetime) -> None:
    """Inside the transaction that ends a delivery: write down that its provider is to be told, if it asked to be."""
    webhook = getattr(delivery.notification.provider, "webhook", None)
    if webhook is not None and webhook.active:
        expires_at = now + RETRIES.default_expiry
        body = json.dumps(_event(delivery, values, now), ensure_ascii=False, separators=(",", ":"))
        WebhookCall.objects.create(webhook=webhook, body=body, created_at=now, due_at=now, expires_at=expires_at)
        transaction.on_commit(partial(wakeup.ring, [way.code]), robust=True)


def note_all(deliveries: QuerySet[Delivery], values: dict[str, Any], *, now: datetime) -> None:
    """The same for many that are about to end in one statement."""
    watched = Webhook.objects.filter(active=True).values_list("provider", flat=True)
    if providers := list(watched):
        for delivery in deliveries.filter(notification__provider__in=providers).select_related(WITH_WEBHOOK):
            note(delivery, values, now=now)


def due(*, now: datetime) -> set[str]:
    """Its code, where any call is due."""
    waiting = WebhookCall.objects.filter(state=State.PENDING, due_at__lte=now)
    return {way.code} if waiting.exists() else set()


def drain() -> int:
    """Make the calls that are due until none is; gives how many were handled."""
    handled = 0
    while not leases.stopping.is_set() and (calls := claim(now=timezone.now())):
        deliver(calls)
        handled += len(calls)
    return handled


def claim(*, now: datetime) -> list[WebhookCall]:
    """Take the next due calls for the time of a lease."""
    due = WebhookCall.objects.filter(state=State.PENDING, due_at__lte=now).order_by("due_at")
    return leases.claim(due, BATCH, "webhook", now=now)


def deliver(calls: Sequence[WebhookCall]) -> None:
    """Make these claimed calls side by side, and write down each outcome as soon as it is known."""
    ready = list(_ready(calls, timezone.now()))
    with leases.renewing(ready) as in_hand:
        for call, outcome in _wire.gather((call, _send(call)) for call in ready if in_hand.keeps(call.id)):
            breaker.note(way, _address(call), outcome)
            leases.surely(partial(record, call, outcome, now=timezone.now()))
            in_hand.discard(call.id)


def record(call: WebhookCall, outcome: Outcome, *, now: datetime) -> None:
    """Write one outcome: sent, failed for good, or when to try again; an address that is gone is called no more."""
    if outcome is None:
        _finish(call, State.SENT, "", now)
    elif isinstance(outcome, TryLater):
        _try_later(call, outcome, now)
    else:
        _finish(call, State.FAILED, str(outcome), now)
    _tell(call, outcome)
    if isinstance(outcome, Gone):
        Webhook.objects.filter(pk=call.webhook_id, url=call.webhook.url).update(active=False)


def forget_old(now: datetime, batch: int = 5000) -> None:
    """Drop calls that ended a week ago, a batch at a time."""
    old = WebhookCall.objects.exclude(state=State.PENDING).filter(finished_at__lt=now - KEPT)
    while ids := list(old.values_list("id", flat=True)[:batch]):
        WebhookCall.objects.filter(id__in=ids).delete()


def _tell(call: WebhookCall, outcome: Outcome) -> None:
    what = "retry" if isinstance(outcome, TryLater) else State.FAILED if outcome else State.SENT
    counters.deliveries.labels(way.code, what).inc()
    logger.info("webhook call %s, attempt %s: %s", call.id, call.attempts, what)


def _event(delivery: Delivery, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "type": f"delivery.{values['state']}",
        "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "notification": str(delivery.notification_id),
            "user": delivery.user_id,
            "channel": delivery.channel,
            "state": str(values["state"]),
            "attempts": delivery.attempts,
            "reason": values["reason"],
            "created_at": int(delivery.created_at.timestamp()),
            "finished_at": int(now.timestamp()),
        },
    }


def _ready(calls: Sequence[WebhookCall], now: datetime) -> Iterator[WebhookCall]:
    for call in calls:
        if not call.webhook.active:
            _finish(call, State.FAILED, "gone", now)
        elif (opens_at := breaker.opens_at(way, _address(call), now=now)) is not None:
            leases.hand_back(call, opens_at)
        else:
            yield call


async def _send(call: WebhookCall) -> Outcome:
    origin = way.host(_address(call))
    try:
        endpoints.check_endpoint(call.webhook.url)
        answer = await _wire.post(call.webhook.url, call.body.encode(), _headers(call, datetime.now(UTC)))
    except Exception as error:
        return _failed(error, origin)
    return _judged(answer, origin)


def _headers(call: WebhookCall, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Notifcenter",
        "webhook-id": str(call.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signature(call.webhook.secret).sign(str(call.id), at, call.body),
    }


def _judged(answer: Answer, origin: str) -> Outcome:
    why = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return None
    if answer.status == 410:
        return Gone(why)
    return TryLater(why, answer.retry_after, origin if answer.status >= 500 else "")


def _failed(error: Exception, origin: str) -> Outcome:
    import aiohttp  # the wire has loaded it

    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, Forbidden):
        return Refused(str(error.os_error))
    if isinstance(error, aiohttp.ClientError | OSError):
        return TryLater(f"It did not answer: {type(error).__name__}", host=origin)
    return Refused(f"{type(error).__name__}: {error}")


def _try_later(call: WebhookCall, outcome: TryLater, now: datetime) -> None:
    due_at = leases.next_at(call, outcome, RETRIES, now=now)
    if call.expires_at and due_at >= call.expires_at:
        _finish(call, State.FAILED, f"expired: {outcome}", now)
    else:
        leases.write(call, reason=str(outcome)[:500], due_at=due_at, leased_until=None)


def _finish(call: WebhookCall, state: State, reason: str, now: datetime) -> None:
    leases.write(call, state=state, reason=reason[:500], due_at=None, leased_until=None, finished_at=now)


def _address(call: WebhookCall) -> Address:
    return Address(0, call.webhook.url)

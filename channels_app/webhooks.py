"""Webhooks: a provider is told how each of its deliveries ended, by the Standard Webhooks rules.

A call is written in the transaction that ends the delivery, and is a row of a queue like a delivery. A repeat has the
same ``webhook-id``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from standardwebhooks import Webhook as Signature

from accounts import endpoints
from channels_app.outbound import outcome
from channels_app.outbound.http import HttpClient
from channels_app.queue import wakeup
from channels_app.queue.queue import Job, Queue
from notifcenter.channel import Gone, Outcome, Refused, Retries
from notifcenter.models import Delivery, Notification, Priority, State, Webhook, WebhookCall

WITH_WEBHOOK = "notification__provider__webhook"


class Webhooks(Queue):
    """Calls to providers. One whose address is gone is called no more, until its address is given again."""

    code = "webhook"
    model = WebhookCall
    related = ("webhook",)
    retries = Retries(delays=(5, 300, 1800, 7200, 18000, 36000, 36000), default_expiry=timedelta(hours=28))
    retention = timedelta(days=7)

    def prepare(self, rows: Sequence[WebhookCall], *, now: datetime) -> Iterator[Job]:
        """Calls to addresses that are still good."""
        for row in rows:
            if row.webhook.active:
                yield from self.ready(row, partial(_job, row))
            else:
                self.end(row, State.FAILED, "gone", now=now)

    def send(self, jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
        """Call side by side."""
        return _http().gather((job.row.pk, _call(job)) for job in jobs)

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]]) -> None:
        """Switch off addresses that said they are gone."""
        for job, result in outcomes:
            if isinstance(result, Gone):
                Webhook.objects.filter(pk=job.row.webhook_id, url=job.content).update(active=False)


@cache
def _http() -> HttpClient:
    return HttpClient(endpoints.may_connect)


async def _call(job: Job) -> Outcome:
    try:
        endpoints.check_endpoint(job.content)
    except ValueError as error:
        raise Refused(str(error)) from error
    answer = await _http().post(job.content, job.row.body.encode(), _headers(job.row, datetime.now(UTC)), host=job.host)
    return outcome.of_answer(answer, job.host, gone=answer.status == 410, refusals_are_final=False)


def _job(row: WebhookCall) -> Job:
    return Job(row, row.webhook.url, endpoints.origin(row.webhook.url))


def note(delivery: Delivery, values: Mapping[str, Any], *, now: datetime) -> None:
    """Inside the transaction that ends a delivery: write down that its provider is to be told, if it asked to be."""
    webhook = getattr(delivery.notification.provider, "webhook", None)
    if webhook is not None and webhook.active:
        _enqueue(webhook, f"delivery.{values['state']}", _data(delivery, values, now), delivery.priority, now=now)


def _enqueue(webhook: Webhook, event: str, data: dict[str, Any], priority: int, *, now: datetime) -> None:
    timestamp = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    document = {"type": event, "timestamp": timestamp, "data": data}
    WebhookCall.objects.create(
        webhook=webhook,
        body=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        priority=priority,
        created_at=now,
        due_at=now,
        expires_at=now + Webhooks.retries.default_expiry,
    )
    transaction.on_commit(partial(wakeup.wake, [Webhooks.code]), robust=True)


def note_action(notification: Notification, action: str, user: int, *, now: datetime) -> None:
    """Inside the transaction that presses an action: write down that its provider is to be told."""
    webhook = getattr(notification.provider, "webhook", None)
    if webhook is not None and webhook.active:
        data = {
            "notification": str(notification.pk),
            "key": notification.details.get("key"),
            "action": action,
            "user": user,
            "at": int(now.timestamp()),
        }
        _enqueue(webhook, "notification.action", data, max(notification.priority, Priority.HIGH), now=now)


def note_all(deliveries: QuerySet[Delivery], values: Mapping[str, Any], *, now: datetime) -> None:
    """The same for many that are about to end in one statement."""
    watched = Webhook.objects.filter(active=True).values_list("provider", flat=True)
    if providers := list(watched):
        for delivery in deliveries.filter(notification__provider__in=providers).select_related(WITH_WEBHOOK):
            note(delivery, values, now=now)


def _data(delivery: Delivery, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "notification": str(delivery.notification_id),
        "user": delivery.user_id,
        "channel": delivery.channel,
        "state": str(values["state"]),
        "attempts": delivery.attempts,
        "reason": values["reason"],
        "created_at": int(delivery.created_at.timestamp()),
        "finished_at": int(now.timestamp()),
    }


def _headers(call: WebhookCall, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Notifcenter",
        "webhook-id": str(call.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signature(call.webhook.secret).sign(str(call.id), at, call.body),
    }

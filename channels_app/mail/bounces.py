"""What mail services report later, by anymail's webhooks: delivered, opened, returned, complained about."""

from collections.abc import Sequence
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts import people
from accounts.models import User
from notifcenter.models import Delivery, DeliveryEvent
from notifcenter.plain_number import plain_number

NOTED = {
    EventType.DELIVERED,
    EventType.OPENED,
    EventType.CLICKED,
    EventType.DEFERRED,
    EventType.BOUNCED,
    EventType.REJECTED,
    EventType.COMPLAINED,
}
DEAD = {RejectReason.BOUNCED, RejectReason.INVALID, RejectReason.SPAM, None}
SPARKPOST_SOFT = {"20", "21", "22", "23", "24", "40", "70"}
TEXT_MAX = 500


@receiver(tracking)
def on_event(sender: object, *, event: AnymailTrackingEvent, **_more: object) -> None:
    """Add it to the delivery's history; a hard bounce or a complaint stops mail to the address, whose ever it is."""
    owners = people.with_mail_address(event.recipient or "")
    if event.event_type in NOTED and (delivery := _delivery(event, owners)):
        _note(delivery, event)
    if owners and stops_mail(event):
        people.stop_mail(event.recipient, _reply_text(event))


def stops_mail(event: AnymailTrackingEvent) -> bool:
    """Whether the address is dead, or its owner called the mail spam; what may pass later does not count."""
    if event.event_type == EventType.COMPLAINED:
        return True
    returned = event.event_type in (EventType.BOUNCED, EventType.REJECTED)
    if event.event_type == EventType.REJECTED and event.reject_reason is None:
        return False
    return returned and event.reject_reason in DEAD and not _is_soft(event)


def _delivery(event: AnymailTrackingEvent, owners: Sequence[User]) -> Delivery | None:
    """The delivery whose mail it was; an event about an address that was changed meanwhile belongs to none."""
    number = _number(event, "delivery")
    return Delivery.objects.filter(pk=number, user__in=owners).first() if number else None


def _number(event: AnymailTrackingEvent, name: str) -> int:
    """An id that our mail carried; 0 for none."""
    value = str((event.metadata or {}).get(name, ""))
    return plain_number(value) or 0


def _note(delivery: Delivery, event: AnymailTrackingEvent) -> None:
    """Webhooks come twice and out of order: each kind of event is noted once."""
    DeliveryEvent.objects.get_or_create(
        delivery=delivery,
        what=event.event_type,
        defaults={"at": event.timestamp or timezone.now(), "detail": _reply_text(event, known=False)},
    )


def _reply_text(event: AnymailTrackingEvent, *, known: bool = True) -> str:
    text = event.mta_response or event.description or (event.event_type if known else "")
    return " ".join(str(text).split())[:TEXT_MAX]


def _is_soft(event: AnymailTrackingEvent) -> bool:
    """Anymail calls soft bounces ``bounced`` for some services; the raw event tells them apart."""
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    kind = " ".join(str(raw.get(name, "")) for name in ("event", "type", "Type")) + f" {event.description or ''}"
    message = _inner(raw)
    return (
        any(word in kind.lower() for word in ("soft", "transient", "blocked"))
        or raw.get("hard_bounce") is False
        or str(message.get("bounce_class", "")) in SPARKPOST_SOFT
        or str(event.mta_response or "").startswith("4")
    )


def _inner(raw: dict[str, Any]) -> dict[str, Any]:
    outer = raw.get("msys", {})
    return next((value for value in outer.values() if isinstance(value, dict)), {}) if isinstance(outer, dict) else {}


@csrf_exempt
def webhook(request: HttpRequest, service: str, kind: str = "") -> HttpResponse:
    """Only the service in use may call, and only where a secret or its own signature proves it; raises Http404."""
    if f"anymail.backends.{service}.EmailBackend" != settings.EMAIL_BACKEND:
        raise Http404
    view: Any = resolve(f"/{service}/{kind}", "anymail.urls").func  # they load requests: only where they are used
    secret = getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET")
    if not (secret or not view.view_class().warn_if_no_basic_auth):
        raise Http404
    answer: HttpResponse = view(request)
    return answer


webhook_urls = [
    path("anymail/<slug:service>/tracking/", webhook, {"kind": "tracking/"}),
    path("anymail/mandrill/", webhook, {"service": "mandrill"}),
]

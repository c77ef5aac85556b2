"""What providers call: publish one or many, and ask what became of it."""

from collections import Counter
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForProviders
from notifcenter.api.exceptions import KeyReused
from notifcenter.api.fields import RecipientsField, checked, fields_of, publication, publication_schema
from notifcenter.api.paging import Ordered, page
from notifcenter.api.rates import ProviderRate
from notifcenter.api.schemas import DeliveryShape, PublicationStateShape, PublishedShape, paged
from notifcenter.models import Delivery, Notification, Provider
from notifcenter.publishing import idempotency, recipients
from notifcenter.publishing.publish import Publication, publish
from notifcenter.publishing.sql import KeyConflict

LARGEST_BATCH = 1000

FIELDS = fields_of(recipients=RecipientsField())
PublicationSchema = publication_schema("Publication", recipients=RecipientsField())
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="At most 255 characters; lives 24 hours."
)


class PublishView(ForProviders):
    """Publish one notification."""

    throttle_classes = (ProviderRate,)

    @extend_schema(operation_id="publish", request=PublicationSchema, responses={201: PublishedShape}, parameters=[KEY])
    def post(self, request: Request) -> HttpResponse:
        """Accepted means stored: 201 comes after the commit. An unknown recipient or field stores nothing.

        To more than 5,000 people it is placed part by part: the last centre has it some seconds later.
        """
        return _publish(request, [request.data], _only)


class BatchView(ForProviders):
    """Publish 1 to 1,000 notifications, all or nothing."""

    throttle_classes = (ProviderRate,)

    @extend_schema(
        operation_id="publish_batch",
        request=PublicationSchema,
        responses={201: serializers.ListSerializer(child=serializers.UUIDField())},
        parameters=[KEY],
    )
    def post(self, request: Request) -> HttpResponse:
        """The ids in order; a 400 points at the wrong items."""
        if not isinstance(request.data, list) or not 1 <= len(request.data) <= LARGEST_BATCH:
            raise ValidationError({"non_field_errors": [f"Give a list of 1 to {LARGEST_BATCH} notifications."]})
        return _publish(request, request.data, _ids)


class NotificationView(ForProviders):
    """One of the provider's own notifications."""

    @extend_schema(operation_id="notification", responses=PublicationStateShape)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Its content, and how many deliveries stand in which state, per channel."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        return Answer(_content(notification) | {"deliveries": _counted(notification)})


class DeliveriesView(ForProviders):
    """The deliveries of one of the provider's own notifications."""

    @extend_schema(operation_id="deliveries", responses=paged("DeliveryPage", DeliveryShape()))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Each with user, channel, state, attempts, reason and times."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        return page(request, Ordered(notification.deliveries.all(), "id"), _shown, newest_first=False)


def _publish(request: Request, documents: list[Any], answer: Any) -> HttpResponse:
    """Publish what the documents say, or replay what was answered before under the key that the caller sent."""
    key, now = _key(request), timezone.now()
    try:
        body = _published(request, documents, answer, key, now)
    except (ValidationError, KeyConflict):
        if (before := _answered(request, key, now)) is None:
            raise
        return Answer(before, status=status.HTTP_201_CREATED, headers={"Idempotent-Replayed": "true"})
    return Answer(body, status=status.HTTP_201_CREATED)


def _key(request: Request) -> str | None:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not 1 <= len(key) <= 255:
        raise ValidationError({"Idempotency-Key": ["Give 1 to 255 characters."]})
    return key


def _published(request: Request, documents: list[Any], answer: Any, key: str | None, now: datetime) -> Any:
    provider = cast(Provider, request.auth)
    valid, wrong = _validated(documents)
    if wrong:
        raise ValidationError(wrong["0"] if answer is _only else wrong)
    publications = [publication(fields, provider, people) for fields, people in valid]
    body = answer(publications, now)
    record = idempotency.record(provider, key, request.data, body) if key else None
    publish(publications, now=now, idempotency_record=record)
    return body


def _answered(request: Request, key: str | None, now: datetime) -> Any | None:
    if key is None:
        return None
    try:
        return idempotency.first_response(cast(Provider, request.auth), key, request.data, now=now)
    except idempotency.Reused:
        raise KeyReused from None


def _only(publications: list[Publication], now: datetime) -> dict[str, Any]:
    [said] = publications
    created_at = int(now.timestamp())
    return {"id": str(said.id), "kind": said.kind, "created_at": created_at, "recipients": len(said.people)}


def _ids(publications: list[Publication], now: datetime) -> list[str]:
    return [str(said.id) for said in publications]


def _validated(documents: list[Any]) -> tuple[list[tuple[dict[str, Any], dict[int, bool]]], dict[str, Any]]:
    valid: list[tuple[dict[str, Any], dict[int, bool]]] = []
    wrong: dict[str, Any] = {}
    known: dict[str, dict[int, bool]] = {}
    for index, document in enumerate(documents):
        try:
            fields = checked(document, FIELDS)
            valid.append((fields, _people(fields["recipients"], known)))
        except ValidationError as error:
            wrong[str(index)] = error.detail
    return valid, wrong


def _people(named: Any, known: dict[str, dict[int, bool]]) -> dict[int, bool]:
    asked = repr(named)
    if asked not in known:
        try:
            known[asked] = recipients.resolve(named)
        except recipients.Unknown as error:
            raise ValidationError({"recipients": {str(i): [why] for i, why in error.wrong.items()}}) from None
    return known[asked]


def _content(notification: Notification) -> dict[str, Any]:
    return {
        "id": str(notification.id),
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "created_at": int(notification.created_at.timestamp()),
    } | notification.details


def _counted(notification: Notification) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = {}
    for channel, state in notification.deliveries.values_list("channel", "state"):
        counted.setdefault(channel, Counter())[state] += 1
    return {channel: dict(states) for channel, states in counted.items()}


def _shown(rows: list[Delivery]) -> list[dict[str, Any]]:
    return [
        {
            "user": row.user_id,
            "channel": row.channel,
            "state": row.state,
            "attempts": row.attempts,
            "reason": row.reason,
            "created_at": _seconds(row.created_at),
            "due_at": _seconds(row.due_at),
            "finished_at": _seconds(row.finished_at),
        }
        for row in rows
    ]


def _seconds(moment: Any) -> int | None:
    return int(moment.timestamp()) if moment else None

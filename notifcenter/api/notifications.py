"""What providers call: publish one or many, and look up what became of it."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from notifcenter.api.exceptions import KeyReused
from notifcenter.api.fields import RecipientsField
from notifcenter.api.paging import page
from notifcenter.api.problems.validation_errors import ERRORS_MAX, HeaderError
from notifcenter.api.publications import PublicationForm, checked, publication
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import (
    DeliverySerializer,
    PublicationStateSerializer,
    PublishedSerializer,
    paged,
)
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView
from notifcenter.content import is_clean
from notifcenter.inbox import receipts
from notifcenter.inbox.receipts import Receipt, Receipts
from notifcenter.models import Notification, Provider
from notifcenter.publishing import idempotency, recipients
from notifcenter.publishing.publish import Publication, publish
from notifcenter.publishing.sql import KeyConflict

BATCH_MAX = 1000

FORM = PublicationForm("Publication", recipients=RecipientsField())
KEY_MAX = 255
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": KEY_MAX},
    OpenApiParameter.HEADER,
    description="The same key with the same body is answered as the first time; it lives 24 hours.",
)


class PublishView(ProviderAPIView):
    """Publish one notification."""

    throttle_classes = (ProviderThrottle,)
    idempotent = True

    @extend_schema(
        operation_id="publish", request=FORM.schema(), responses={201: PublishedSerializer}, parameters=[KEY]
    )
    def post(self, request: Request) -> HttpResponse:
        """Accepted means stored: 201 comes after the commit. An unknown recipient or field stores nothing.

        To more than 5,000 people it is placed part by part: the last centre has it some seconds later.
        """
        return _publish(request, [request.data], _only)


class BatchView(ProviderAPIView):
    """Publish 1 to 1,000 notifications, all or nothing."""

    throttle_classes = (ProviderThrottle,)
    idempotent = True

    def cost(self, request: Request) -> int:
        """Each item counts."""
        return len(request.data) if isinstance(request.data, list) else 1

    @extend_schema(
        operation_id="publish_batch",
        request=FORM.schema(many=True),
        responses={201: serializers.ListSerializer(child=serializers.UUIDField())},
        parameters=[KEY],
    )
    def post(self, request: Request) -> HttpResponse:
        """The ids in order; a 400 points at the wrong items."""
        if not isinstance(request.data, list) or not 1 <= len(request.data) <= BATCH_MAX:
            raise ValidationError({"non_field_errors": [_not_a_batch(request.data)]})
        return _publish(request, request.data, _ids)


class NotificationView(ProviderAPIView):
    """One of the provider's own notifications."""

    @extend_schema(operation_id="notification", responses=PublicationStateSerializer)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Its content, and the number of its deliveries by channel and state."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        return ApiResponse(_content(notification) | {"deliveries": receipts.counted(notification.pk)})


class DeliveriesView(ProviderAPIView):
    """The deliveries of one of the provider's own notifications."""

    query_serializer = PageQuery

    @extend_schema(operation_id="deliveries", responses=paged("DeliveryPage", DeliverySerializer()))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Each with user, channel, state, attempts, reason and times."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        return page(request, self.query, Receipts(notification.pk), _shown, newest_first=False)


def _publish(request: Request, documents: list[Any], answer: Any) -> HttpResponse:
    """Publish what the documents say, or replay what was answered before under the key that the caller sent."""
    key, now = _key(request), timezone.now()
    try:
        body = _published(request, documents, answer, key, now)
    except (ValidationError, KeyConflict):
        if (before := _answered(request, key, now)) is None:
            raise
        return ApiResponse(before, status=201, headers={"Idempotent-Replayed": "true"})
    return ApiResponse(body, status=201)


def _key(request: Request) -> str | None:
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not (1 <= len(key) <= KEY_MAX and is_clean(key)):
        raise HeaderError({"Idempotency-Key": [f"Give 1 to {KEY_MAX} printable characters."]})
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
    [published] = publications
    created_at = int(now.timestamp())
    return {
        "id": str(published.id),
        "kind": published.kind,
        "created_at": created_at,
        "recipients": len(published.people),
    }


def _ids(publications: list[Publication], now: datetime) -> list[str]:
    return [str(publication.id) for publication in publications]


def _validated(documents: list[Any]) -> tuple[list[tuple[dict[str, Any], dict[int, bool]]], dict[str, Any]]:
    """The fields and people of each document, and the errors by index, as many as are reported."""
    valid: list[tuple[dict[str, Any], dict[int, bool]]] = []
    wrong: dict[str, Any] = {}
    known: dict[str, dict[int, bool]] = {}
    for index, document in enumerate(documents):
        try:
            valid.append(checked(FORM.validated, document, lambda named: _people(named, known)))
        except ValidationError as error:
            wrong[str(index)] = error.detail
            if len(wrong) == ERRORS_MAX:
                break
    return valid, wrong


def _people(named: Any, known: dict[str, dict[int, bool]]) -> dict[int, bool]:
    """Raises recipients.Unknown."""
    key = repr(named)
    if key not in known:
        known[key] = recipients.resolve(named)
    return known[key]


def _not_a_batch(document: Any) -> ErrorDetail:
    if not isinstance(document, list):
        return ErrorDetail("Give a list of notifications.", "type")
    return ErrorDetail(f"Give 1 to {BATCH_MAX} notifications.", "too_long" if document else "blank")


def _content(notification: Notification) -> dict[str, Any]:
    return {
        "id": str(notification.id),
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "created_at": int(notification.created_at.timestamp()),
    } | notification.details


def _shown(page: list[Receipt]) -> list[dict[str, Any]]:
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
        for row in (receipt.delivery for receipt in page)
    ]


def _seconds(moment: Any) -> int | None:
    return int(moment.timestamp()) if moment else None

"""One of a provider's own notifications, and its deliveries."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from notifcenter.api.lookup.state import documents, seconds
from notifcenter.api.paging import page
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse, withdrawn
from notifcenter.api.response_serializers import DeliverySerializer, PublicationStateSerializer, paged
from notifcenter.api.views import ProviderAPIView
from notifcenter.inbox.receipts import Receipt, Receipts
from notifcenter.models import Notification
from notifcenter.publishing import withdrawal


class NotificationView(ProviderAPIView):
    """One of the provider's own notifications."""

    @extend_schema(operation_id="notification", responses=PublicationStateSerializer)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Its content, and the number of its deliveries by channel and state."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        [document] = documents([notification])
        return ApiResponse(document)

    @extend_schema(operation_id="withdraw", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> HttpResponse:
        """Withdraw it: from every centre, and from what has not been sent yet."""
        own = Notification.objects.filter(pk=pk, provider=self.provider, owner=None)
        return withdrawn(own.exists() and withdrawal.withdraw(pk, now=timezone.now()))


class DeliveriesView(ProviderAPIView):
    """The deliveries of one of the provider's own notifications."""

    query_serializer = PageQuery

    @extend_schema(operation_id="deliveries", responses=paged("DeliveryPage", DeliverySerializer()))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Each with user, channel, state, attempts, reason and times."""
        notification = get_object_or_404(Notification, pk=pk, provider=request.auth)
        return page(request, self.query, Receipts(notification.pk), _shown, newest_first=False)


def _shown(receipts: list[Receipt]) -> list[dict[str, Any]]:
    return [
        {
            "user": row.user_id,
            "channel": row.channel,
            "state": row.state,
            "attempts": row.attempts,
            "reason": row.reason,
            "created_at": seconds(row.created_at),
            "due_at": seconds(row.due_at),
            "finished_at": seconds(row.finished_at),
        }
        for row in (receipt.delivery for receipt in receipts)
    ]

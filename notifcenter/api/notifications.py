"""What providers call: publish one or many, and withdraw by key."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.request import Request

from notifcenter.api.exceptions import KeyReused
from notifcenter.api.fields import RecipientsField
from notifcenter.api.problems.validation_errors import ERRORS_MAX, HeaderError
from notifcenter.api.publications import PublicationForm, checked, is_critical, publication
from notifcenter.api.response import ApiResponse, as_key, outcome, status_of, withdrawn
from notifcenter.api.response_serializers import PublishedSerializer
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView
from notifcenter.calls import identified, lookup
from notifcenter.content import is_clean
from notifcenter.models import Provider
from notifcenter.publishing import idempotency, recipients, withdrawal
from notifcenter.publishing.claims import IdempotencyRecord, KeyConflict
from notifcenter.publishing.publication import Mistake, Publication, Published
from notifcenter.publishing.publish import Respond, no_record

BATCH_MAX = 1000
Valid = list[tuple[dict[str, Any], dict[int, bool]]]
"""The checked fields of each publication, and its recipients: {user id: whether the master switch is on}."""
Answer = Callable[[Sequence[Published]], Any]
"""The body of the response, from what the publications came to."""

STORE_ERROR = "notifcenter.store_error"
"""In a WSGI environ: what the quick path's storing raised, to be answered as if it were raised here."""
FORM = PublicationForm("Publication", recipients=RecipientsField(required=False))
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
        operation_id="publish",
        request=FORM.schema(),
        responses={200: PublishedSerializer, 201: PublishedSerializer},
        parameters=[KEY],
    )
    def post(self, request: Request) -> HttpResponse:
        """Accepted means stored: 201 comes after the commit. An unknown recipient or field stores nothing.

        To more than 5,000 people it is placed part by part: the last centre has it some seconds later. 200 where it
        changed what stands under its ``key`` (``updated``), or repeats what was published (``folded``, ``repeats``).
        """
        if error := request.META.get(STORE_ERROR):
            raise error
        return _publish(request, [request.data], answer_for_one)


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


class KeyView(ProviderAPIView):
    """What stands under one of the provider's own keys."""

    @extend_schema(operation_id="withdraw_by_key", responses={204: None})
    def delete(self, request: Request, key: str) -> HttpResponse:
        """Withdraw it; the key is percent-encoded, its slashes too."""
        return withdrawn(withdrawal.withdraw_by_key(self.provider.pk, 0, as_key(key), now=timezone.now()))


def _publish(request: Request, documents: list[Any], answer: Answer) -> HttpResponse:
    """Publish what the documents say, or replay what was answered before under the key that the caller sent."""
    key, now = idempotency_key(request.META), timezone.now()
    try:
        body = _published(request, documents, answer, key, now)
    except (ValidationError, KeyConflict):
        if (before := _answered(request, key, now)) is None:
            raise
        return ApiResponse(before, status=status_of(before), headers={"Idempotent-Replayed": "true"})
    return ApiResponse(body, status=status_of(body))


def idempotency_key(meta: Mapping[str, Any]) -> str | None:
    """The key that the headers (as WSGI names them) bring; raises HeaderError."""
    key: str | None = meta.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not (1 <= len(key) <= KEY_MAX and is_clean(key)):
        raise HeaderError({"Idempotency-Key": [f"Give 1 to {KEY_MAX} printable characters."]})
    return key


def publications(provider: Provider, valid: Valid) -> list[Publication]:
    """What checked fields and people publish."""
    return [publication(fields, provider, people, named=fields.get("recipients")) for fields, people in valid]


def recording(provider: Provider, key: str | None, document: object, answer: Answer) -> Respond:
    """Makes the idempotency record of the answer to a document, where there is a key."""
    if key is None:
        return no_record

    def respond(published: Sequence[Published]) -> IdempotencyRecord:
        return idempotency.record(provider, key, document, answer(published))

    return respond


def check_permission(provider: Provider, valid: dict[str, Any]) -> None:
    """Raises PermissionDenied where it is critical and the provider may not publish such."""
    if is_critical(valid) and not provider.critical:
        raise PermissionDenied("This provider may not publish critical notifications: staff can allow it.")


def _published(request: Request, documents: list[Any], answer: Answer, key: str | None, now: datetime) -> Any:
    provider = cast(Provider, request.auth)
    valid, wrong = _validated(documents, provider)
    if wrong:
        raise ValidationError(wrong["0"] if answer is answer_for_one else wrong)
    respond = recording(provider, key, request.data, answer)
    try:
        wait = lookup.WAIT_SECONDS if answer is answer_for_one else 0
        return answer(identified.accept(publications(provider, valid), respond, now=now, wait=wait))
    except Mistake as mistake:
        errors = {mistake.field: [ErrorDetail(str(mistake), mistake.code)]}
        raise ValidationError(errors if answer is answer_for_one else {str(mistake.index): errors}) from None


def _answered(request: Request, key: str | None, now: datetime) -> Any | None:
    if key is None:
        return None
    try:
        return idempotency.first_response(cast(Provider, request.auth), key, request.data, now=now)
    except idempotency.Reused:
        raise KeyReused from None


def answer_for_one(published: Sequence[Published]) -> dict[str, Any]:
    """The body of the response to a single publication."""
    [one] = published
    return {
        "id": str(one.notification.id),
        "kind": one.notification.kind,
        "created_at": int(one.notification.created_at.timestamp()),
        "recipients": one.recipients,
    } | outcome(one)


def _ids(published: Sequence[Published]) -> list[str]:
    return [str(one.notification.id) for one in published]


def _validated(documents: list[Any], provider: Provider) -> tuple[Valid, dict[str, Any]]:
    """The fields and people of each document, and the errors by index, as many as are reported.

    Raises PermissionDenied where one is critical and the provider may not publish such.
    """
    valid: Valid = []
    wrong: dict[str, Any] = {}
    known: dict[str, dict[int, bool]] = {}
    validated = partial(_permitted, provider)
    for index, document in enumerate(documents):
        try:
            valid.append(checked(validated, document, lambda named: _people(named, known)))
        except ValidationError as error:
            wrong[str(index)] = error.detail
            if len(wrong) == ERRORS_MAX:
                break
    return valid, wrong


def _permitted(provider: Provider, document: object) -> dict[str, Any]:
    valid = FORM.validated(document, provider)
    check_permission(provider, valid)
    return valid


def _people(named: recipients.Named, known: dict[str, dict[int, bool]]) -> dict[int, bool]:
    """Raises recipients.Unknown."""
    key = repr(named)
    if key not in known:
        known[key] = recipients.resolve(named)
    return known[key]


def _not_a_batch(document: object) -> ErrorDetail:
    if not isinstance(document, list):
        return ErrorDetail("Give a list of notifications.", "type")
    return ErrorDetail(f"Give 1 to {BATCH_MAX} notifications.", "too_long" if document else "blank")

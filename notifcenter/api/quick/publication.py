"""Publications by the quick path, any number of them in one go: they share a transaction."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied, ValidationError

from notifcenter import request_id, tokens, usernames
from notifcenter.api.authentication import bearer_token
from notifcenter.api.notifications import (
    FORM,
    answer_for_one,
    check_permission,
    idempotency_key,
    publications,
    recording,
)
from notifcenter.api.publications import KIND, unknown_category
from notifcenter.api.quick.decoder import Decoder, NotPlain
from notifcenter.calls import lookup
from notifcenter.models import Provider
from notifcenter.publishing import recipients
from notifcenter.publishing.claims import KeyConflict
from notifcenter.publishing.publish import GROUPED_MAX, Call, accept_each

logger = logging.getLogger(__name__)
EXPECTED = (
    NotPlain,
    ValidationError,
    PermissionDenied,
    tokens.Expired,
    recipients.Unknown,
    usernames.Ambiguous,
    OperationalError,
    InterfaceError,
)
"""What DRF's view answers in its own words."""

_decode = Decoder(FORM.kinds, KIND).decode


@dataclass(frozen=True)
class QuickRequest:
    """A request to publish: its id, its headers as WSGI names them, and its body."""

    id: str
    meta: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of a request: ``stored``, then ``body`` is that of its response, or left to DRF's view. With an
    ``error`` of storing the view is to raise it, since to store once more might store twice."""

    stored: bool = False
    body: Any = None
    error: BaseException | None = None


LEFT = Outcome()


def publish(requests: Sequence[QuickRequest]) -> list[Outcome]:
    """Store what these requests publish, each by itself, and give what became of each."""
    connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
    calls = [_call(request) for request in requests]
    errors = iter(accept_each([call for call in calls if call]))
    return [_outcome(call, next(errors)) if call else LEFT for call in calls]


def _outcome(call: Call, error: BaseException | None) -> Outcome:
    if isinstance(error, KeyConflict):
        return LEFT
    return Outcome(error=error) if error else Outcome(stored=True, body=answer_for_one(call.published))


def _call(request: QuickRequest) -> Call | None:
    """What the request publishes; None where anything is unusual."""
    try:
        with request_id.following(request.id):
            return _looked_up(request)
    except EXPECTED:
        return None
    except Exception:
        logger.exception("the quick path failed, the usual one is taken")
        return None


def _looked_up(request: QuickRequest) -> Call:
    """Raises what EXPECTED names."""
    document, valid = _decode(request.body)
    named, key, provider = valid.get("recipients"), idempotency_key(request.meta), _provider(request.meta)
    if named is None or len(named) > GROUPED_MAX or not recipients.are_single(named):
        raise NotPlain
    if unknown_category(document, provider):
        raise NotPlain
    check_permission(provider, valid)
    [publication] = publications(provider, [(valid, recipients.resolve(named))])
    if publication.key or publication.send_at or lookup.is_asked_about(publication):
        raise NotPlain
    return Call([publication], recording(provider, key, document, answer_for_one), timezone.now())


def _provider(meta: Mapping[str, Any]) -> Provider:
    """Whose token it is; raises NotPlain where a limit is to be counted, or it is nobody who may publish."""
    provider = tokens.resolve(bearer_token(meta))
    if not isinstance(provider, Provider) or provider.rate_limit is not None:
        raise NotPlain
    return provider

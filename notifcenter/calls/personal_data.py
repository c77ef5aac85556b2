"""What calls keep about people: who answered. Others who have the call keep it, without that name."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from notifcenter.models import Call, Notification
from notifcenter.operation.erase import EARLY, Row, Source, register


def _answered_by(user: Any) -> QuerySet[Call]:
    return Call.objects.filter(fields__answered_by__1=user.pk).order_by("pk")


def _read(user: Any) -> Iterator[Row]:
    yield from map(dict, _answered_by(user).values())


def _erase(user: Any) -> Counter[str]:
    """A transaction for each, which locks the call before its notification, as its events do."""
    pks = list(_answered_by(user).values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            for call in _answered_by(user).select_for_update().filter(pk=pk):
                _forget_who_answered(call)
    return Counter({Call._meta.db_table: len(pks)} if pks else {})


def _forget_who_answered(call: Call) -> None:
    rank, _user = call.fields["answered_by"]
    call.fields |= {"answered_by": [rank, None], "answered": [rank, True]}
    call.save(update_fields=["fields"])
    notification = Notification.objects.select_for_update().get(pk=call.pk)
    notification.details["call"]["answered_by"] = None
    notification.save(update_fields=["details"])


register(Source(Call._meta.db_table, _read, lambda user: Counter(), EARLY, before=_erase))

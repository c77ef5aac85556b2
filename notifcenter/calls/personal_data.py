"""What calls keep about people: who answered. Others who have the call keep it, without that name."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from notifcenter.models import Call
from notifcenter.operation.erase import EARLY, Row, Source, register


def _answered_by(user: Any) -> QuerySet[Call]:
    return Call.objects.filter(fields__answered_by__1=user.pk).order_by("pk")


def _read(user: Any) -> Iterator[Row]:
    yield from map(dict, _answered_by(user).values())


def _erase(user: Any) -> Counter[str]:
    calls = list(_answered_by(user).select_related("notification"))
    for call in calls:
        rank, _user = call.fields["answered_by"]
        call.fields |= {"answered_by": [rank, None], "answered": [rank, True]}
        call.save(update_fields=["fields"])
        details = call.notification.details
        details["call"]["answered_by"] = None
        call.notification.save(update_fields=["details"])
    return Counter({Call._meta.db_table: len(calls)} if calls else {})


register(Source(Call._meta.db_table, _read, _erase, EARLY))

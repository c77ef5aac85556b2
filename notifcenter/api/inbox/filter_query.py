"""The filters of an inbox as the query of a call has them."""

from datetime import UTC, datetime
from typing import Any

from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifcenter import payload
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.query import DigitsField, FlagField, PageQuery, QuerySerializer, TextField
from notifcenter.api.strict import StrictCharField, StrictChoiceField
from notifcenter.content import LAST_SECOND
from notifcenter.inbox.filter import Filter, ItemState, Search
from notifcenter.inbox.search import Query
from notifcenter.models import Kind, Provider

NO_PROVIDER = 0


@extend_schema_field({"type": "string", "description": "One or several of call, error and message, by comma."})
class KindsField(serializers.Field[tuple[str, ...], Any, Any, Any]):
    """Kinds by comma; an empty value is any."""

    default_error_messages = {"invalid": "Give one or several of: {kinds}.{meant}"}

    def to_internal_value(self, data: Any) -> tuple[str, ...]:
        kinds = tuple(dict.fromkeys(data.split(","))) if data else ()
        for kind in kinds:
            if kind not in Kind.values:
                self.fail("invalid", kinds=", ".join(Kind.values), meant=did_you_mean(kind, Kind.values))
        return kinds


@extend_schema_field({"type": "string", "maxLength": 255})
class SearchField(StrictCharField):
    """Words and numbers to search for."""

    default_error_messages = {"no_word": "Give a word or a number: there is no letter and no digit in it."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=255, allow_blank=True, required=False, trim_whitespace=False, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The parsed query."""
        text = super().run_validation(data)
        try:
            return Query.parse(text)
        except ValueError:
            self.fail("no_word")


class FilterQuery(QuerySerializer):
    """Which items of the inbox: those that have all of this."""

    unread = FlagField(required=False, default=False)
    kind = KindsField(required=False, default=())
    provider = TextField(help_text="The code of a provider; an unknown one finds nothing.")
    category = TextField(help_text="The code of a category; an unknown one finds nothing.")
    q = SearchField(help_text="Words that begin words of title, text, from, to, element or provider, or numbers.")
    until = DigitsField(
        min_value=0, max_value=LAST_SECOND, required=False, help_text="Published before these Unix seconds."
    )
    missed = FlagField(required=False, default=False, help_text="Only missed calls.")
    state = StrictChoiceField(
        choices=[state.value for state in ItemState],
        required=False,
        help_text="Without it: open, which is neither done nor snoozed.",
    )

    def get_fields(self) -> dict[str, Any]:
        """``from`` cannot be an attribute in Python."""
        since = DigitsField(
            min_value=0, max_value=LAST_SECOND, required=False, help_text="Published at these Unix seconds or later."
        )
        return super().get_fields() | {"from": since}


class InboxQuery(FilterQuery, PageQuery):
    """Which items of the inbox to list, and which page of them."""

    readable = FlagField(
        required=False, default=False, help_text="1 adds to each what our own pages draw, its shape may change."
    )


def as_filter(query: dict[str, Any], person: Any) -> Filter:
    """The filter of a checked ``FilterQuery``, or of some of its names, for that reader."""
    return Filter(
        state=ItemState(query.get("state", ItemState.OPEN)),
        unread=query.get("unread", False),
        kinds=query.get("kind", ()),
        provider=_known(query["provider"]) if query.get("provider") else None,
        category=query.get("category") or None,
        since=_moment(query.get("from")),
        until=_moment(query.get("until")),
        missed=query.get("missed", False),
        search=_search(query["q"], person) if "q" in query else None,
    )


def _known(code: str) -> int:
    """The provider's id. Looked up first: joined, an unknown code would scan a large inbox to its end."""
    return Provider.objects.filter(code=code).values_list("pk", flat=True).first() or NO_PROVIDER


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _search(query: Query, person: Any) -> Search:
    with translation.override(person.language):
        titles = {str(kind): title for kind, title in payload.default_titles().items()}
        names = {provider.pk: provider.label for provider in Provider.objects.only("code", "name")}
    return Search(query, titles, names)

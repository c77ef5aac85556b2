"""The shapes of answers, for the OpenAPI schema; nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from notifcenter.models import PRIORITIES, Kind, State

ResponseSerializer = serializers.Serializer[Any]


def paged(name: str, item: ResponseSerializer) -> ResponseSerializer:
    """A page of items by opaque cursor."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializers.ListSerializer(child=item),
        },
    )


class ButtonSerializer(ResponseSerializer):
    """A button."""

    url = serializers.CharField()
    title = serializers.CharField()
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()


class RowSerializer(ResponseSerializer):
    """A line of safe HTML."""

    style = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    class_height = serializers.CharField()


class IconSerializer(ResponseSerializer):
    """The icon."""

    call = serializers.BooleanField(required=False)
    error = serializers.BooleanField(required=False)
    value = serializers.CharField()


class ActionsSerializer(ResponseSerializer):
    """What can be done."""

    click = inline_serializer("Click", {"url": serializers.CharField()})
    buttons = ButtonSerializer(many=True)
    read_on_show = serializers.BooleanField()


class BodySerializer(ResponseSerializer):
    """What is shown."""

    title = serializers.CharField()
    icon = IconSerializer()
    rows = RowSerializer(many=True)
    actions = ActionsSerializer()


class EntitySerializer(ResponseSerializer):
    """The contact, lead or company it is about."""

    id = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()


class SourceSerializer(ResponseSerializer):
    """Who published it."""

    code = serializers.CharField()
    name = serializers.CharField()
    icon = serializers.CharField()


class ShownActionSerializer(ResponseSerializer):
    """An action, with what became of it; of one that is not exclusive, what the reader did."""

    id = serializers.CharField()
    title = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(required=False)
    exclusive = serializers.BooleanField()
    closes = serializers.BooleanField()
    state = serializers.CharField(help_text="open or done.")
    by = inline_serializer(
        "ActionBy", {"id": serializers.IntegerField(), "name": serializers.CharField()}, allow_null=True
    )
    at = serializers.IntegerField(allow_null=True)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "enum": ["call_end"]}]})
class SnoozeField(serializers.Field[Any, Any, Any, Any]):
    """Unix seconds, or ``call_end``."""


class ItemSerializer(ResponseSerializer):
    """A notification as its reader gets it, by REST, socket and SDK alike; times are Unix seconds."""

    id = serializers.UUIDField()
    notification_id = serializers.UUIDField()
    uuid = serializers.UUIDField()
    entity = EntitySerializer(allow_null=True)
    linked_entity = serializers.JSONField(allow_null=True)
    created_at = serializers.IntegerField()
    updated_at = serializers.IntegerField()
    is_read = serializers.BooleanField()
    silent = serializers.BooleanField()
    notification = serializers.BooleanField()
    body = BodySerializer()
    click = inline_serializer("ClickTarget", {"type": serializers.CharField(), "value": serializers.CharField()})
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()
    buttons = ButtonSerializer(many=True)
    provider = SourceSerializer()
    category = serializers.CharField(required=False)
    priority = serializers.ChoiceField(list(PRIORITIES), required=False)
    key = serializers.CharField(required=False)
    repeats = serializers.IntegerField(required=False)
    renewed_at = serializers.IntegerField(required=False)
    expires_at = serializers.IntegerField(required=False)
    done_at = serializers.IntegerField(required=False)
    pinned_at = serializers.IntegerField(required=False)
    snoozed_until = SnoozeField(required=False)
    image = serializers.URLField(required=False)
    actions = ShownActionSerializer(many=True, required=False)


class HitsSerializer(ResponseSerializer):
    """Where a query matches: [start, end] in UTF-16 units of the plain title and text."""

    title = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    text = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class FoundSerializer(ItemSerializer):
    """An item of a page; ``hits`` only where there was a query."""

    hits = HitsSerializer(required=False)


class CountsSerializer(ResponseSerializer):
    """How many match, by the codes of kinds, providers and categories."""

    kind = serializers.DictField(child=serializers.IntegerField())
    provider = serializers.DictField(child=serializers.IntegerField())
    category = serializers.DictField(child=serializers.IntegerField())


class SummarySerializer(ResponseSerializer):
    """The number of unread items; with a filter also of those that match it."""

    unread = serializers.IntegerField()
    total = serializers.IntegerField(required=False)
    by = CountsSerializer(required=False)


class PublishedSerializer(ResponseSerializer):
    """What was accepted; ``updated`` and ``folded`` where it changed what was there, ``scheduled`` before its time."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    created_at = serializers.IntegerField()
    recipients = serializers.IntegerField()
    updated = serializers.BooleanField(required=False)
    folded = serializers.BooleanField(required=False)
    repeats = serializers.IntegerField(required=False)
    scheduled = serializers.BooleanField(required=False)


class PublicationStateSerializer(ResponseSerializer):
    """A notification's content, what became of it, and the number of its deliveries: {channel: {state: number}}."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    header = serializers.CharField()
    text = serializers.CharField()
    category = serializers.CharField(required=False)
    priority = serializers.ChoiceField(list(PRIORITIES), required=False)
    actions = serializers.ListField(
        child=serializers.JSONField(), required=False, help_text="With state, by, at and the number who pressed."
    )
    created_at = serializers.IntegerField()
    changed_at = serializers.IntegerField(required=False)
    renewed_at = serializers.IntegerField(required=False)
    expires_at = serializers.IntegerField(required=False)
    withdrawn_at = serializers.IntegerField(required=False)
    send_at = serializers.IntegerField(required=False)
    updates = serializers.IntegerField(required=False)
    repeats = serializers.IntegerField(required=False)
    deliveries = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class DeliverySerializer(ResponseSerializer):
    """One notification to one user through one channel (and one device)."""

    user = serializers.IntegerField()
    channel = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.IntegerField()
    due_at = serializers.IntegerField(allow_null=True)
    finished_at = serializers.IntegerField(allow_null=True)


class WhySerializer(ResponseSerializer):
    """A channel, with its state and the reason in the user's language."""

    channel = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    finished_at = serializers.IntegerField(allow_null=True)


class UnreadSerializer(ResponseSerializer):
    """The badge."""

    unread = serializers.IntegerField()


class UndoneSerializer(UnreadSerializer):
    """How many are unread now, and how many items the call changed."""

    changed = serializers.IntegerField()


class ChangedSerializer(UndoneSerializer):
    """The same, and the token for ``inbox/undo/`` (null: nothing changed)."""

    undo = serializers.UUIDField(allow_null=True)

"""The shapes of answers, for the OpenAPI schema; nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from notifcenter.models import Kind, State

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


class ButtonResponse(ResponseSerializer):
    """A button."""

    url = serializers.CharField()
    title = serializers.CharField()
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()


class RowResponse(ResponseSerializer):
    """A line of safe HTML."""

    style = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    class_height = serializers.CharField()


class IconResponse(ResponseSerializer):
    """The icon."""

    call = serializers.BooleanField(required=False)
    error = serializers.BooleanField(required=False)
    value = serializers.CharField()


class ActionsResponse(ResponseSerializer):
    """What can be done."""

    click = inline_serializer("Click", {"url": serializers.CharField()})
    buttons = ButtonResponse(many=True)
    read_on_show = serializers.BooleanField()


class BodyResponse(ResponseSerializer):
    """What is shown."""

    title = serializers.CharField()
    icon = IconResponse()
    rows = RowResponse(many=True)
    actions = ActionsResponse()


class EntityResponse(ResponseSerializer):
    """The contact, lead or company it is about."""

    id = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()


class SourceResponse(ResponseSerializer):
    """Who published it."""

    code = serializers.CharField()
    name = serializers.CharField()
    icon = serializers.CharField()


class ItemResponse(ResponseSerializer):
    """A notification as its reader gets it, by REST, socket and SDK alike; times are Unix seconds."""

    id = serializers.UUIDField()
    notification_id = serializers.UUIDField()
    uuid = serializers.UUIDField()
    entity = EntityResponse(allow_null=True)
    linked_entity = serializers.JSONField(allow_null=True)
    created_at = serializers.IntegerField()
    updated_at = serializers.IntegerField()
    is_read = serializers.BooleanField()
    silent = serializers.BooleanField()
    notification = serializers.BooleanField()
    body = BodyResponse()
    click = inline_serializer("ClickTarget", {"type": serializers.CharField(), "value": serializers.CharField()})
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()
    buttons = ButtonResponse(many=True)
    provider = SourceResponse()


class PublishedResponse(ResponseSerializer):
    """What was accepted."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    created_at = serializers.IntegerField()
    recipients = serializers.IntegerField()


class PublicationStateResponse(ResponseSerializer):
    """A notification's content, and the number of its deliveries by channel and state: {channel: {state: number}}."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    header = serializers.CharField()
    text = serializers.CharField()
    created_at = serializers.IntegerField()
    deliveries = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class DeliveryResponse(ResponseSerializer):
    """One notification to one user through one channel (and one device)."""

    user = serializers.IntegerField()
    channel = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.IntegerField()
    due_at = serializers.IntegerField(allow_null=True)
    finished_at = serializers.IntegerField(allow_null=True)


class WhyResponse(ResponseSerializer):
    """A channel, with its state and the reason in the user's language."""

    channel = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    finished_at = serializers.IntegerField(allow_null=True)


class UnreadResponse(ResponseSerializer):
    """The badge."""

    unread = serializers.IntegerField()

"""The shapes of answers, for the OpenAPI schema; nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from notifcenter.models import Kind, State

Shape = serializers.Serializer[Any]


def paged(name: str, item: Shape) -> Shape:
    """A page of items by opaque cursor."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializers.ListSerializer(child=item),
        },
    )


class ButtonShape(Shape):
    """A button."""

    url = serializers.CharField()
    title = serializers.CharField()
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()


class RowShape(Shape):
    """A line of safe HTML."""

    style = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    class_height = serializers.CharField()


class IconShape(Shape):
    """The icon."""

    call = serializers.BooleanField(required=False)
    error = serializers.BooleanField(required=False)
    value = serializers.CharField()


class ActionsShape(Shape):
    """What can be done."""

    click = inline_serializer("Click", {"url": serializers.CharField()})
    buttons = ButtonShape(many=True)
    read_on_show = serializers.BooleanField()


class BodyShape(Shape):
    """What is shown."""

    title = serializers.CharField()
    icon = IconShape()
    rows = RowShape(many=True)
    actions = ActionsShape()


class EntityShape(Shape):
    """The contact, lead or company it is about."""

    id = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()


class SourceShape(Shape):
    """Who published it."""

    code = serializers.CharField()
    name = serializers.CharField()
    icon = serializers.CharField()


class ItemShape(Shape):
    """A notification as its reader gets it, by REST, socket and SDK alike; times are Unix seconds."""

    id = serializers.UUIDField()
    notification_id = serializers.UUIDField()
    uuid = serializers.UUIDField()
    entity = EntityShape(allow_null=True)
    linked_entity = serializers.JSONField(allow_null=True)
    created_at = serializers.IntegerField()
    updated_at = serializers.IntegerField()
    is_read = serializers.BooleanField()
    silent = serializers.BooleanField()
    notification = serializers.BooleanField()
    body = BodyShape()
    click = inline_serializer("ClickTarget", {"type": serializers.CharField(), "value": serializers.CharField()})
    web_link = serializers.CharField()
    absolute_link = serializers.BooleanField()
    buttons = ButtonShape(many=True)
    provider = SourceShape()


class PublishedShape(Shape):
    """What was accepted."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    created_at = serializers.IntegerField()
    recipients = serializers.IntegerField()


class PublicationStateShape(Shape):
    """A notification's content, and how many deliveries stand in which state: {channel: {state: number}}."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    header = serializers.CharField()
    text = serializers.CharField()
    created_at = serializers.IntegerField()
    deliveries = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class DeliveryShape(Shape):
    """One notification to one user through one channel (and one device)."""

    user = serializers.IntegerField()
    channel = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.IntegerField()
    due_at = serializers.IntegerField(allow_null=True)
    finished_at = serializers.IntegerField(allow_null=True)


class WhyShape(Shape):
    """A channel, with its state and the reason in the user's language."""

    channel = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(State.choices)
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    finished_at = serializers.IntegerField(allow_null=True)


class UnreadShape(Shape):
    """The badge."""

    unread = serializers.IntegerField()

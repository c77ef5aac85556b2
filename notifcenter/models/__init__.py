"""The tables of the core, one file a theme."""

from notifcenter.models.call import Call
from notifcenter.models.call_state import CallState
from notifcenter.models.delivery import Delivery, DeliveryEvent, State
from notifcenter.models.inbox import CALL_END, COUNTED, Inbox, InboxChange, InboxItem, InboxUndo, SettledChannels
from notifcenter.models.notification import (
    PRIORITIES,
    FanoutPart,
    IdempotencyKey,
    Kind,
    Notification,
    Priority,
    PublicationKey,
    ScheduledPublication,
)
from notifcenter.models.press import ACTION_ID_MAX, ActionPress
from notifcenter.models.provider import SELF, Provider, ProviderToken, check_code
from notifcenter.models.provider_day import ProviderDay
from notifcenter.models.webhook import Webhook, WebhookCall
from notifcenter.models.write_probe import WriteProbe

__all__ = [
    "ACTION_ID_MAX",
    "ActionPress",
    "CALL_END",
    "COUNTED",
    "Call",
    "CallState",
    "Delivery",
    "DeliveryEvent",
    "FanoutPart",
    "IdempotencyKey",
    "Inbox",
    "InboxChange",
    "InboxItem",
    "InboxUndo",
    "Kind",
    "Notification",
    "PRIORITIES",
    "Priority",
    "Provider",
    "ProviderDay",
    "ProviderToken",
    "PublicationKey",
    "SELF",
    "ScheduledPublication",
    "SettledChannels",
    "State",
    "Webhook",
    "WebhookCall",
    "WriteProbe",
    "check_code",
]

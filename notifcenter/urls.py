"""Addresses of the core: the API, amoCRM's own, the pages."""

from django.urls import path

from notifcenter.api.actions.press import PressView
from notifcenter.api.amocrm.deletion import DeleteView, SlashedDeleteView
from notifcenter.api.amocrm.events import EventsView, SlashedEventsView
from notifcenter.api.calls.events import CallView
from notifcenter.api.inbox.views import (
    ChangeView,
    InboxView,
    ItemDeliveriesView,
    ItemView,
    SnoozeView,
    SummaryView,
    UndoView,
)
from notifcenter.api.index import IndexView
from notifcenter.api.lookup.one import DeliveriesView, NotificationView
from notifcenter.api.lookup.published import NotificationsView, StatsView
from notifcenter.api.me import MyKeyView, MyNotificationsView, MyNotificationView
from notifcenter.api.notifications import BatchView, KeyView
from notifcenter.inbox.verbs import SNOOZE, VERBS
from notifcenter.pages import demo_cards
from notifcenter.pages.inbox import inbox_page
from notifcenter.pages.sandbox import sandbox_page

api_urls = [
    path("", IndexView.as_view(), name="index"),
    path("notifications/", NotificationsView.as_view()),
    path("notifications/batch/", BatchView.as_view()),
    path("notifications/by-key/<path:key>/", KeyView.as_view()),
    path("notifications/<uuid:pk>/", NotificationView.as_view()),
    path("notifications/<uuid:pk>/deliveries/", DeliveriesView.as_view()),
    path("calls/<path:call_id>/", CallView.as_view()),
    path("stats/", StatsView.as_view()),
    path("inbox/", InboxView.as_view()),
    path("inbox/summary/", SummaryView.as_view()),
    *(path(f"inbox/{verb.name}/", ChangeView.as_view(verb=verb)) for verb in VERBS.values() if verb != SNOOZE),
    path("inbox/snooze/", SnoozeView.as_view()),
    path("inbox/undo/", UndoView.as_view()),
    path("inbox/<uuid:pk>/", ItemView.as_view()),
    path("inbox/<uuid:pk>/deliveries/", ItemDeliveriesView.as_view()),
    path("inbox/<uuid:pk>/actions/<str:action>/", PressView.as_view()),
    path("me/notifications/", MyNotificationsView.as_view()),
    path("me/notifications/by-key/<path:key>/", MyKeyView.as_view()),
    path("me/notifications/<uuid:pk>/", MyNotificationView.as_view()),
]
amocrm_urls = [
    path("api/v2/events", EventsView.as_view()),
    path("api/v2/events/", SlashedEventsView.as_view()),
    path("v3/inbox/delete", DeleteView.as_view()),
    path("v3/inbox/delete/", SlashedDeleteView.as_view()),
]
page_urls = [
    path("", inbox_page, name="home"),
    path("inbox/", inbox_page, name="inbox"),
    path("sandbox/", sandbox_page, name="sandbox"),
    *demo_cards.page_urls,
]

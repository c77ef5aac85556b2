"""Where sockets are answered."""

from channels.routing import URLRouter
from django.urls import path

from channels_app.live.consumer import LiveConsumer

sockets = URLRouter([path("ws/live/", LiveConsumer.as_asgi())])

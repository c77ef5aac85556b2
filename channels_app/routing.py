"""Where sockets are answered."""

from channels.routing import URLRouter
from django.urls import path

from channels_app.consumers import LiveConsumer

sockets = URLRouter([path("ws/live/", LiveConsumer.as_asgi())])

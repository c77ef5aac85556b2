"""The browser: Web Push to browsers that subscribed on the profile page."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Device
from channels_app.push import webpush
from channels_app.push.device_channel import DeviceChannel


class Browser(DeviceChannel):
    """Notices of the browser, also while no page is open."""

    code = "browser"
    label = _("In the browser")
    order = 40
    senders = {Device.Transport.WEBPUSH: webpush}
    transports = tuple(senders)

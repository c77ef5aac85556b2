"""Mobile: the installed site and UnifiedPush apps by Web Push, native apps by FCM."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Device
from channels_app.push import fcm, webpush
from channels_app.push.device_channel import DeviceChannel


class Mobile(DeviceChannel):
    """Notices on a phone."""

    code = "mobile"
    label = _("On the phone")
    order = 30
    senders = {Device.Transport.WEBPUSH: webpush, Device.Transport.FCM: fcm}
    transports = tuple(senders)

"""Addresses of the channels: popups, presence, what pages start from, links in mail."""

from channels_app.live.api import me, popups, user_token
from channels_app.mail import bounces, confirm_address, press, previews, unsubscribe

api_urls = [*me.urls, *popups.urls, *user_token.urls]
page_urls = [
    *unsubscribe.page_urls,
    *confirm_address.page_urls,
    *press.page_urls,
    *previews.page_urls,
    *bounces.webhook_urls,
]

"""Addresses of the channels: popups, presence, what pages start from, links in mail."""

from channels_app.live import api_me, api_popups
from channels_app.mail import bounces, confirm_address, previews, unsubscribe

api_urls = [*api_me.urls, *api_popups.urls]
page_urls = [*unsubscribe.page_urls, *confirm_address.page_urls, *previews.page_urls, *bounces.webhook_urls]

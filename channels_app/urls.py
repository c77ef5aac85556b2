"""Addresses of the channels: popups, presence, what pages start from, links in mail."""

from channels_app import api_page, api_popups, bounces, confirming, previews, unsubscribe

api_urls = [*api_page.urls, *api_popups.urls]
page_urls = [*unsubscribe.page_urls, *confirming.page_urls, *previews.page_urls, *bounces.webhook_urls]

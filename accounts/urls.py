"""Addresses of people: log-in, profile, and their part of the API."""

from django.urls import path

from accounts.api import devices as devices_api
from accounts.api import providers, users
from accounts.api.preferences import PreferencesView
from accounts.login.urls import login_urls
from accounts.pages import devices, password, profile

page_urls = [
    *login_urls,
    path("accounts/logout/", profile.LogOut.as_view(), name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/outcome/", profile.outcome, name="outcome"),
    path("profile/test/", profile.send_test, name="send_test"),
    path("profile/test/<uuid:pk>/", profile.test_result, name="test_result"),
    *devices.page_urls,
    *password.page_urls,
]
api_urls = [
    path("preferences/", PreferencesView.as_view()),
    *devices_api.urls,
    *users.urls,
    *providers.urls,
]

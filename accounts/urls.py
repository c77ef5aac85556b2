"""Addresses of people: log-in, profile, and their part of the API."""

from django.contrib.auth.views import LoginView
from django.urls import path

from accounts.api import devices as devices_api
from accounts.api import providers, users
from accounts.api.preferences import PreferencesView
from accounts.pages import devices, profile

page_urls = [
    path(
        "accounts/login/",
        LoginView.as_view(template_name="accounts/login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("accounts/logout/", profile.LogOut.as_view(), name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/outcome/", profile.outcome, name="outcome"),
    path("profile/test/", profile.send_test, name="send_test"),
    path("profile/test/<uuid:pk>/", profile.test_result, name="test_result"),
    *devices.page_urls,
]
api_urls = [
    path("preferences/", PreferencesView.as_view()),
    *devices_api.urls,
    *users.urls,
    *providers.urls,
]

"""Who may change a password on the page for it."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

CHANGE = "/accounts/password_change/"


def pages(user: User) -> tuple[int, bool]:
    """The status of the page, and whether the profile links it."""
    browser = Client()
    browser.force_login(user, backend="accounts.login.hashing.LimitedModelBackend")
    return browser.get(CHANGE).status_code, CHANGE in browser.get("/profile/").content.decode()


def test_who_has_a_password_may(settings):
    assert pages(User.objects.create_user("anna", "", "right-Pa55word")) == (200, True)


def test_who_signs_in_at_an_issuer_may_not():
    assert pages(User.objects.create_user("anna")) == (404, False)


def test_without_local_log_in_nobody_may(settings):
    settings.LOCAL_LOGIN = False
    assert pages(User.objects.create_user("anna", "", "right-Pa55word")) == (404, False)

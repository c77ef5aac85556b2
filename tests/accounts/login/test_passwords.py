"""Which passwords people may set."""

import pytest
from django.contrib.auth.forms import SetPasswordForm
from django.test import Client

from accounts.login import reset
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def form() -> tuple[Client, str]:
    """A browser at the form that a link of a reset opens, and its address."""
    User.objects.create_user("annamaria", "annamaria@example.com", "right-Pa55word")
    [(_user, link)] = reset.links("annamaria")
    browser = Client()
    return browser, browser.get("/" + link.partition("://")[2].partition("/")[2])["Location"]


def set_password(form: tuple[Client, str], password: str) -> bool:
    browser, address = form
    answer = browser.post(address, {"new_password1": password, "new_password2": password})
    if answer.status_code == 200:
        assert isinstance(answer.context["form"], SetPasswordForm)
        assert answer.context["form"].errors
    return User.objects.get().check_password(password)


@pytest.mark.parametrize("password", ["sh0rt-7", "password123", "annamaria1", "annamaria@example.com"])
def test_a_weak_password_is_refused(form, password):
    assert not set_password(form, password)


@pytest.mark.parametrize("password", ["x y " * 32, "пароль с пробелами ", "eight+8!"])
def test_a_long_one_of_any_characters_is_taken(form, password):
    assert set_password(form, password)
    assert not User.objects.get().check_password(password.strip() + "x")

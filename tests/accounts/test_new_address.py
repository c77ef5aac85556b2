"""A new mail address on the profile: who may enter one, and what it is good for until it is confirmed."""

import pytest
from django.test import Client

from accounts import new_address, people
from accounts.login import oidc, reset
from accounts.models import UNCONFIRMED, User
from channels_app.mail.links import confirmation_link

pytestmark = pytest.mark.django_db

PASSWORD, OLD, NEW = "right-Pa55word", "anna@example.com", "new@example.org"
FORM = {"receive_notifications": "on", "language": "en", "time": "18:00", "timezone": "UTC", "mail_off": "on"}


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", OLD, PASSWORD, language="en")


@pytest.fixture
def browser(anna: User) -> Client:
    client = Client()
    client.force_login(anna, backend="accounts.login.hashing.LimitedModelBackend")
    return client


def save(browser: Client, **fields: str) -> tuple[int, str]:
    answer = browser.post("/profile/", FORM | fields)
    return answer.status_code, answer.content.decode()


def test_with_the_password_it_is_the_address_but_mail_waits(browser, anna):
    assert save(browser, email=NEW, password=PASSWORD)[0] == 302
    anna.refresh_from_db()
    assert (anna.email, anna.mail_blocked, anna.mail_off) == (NEW, UNCONFIRMED, True)
    assert f"Mail to {NEW} waits until you have confirmed the address" in browser.get("/profile/").content.decode()


@pytest.mark.parametrize("address", [NEW, ""])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "wrong"}, "This password is not right. Nothing was changed."),
        ({"password": ""}, "Enter your password: a new address needs it."),
        ({}, "Enter your password: a new address needs it."),
    ],
)
def test_without_the_password_nothing_changes_and_the_page_says_why(browser, anna, address, fields, sentence):
    status, page = save(browser, email=address, **fields)
    assert status == 400
    assert sentence in page
    anna.refresh_from_db()
    assert (anna.email, anna.mail_blocked, anna.mail_off) == (OLD, "", False)


@pytest.mark.parametrize("fields", [{"email": OLD}, {}])
def test_everything_else_is_saved_without_the_password(browser, anna, fields):
    assert save(browser, **fields)[0] == 302
    anna.refresh_from_db()
    assert (anna.email, anna.mail_blocked, anna.mail_off) == (OLD, "", True)


@pytest.mark.parametrize("address", ["ſam@example.com", "no address"])
def test_an_address_to_which_no_mail_can_be_sent_is_refused(browser, anna, address):
    assert save(browser, email=address, password=PASSWORD)[0] == 400
    anna.refresh_from_db()
    assert anna.email == OLD


def test_wrong_passwords_count_against_the_limit_of_log_ins(browser, anna, settings):
    settings.LOGIN_FAILURES = settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        save(browser, email=NEW, password="wrong")
    assert save(browser, email=NEW, password=PASSWORD)[0] == 429
    assert Client().post("/accounts/login/", {"username": "anna", "password": PASSWORD}).status_code == 429
    anna.refresh_from_db()
    assert anna.email == OLD


@pytest.mark.parametrize("without", ["password", "local log-in"])
def test_who_has_no_password_here_is_told_who_changes_the_address(browser, anna, settings, without):
    if without == "password":
        anna.set_unusable_password()
        anna.save()
        browser.force_login(anna, backend="accounts.login.hashing.LimitedModelBackend")
    settings.LOCAL_LOGIN = without != "local log-in"
    page = browser.get("/profile/").content.decode()
    assert "whoever manages your account changes this address" in page
    assert 'name="password"' not in page
    assert save(browser, email=NEW, password=PASSWORD)[0] == 302
    anna.refresh_from_db()
    assert anna.email == OLD


def test_only_who_entered_it_confirms_it(browser, anna):
    new_address.take(anna, NEW)
    link = confirmation_link(anna).partition("://")[2].partition("/")[2]
    stranger = Client()
    assert stranger.get(f"/{link}")["Location"].startswith("/accounts/login/?next=")
    assert stranger.post(f"/{link}")["Location"].startswith("/accounts/login/?next=")
    anna.refresh_from_db()
    assert anna.mail_blocked == UNCONFIRMED
    assert browser.post(f"/{link}").status_code == 200
    anna.refresh_from_db()
    assert anna.mail_blocked == ""


def test_until_then_it_resets_no_password_and_binds_no_identity(anna, settings):
    settings.OIDC_ISSUER = "https://id.example.com"
    assert list(reset.links(OLD))
    new_address.take(anna, NEW)
    assert not list(reset.links(NEW))
    claims = {"sub": "1", "preferred_username": "owner", "email": NEW, "email_verified": True}
    assert oidc.account_of(claims) != anna


def test_mail_that_comes_back_does_not_make_it_one_that_anybody_confirms(anna):
    new_address.take(anna, NEW)
    people.stop_mail(NEW, "550 unknown")
    anna.refresh_from_db()
    assert anna.mail_blocked == UNCONFIRMED

"""Whose account an identity of the issuer becomes, and which links set a password: without a server."""

import time

import pytest
import time_machine
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from accounts.login import oidc, reset
from accounts.models import OidcIdentity, User

pytestmark = pytest.mark.django_db
ANNA = {"sub": "1", "preferred_username": "anna"}


@pytest.fixture(autouse=True)
def issuer(settings):
    settings.OIDC_ISSUER = "https://id.example.com"


@pytest.fixture
def anna():
    return User.objects.create_user("anna", "anna@example.com", "right-Pa55word")


@pytest.mark.parametrize("claims", [ANNA, {"sub": "1", "email": "anna@example.com", "email_verified": True}])
@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}])
def test_an_account_of_staff_or_one_that_was_ended_is_not_bound(anna, claims, fields):
    User.objects.filter(pk=anna.pk).update(**fields)
    assert oidc.account_of(claims) != anna
    assert not OidcIdentity.objects.filter(user=anna).exists()


@pytest.mark.parametrize("claims", [ANNA, {"sub": "1", "email": "anna@example.com", "email_verified": True}])
def test_an_account_belongs_to_the_first_identity_that_had_it(anna, claims):
    assert oidc.account_of(claims) == anna
    assert oidc.account_of(claims | {"sub": "2"}) != anna


def test_an_address_that_two_people_have_binds_neither(anna):
    other = User.objects.create_user("anna-2", "Anna@example.com")
    bound = oidc.account_of({"sub": "1", "email": "anna@example.com", "email_verified": True})
    assert bound not in (anna, other)


def test_user_info_of_somebody_else_is_refused(anna, monkeypatch):
    backend = oidc.Backend.__new__(oidc.Backend)
    monkeypatch.setattr(oidc.Backend, "get_userinfo", lambda *_a: {"sub": "2", "preferred_username": "anna"})
    with pytest.raises(SuspiciousOperation):
        backend.get_or_create_user("access", "id", ANNA)
    assert not OidcIdentity.objects.exists()


@pytest.mark.parametrize("typed", ["anna", "ANNA", "Anna@example.com"])
def test_a_password_is_reset_by_any_spelling_of_name_or_address(anna, typed):
    assert [user for user, _link in reset.links(typed)] == [anna]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"email": ""}, {"password": "!none"}])
def test_who_may_not_sign_in_by_password_or_has_no_address_gets_no_link(anna, fields):
    User.objects.filter(pk=anna.pk).update(**fields)
    assert not list(reset.links("anna"))


@pytest.mark.parametrize(("minutes", "is_good"), [(59, True), (61, False)])
def test_the_link_is_good_for_an_hour(anna, minutes, is_good):
    [(_user, link)] = reset.links("anna")
    with time_machine.travel(time.time() + minutes * 60, tick=False):
        page = Client().get("/" + link.partition("://")[2].partition("/")[2], follow=True)
    assert (b"new_password1" in page.content) is is_good

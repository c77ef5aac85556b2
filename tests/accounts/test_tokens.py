"""Bearer tokens that are no good any more, or never were."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import mint_for_user, mint_management_token
from notifcenter.models import Provider
from notifcenter.tokens import mint_for_provider
from tests.accounts.api.clients import ApiClient, as_user, management
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", password=PASSWORD)


def status(token: str, path: str = "inbox/") -> int:
    return ApiClient(token).call("get", path).status_code


def with_another_secret(token: str) -> str:
    kind, prefix, secret = token.split("_", 2)
    return f"{kind}_{prefix}_{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}"


def test_a_user_token_is_good_for_an_hour_and_not_longer(anna) -> None:
    issued = timezone.now()
    token = mint_for_user(anna)
    with time_machine.travel(issued + HOUR - timedelta(seconds=5)):
        assert status(token) == 200
    with time_machine.travel(issued + HOUR + timedelta(seconds=5)):
        assert status(token) == 401


def test_the_token_of_an_inactive_user_is_refused_and_none_is_issued(anna) -> None:
    token = mint_for_user(anna)
    assert status(token) == 200
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert status(token) == 401
    assert management().call("post", "users/anna/token/").status_code == 404


def test_a_user_token_for_another_person_cannot_be_made_by_changing_its_id(anna) -> None:
    boris = User.objects.create_user("boris")
    token = mint_for_user(anna)
    assert status(token.replace(f"ncu_{anna.pk}.", f"ncu_{boris.pk}.")) == 401


def test_a_providers_token_with_the_right_prefix_and_a_wrong_secret_is_refused() -> None:
    token = mint_for_provider(Provider.objects.create(code="phones", name="Phones"))
    for wrong in (with_another_secret(token), token.rsplit("_", 1)[0] + "_", token[:-1]):
        answer = ApiClient(wrong).call("post", "notifications/", {})
        assert answer.status_code == 401
    assert ApiClient(token).call("post", "notifications/", {}).status_code == 400


def test_a_management_token_with_the_right_prefix_and_a_wrong_secret_is_refused(anna) -> None:
    token = mint_management_token("crm")
    for wrong in (with_another_secret(token), token.rsplit("_", 1)[0] + "_", token[:-1]):
        assert status(wrong, "users/anna/") == 401
    assert status(token, "users/anna/") == 200


def test_a_user_token_of_staff_opens_no_admin_page() -> None:
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    assert as_user(boss).call("get", "inbox/").status_code == 200
    token = management().call("post", "users/boss/token/").json()["token"]
    for address in ("/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{boss.pk}/change/"):
        answer = Client().get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]

"""An address to which no mail can be sent is refused wherever one is entered; the profile has its own tests."""

import pytest

from accounts.login import oidc
from accounts.models import User
from tests.accounts.api.clients import management
from tests.accounts.test_staff_rights import fields

pytestmark = pytest.mark.django_db

UNSENDABLE = ["ſam@example.com", "анна@example.com", "anna@exa_mple.com", "anna@xn--.рф", "no address"]
SENDABLE = ["anna@faß.de", "anna@почта.рф", "anna+crm@example.com"]


@pytest.mark.parametrize("address", UNSENDABLE)
def test_rest_refuses_it_and_points_at_it(address):
    answer = management().call("put", "users/anna/", {"email": address})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/email"]
    assert not User.objects.filter(username="anna").exists()


@pytest.mark.parametrize("address", SENDABLE)
def test_rest_takes_what_can_be_written_in_ascii(address):
    assert management().call("put", "users/anna/", {"email": address}).json()["email"] == address


@pytest.mark.parametrize("address", UNSENDABLE)
def test_the_admin_refuses_it_beside_the_field(admin_client, address):
    anna = User.objects.create_user("anna", "anna@example.com")
    page = admin_client.post(f"/admin/accounts/user/{anna.pk}/change/", fields(anna, email=address))
    assert page.status_code == 200
    assert "email" in page.context["adminform"].form.errors
    anna.refresh_from_db()
    assert anna.email == "anna@example.com"


def test_who_signs_in_by_openid_connect_gets_an_account_without_it(settings, caplog):
    settings.OIDC_ISSUER = "https://id.example.com"
    claims = {"sub": "1", "preferred_username": "sam", "email": "ſam@example.com", "email_verified": True}
    assert oidc.account_of(claims).email == ""
    assert "ſam@example.com" in caplog.text
    assert (
        oidc.account_of(claims | {"sub": "2", "preferred_username": "tom", "email": "tom@faß.de"}).email == "tom@faß.de"
    )

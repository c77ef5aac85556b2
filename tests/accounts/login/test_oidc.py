"""Signing in at a real OpenID provider: whose account it becomes, and whose it must not become."""

import json
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts.login import oidc
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, USERS
from tests.people import PASSWORD
from tests.processes import PATIENCE, PYTHON, Process, free_port, wait_until
from tests.product import start_product


@pytest.fixture(scope="module")
def issuer(folders):
    port, web, folder = free_port(), free_port(), folders("oidc")
    folder.mkdir()
    callback = f"http://127.0.0.1:{web}/oidc/callback/"
    process = Process([PYTHON, "-m", "tests.fakes.oidc", str(port), str(folder), callback], folder / "log")
    wait_until(lambda: _answers(f"http://127.0.0.1:{port}/o/.well-known/openid-configuration"), 120)
    yield f"http://127.0.0.1:{port}/o", str(web)
    process.stop()


def _answers(url):
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def company(issuer, folders):
    url, web = issuer
    env = {"OIDC_ISSUER": url, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET, "PORT": web}
    running = start_product(folders("company"), LOCAL_LOGIN="0", **env)
    yield running
    running.stop()


@pytest.fixture
def browser_of(company):
    """Signs somebody in at the issuer and at the product; gives the client and the address where it ended."""
    clients = []

    def sign_in(name):
        client = httpx.Client(timeout=PATIENCE, follow_redirects=True)
        clients.append(client)
        form = client.get(f"{company.base_url}/oidc/authenticate/")
        assert urlsplit(str(form.url)).path == "/sign-in/"
        return client, client.post(form.url, data={"username": name, "password": name})

    yield sign_in
    for client in clients:
        client.close()


def user(company, client):
    page = client.get(f"{company.base_url}/profile/").text
    return json.loads(page.partition('id="notifcenter-page" type="application/json">')[2].partition("</script>")[0])[
        "user"
    ]


def test_a_new_person_gets_an_account_with_the_groups_of_the_claim_and_no_staff_rights(company, browser_of):
    client, page = browser_of("vera")
    assert page.url.path != "/accounts/login/"
    assert user(company, client)["login"] == "vera"
    assert client.get(f"{company.base_url}/admin/").url.path == "/admin/login/"
    line = "from accounts.models import User; u = User.objects.get(username='vera'); print('is', u.is_staff, u.email)"
    line += "; print('in', sorted(u.groups.values_list('name', flat=True)))"
    told = company.manage("shell", "-c", line)
    assert "is False vera@example.com" in told
    assert "in ['sales', 'staff']" in told


def test_the_same_identity_is_the_same_account_the_second_time(company, browser_of):
    first, _ = browser_of("vera")
    second, _ = browser_of("vera")
    assert user(company, first)["id"] == user(company, second)["id"]


def test_an_account_that_exists_is_bound_by_its_username(company, browser_of):
    client, _ = browser_of("anna")
    assert user(company, client)["login"] == "anna"


def test_an_account_that_exists_is_bound_by_a_verified_mail_address(company, browser_of):
    client, _ = browser_of("mail")
    assert user(company, client)["login"] == "alexey"


def test_an_address_that_is_not_verified_binds_nobody(company, browser_of):
    client, _ = browser_of("unverified")
    assert user(company, client)["login"] == "new-one"


def test_nobody_becomes_staff_by_a_name(company, browser_of):
    client, page = browser_of("admin")
    assert str(page.url).endswith("/accounts/login/?oidc=failed")
    assert client.get(f"{company.base_url}/profile/").url.path == "/accounts/login/"


def test_an_answer_that_belongs_to_no_log_in_signs_nobody_in(company):
    with httpx.Client(base_url=company.base_url, timeout=PATIENCE) as client:
        begun = client.get("/oidc/authenticate/").headers["Location"]
        good = dict(parse_qsl(urlsplit(begun).query))["state"]
        for state in ("forged", good[::-1], ""):
            answer = client.get("/oidc/callback/", params={"code": "some", "state": state})
            assert 300 <= answer.status_code < 500
            assert client.get("/profile/").headers["Location"].startswith("/accounts/login/")


def test_without_local_login_no_password_is_taken_and_none_is_reset(company):
    with httpx.Client(base_url=company.base_url, timeout=PATIENCE, follow_redirects=True) as client:
        page = client.get("/accounts/login/")
        assert 'name="password"' not in page.text
        data = {"username": "anna", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies.get("csrftoken", "")}
        client.post("/accounts/login/", data=data, headers={"Referer": company.base_url})
        client.post("/admin/login/", data=data | {"username": "admin"}, headers={"Referer": company.base_url})
        assert client.get("/profile/").url.path == "/accounts/login/"
        assert client.get("/accounts/password_reset/").status_code == 404


def test_a_token_of_another_issuer_or_client_is_refused(settings, db, monkeypatch):
    settings.OIDC_ISSUER, settings.OIDC_RP_CLIENT_ID = "https://id.example.com", CLIENT_ID
    good = {"iss": "https://id.example.com", "aud": [CLIENT_ID], "sub": "1"}
    backend = oidc.Backend.__new__(oidc.Backend)
    for claims in (good | {"iss": "https://other.example.com"}, good | {"aud": "somebody-else"}):
        monkeypatch.setattr(OIDCAuthenticationBackend, "verify_token", lambda *_a, claims=claims, **_k: claims)
        with pytest.raises(SuspiciousOperation):
            backend.verify_token("token")
    monkeypatch.setattr(OIDCAuthenticationBackend, "verify_token", lambda *_a, **_k: good)
    assert backend.verify_token("token") == good
    assert set(USERS) >= {"vera"}

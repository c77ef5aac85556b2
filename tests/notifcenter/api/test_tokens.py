"""Who may call what: none or a bad token is 401, one of the wrong kind 403."""

import time

import pytest

from tests.problems import refused

PROVIDERS = [
    ("POST", "notifications/"),
    ("POST", "notifications/batch/"),
    ("POST", "popups/"),
    ("GET", "notifications/0197b7c0-0000-7000-8000-000000000000/"),
    ("GET", "notifications/0197b7c0-0000-7000-8000-000000000000/deliveries/"),
]
PEOPLE = [
    ("GET", "inbox/"),
    ("GET", "inbox/summary/"),
    ("POST", "inbox/read/"),
    ("POST", "inbox/unread/"),
    ("DELETE", "inbox/0197b7c0-0000-7000-8000-000000000000/"),
    ("GET", "inbox/0197b7c0-0000-7000-8000-000000000000/deliveries/"),
    ("POST", "me/notifications/"),
    ("GET", "preferences/"),
    ("PATCH", "preferences/"),
    ("GET", "devices/"),
    ("POST", "devices/"),
    ("GET", "push/key/"),
    ("GET", "presence/"),
]
HOSTS = [
    ("PUT", "users/somebody/"),
    ("POST", "users/anna/token/"),
    ("PUT", "providers/telephony/"),
    ("POST", "providers/telephony/tokens/"),
    ("DELETE", "providers/telephony/tokens/abc/"),
]


@pytest.fixture
def tokens(product, person):
    return {"provider": product.provider_token, "person": product.user_token(person), "host": product.management_token}


@pytest.mark.parametrize(("method", "path"), PROVIDERS + PEOPLE + HOSTS)
@pytest.mark.parametrize("token", ["", "nonsense", "ncp_0123456789ab_nonsense", "nch_x_y", "ncu_x_y", "ncp_\u00e9"])
def test_no_token_or_a_bad_one_is_401(product, method, path, token):
    with product.client() as client:
        headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
        answer = client.request(method, path, json={}, headers=headers)
    refused(answer, 401)
    assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path"), PROVIDERS)
@pytest.mark.parametrize("kind", ["person", "host"])
def test_only_a_provider_publishes(product, tokens, method, path, kind):
    with product.client(tokens[kind]) as client:
        refused(client.request(method, path, json={}), 403)


@pytest.mark.parametrize(("method", "path"), PEOPLE)
@pytest.mark.parametrize("kind", ["provider", "host"])
def test_only_a_person_reads_a_centre(product, tokens, method, path, kind):
    with product.client(tokens[kind]) as client:
        refused(client.request(method, path, json={}), 403)


@pytest.mark.parametrize(("method", "path"), HOSTS)
@pytest.mark.parametrize("kind", ["provider", "person"])
def test_only_the_host_application_manages(product, tokens, method, path, kind):
    with product.client(tokens[kind]) as client:
        refused(client.request(method, path, json={}), 403)


def test_a_session_changes_things_only_with_its_csrf_token(product):
    with product.signed_in(product.new_person()) as page:
        assert page.get("/api/v1/inbox/summary/").json() == {"unread": 0}
        assert page.post("/api/v1/inbox/read/", json={"all": True}).status_code == 200
        del page.headers["X-CSRFToken"]
        refused(page.post("/api/v1/inbox/read/", json={"all": True}), 403)


def test_a_user_token_lasts_an_hour(product, person, host_api):
    before = time.time()
    answer = host_api.post(f"users/{person}/token/").json()
    assert answer.keys() == {"token", "expires_at", "page"}
    assert before - 1 <= answer["expires_at"] - 3600 <= time.time() + 1


def test_a_tampered_user_token_is_401(product, person):
    token = product.user_token(person)
    for bad in (token[:-3] + ("AAA" if not token.endswith("AAA") else "BBB"), token + "x", token.swapcase()):
        with product.client(bad) as client:
            refused(client.get("inbox/"), 401)


def test_only_hashes_of_tokens_are_stored(product):
    token = product.new_provider_token("hashed").encode()
    stored = b"".join(file.read_bytes() for file in product.data_dir.glob("db.sqlite3*"))
    assert token not in stored
    assert token.split(b"_", 2)[2] not in stored


OLD_TOKEN = """
import time
from accounts import tokens
from accounts.models import User
an_hour_ago = time.time() - 3660
time.time = lambda: an_hour_ago
print(tokens.mint_for_user(User.objects.get(username="{person}")))
"""


def test_an_expired_user_token_is_401_and_told_apart_from_a_bad_one(product, person):
    token = product.manage("shell", "-c", OLD_TOKEN.format(person=person)).strip().splitlines()[-1]
    with product.client(token) as client:
        refused(client.get("inbox/"), 401, code="token_expired")
    with product.client(token[:-3] + "xyz") as client:
        refused(client.get("inbox/"), 401, code="not_authenticated")


def test_the_right_prefix_with_a_wrong_secret_is_401(product):
    for token, path in ((product.provider_token, "notifications/"), (product.management_token, "users/anna/token/")):
        kind, prefix, secret = token.split("_", 2)
        with product.client(f"{kind}_{prefix}_{secret[::-1]}") as client:
            refused(client.post(path, json={}), 401, code="not_authenticated")


def test_the_token_of_somebody_who_is_no_longer_active_is_401(product, person):
    token = product.user_token(person)
    deactivate = f"from accounts.models import User; User.objects.filter(username='{person}').update(is_active=False)"
    product.manage("shell", "-c", deactivate)
    with product.client(token) as client:
        refused(client.get("inbox/"), 401, code="not_authenticated")

"""PUT providers/{code}/ and its tokens: what the host application manages of providers."""

import uuid

import pytest

from tests.problems import refused


@pytest.fixture
def code():
    return f"widget_{uuid.uuid4().hex[:12]}"


def test_a_provider_is_created_updated_and_publishes(host_api, product, code, person):
    created = host_api.put(f"providers/{code}/", json={"name": "Widget", "manifest": {"init_once": "Y"}})
    assert created.status_code == 201
    assert created.json()["name"] == "Widget"
    assert host_api.put(f"providers/{code}/", json={"name": "Renamed"}).status_code == 200
    token = host_api.post(f"providers/{code}/tokens/").json()["token"]
    with product.client(token) as api:
        body = {"kind": "message", "recipients": [person], "text": "x"}
        assert api.post("notifications/", json=body).status_code == 201
    with product.user_api(person) as mine:
        item = mine.get("inbox/").json()["results"][0]
    assert item["provider"]["code"] == code
    assert item["body"]["title"] == "Renamed"


def test_tokens_rotate_without_a_gap(host_api, product, code):
    host_api.put(f"providers/{code}/", json={})
    old = host_api.post(f"providers/{code}/tokens/").json()
    new = host_api.post(f"providers/{code}/tokens/").json()
    with product.client(old["token"]) as first, product.client(new["token"]) as second:
        refused(first.post("notifications/", json={}), 400)
        assert host_api.delete(f"providers/{code}/tokens/{old['prefix']}/").status_code == 204
        refused(first.post("notifications/", json={}), 401)
        refused(second.post("notifications/", json={}), 400)
    refused(host_api.delete(f"providers/{code}/tokens/{old['prefix']}/"), 404)


def test_a_prefix_of_another_providers_token_is_404(host_api, product, code):
    host_api.put(f"providers/{code}/", json={})
    foreign = host_api.post("providers/telephony/tokens/").json()
    refused(host_api.delete(f"providers/{code}/tokens/{foreign['prefix']}/"), 404)
    with product.client(foreign["token"]) as api:
        refused(api.post("notifications/", json={}), 400)


def test_a_token_of_no_provider_is_404(host_api):
    refused(host_api.post("providers/none-such/tokens/"), 404)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": 5}, "/name"),
        ({"icon": "javascript:x"}, "/icon"),
        ({"manifest": "x"}, "/manifest"),
        ({"manifest": []}, "/manifest"),
        ({"rate_limit": -1}, "/rate_limit"),
        ({"colour": "red"}, "/colour"),
    ],
    ids=str,
)
def test_a_wrong_provider_is_400(host_api, code, fields, pointer):
    refused(host_api.put(f"providers/{code}/", json=fields), 400, pointer)
    refused(host_api.post(f"providers/{code}/tokens/"), 404)


@pytest.mark.parametrize("bad", ["a b", "x" * 65, "-a", "имя"])
def test_a_code_that_cannot_be_one_is_400(host_api, bad):
    refused(host_api.put(f"providers/{bad}/", json={}), 400)


def test_over_its_rate_limit_a_provider_waits_and_the_others_do_not(host_api, product, code, person):
    host_api.put(f"providers/{code}/", json={"rate_limit": 2})
    token = host_api.post(f"providers/{code}/tokens/").json()["token"]
    body = {"kind": "message", "recipients": [person], "text": "x"}
    with product.client(token) as limited:
        answers = [limited.post("notifications/", json=body) for _ in range(6)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    refused(late[0], 429)
    assert 0 < int(late[0].headers["Retry-After"]) <= 60
    with product.provider_api() as free:
        assert free.post("notifications/", json=body).status_code == 201

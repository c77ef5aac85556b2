"""PUT users/{username}/ and its token: profiles and groups on the running product."""

import uuid

import pytest

from tests.problems import refused

PROFILE = {
    "email": "petr@example.com",
    "first_name": "Пётр",
    "last_name": "O'Neil",
    "language": "en",
    "timezone": "Asia/Tokyo",
    "groups": ["sales", "support"],
}


@pytest.fixture
def name():
    return f"user-{uuid.uuid4().hex[:12]}"


def test_a_user_is_created_and_then_updated(host_api, name):
    created = host_api.put(f"users/{name}/", json=PROFILE)
    assert created.status_code == 201
    body = created.json()
    assert body.keys() == PROFILE.keys() | {"id", "username"}
    assert isinstance(body["id"], int)
    assert sorted(body.pop("groups")) == PROFILE["groups"]
    assert body == {"id": body["id"], "username": name} | {k: v for k, v in PROFILE.items() if k != "groups"}
    updated = host_api.put(f"users/{name}/", json={"first_name": "Piotr"})
    assert updated.status_code == 200
    assert updated.json()["first_name"] == "Piotr"
    assert updated.json()["id"] == body["id"]
    assert updated.json()["email"] == "petr@example.com"


def test_a_new_user_gets_notifications_at_once(host_api, product, provider_api, name):
    user_id = host_api.put(f"users/{name}/", json={}).json()["id"]
    body = {"kind": "call", "recipients": [user_id], "text": "x"}
    assert provider_api.post("notifications/", json=body).status_code == 201
    with product.user_api(name) as api:
        assert api.get("inbox/summary/").json() == {"unread": 1}


def test_a_user_token_opens_exactly_that_users_centre(host_api, product, provider_api, name):
    host_api.put(f"users/{name}/", json={})
    provider_api.post("notifications/", json={"kind": "call", "recipients": [name], "text": "for me"})
    with product.user_api(name) as api:
        assert api.get("inbox/").json()["results"][0]["body"]["rows"][0]["text"] == "for me"
    with product.user_api("anna") as anna:
        texts = [item["body"]["rows"][0]["text"] for item in anna.get("inbox/").json()["results"]]
    assert "for me" not in texts


def test_a_token_of_nobody_is_404(host_api):
    refused(host_api.post("users/nobody-of-that-name/token/"), 404)


@pytest.mark.parametrize("username", ["all", "group:sales", "a b", "x" * 151, "a%00b", "имя!"])
def test_a_name_that_cannot_be_a_username_is_400(host_api, username):
    answer = host_api.put(f"users/{username}/", json={})
    refused(answer, 400)


@pytest.mark.parametrize(
    ("profile", "pointer"),
    [
        ({"email": "nope"}, "/email"),
        ({"email": 5}, "/email"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "/email"),
        ({"language": "xx"}, "/language"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../etc/passwd"}, "/timezone"),
        ({"groups": "sales"}, "/groups"),
        ({"groups": [5]}, "/groups/0"),
        ({"groups": [""]}, "/groups/0"),
        ({"first_name": "x" * 151}, "/first_name"),
        ({"is_staff": True}, "/is_staff"),
        ({"password": "x"}, "/password"),
    ],
    ids=str,
)
def test_a_wrong_profile_is_400_and_stores_nothing(host_api, name, profile, pointer):
    refused(host_api.put(f"users/{name}/", json=profile), 400, pointer)
    refused(host_api.post(f"users/{name}/token/"), 404)


def test_groups_are_replaced_and_stay_where_they_are_not_named(host_api, name):
    host_api.put(f"users/{name}/", json={"groups": ["a", "b"]})
    assert sorted(host_api.put(f"users/{name}/", json={}).json()["groups"]) == ["a", "b"]
    assert host_api.put(f"users/{name}/", json={"groups": ["c", "c"]}).json()["groups"] == ["c"]
    assert host_api.put(f"users/{name}/", json={"groups": []}).json()["groups"] == []

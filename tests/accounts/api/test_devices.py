import pytest
from django.test import Client

from accounts import vapid
from accounts.models import Device, User
from tests.fakes.push import Answer, PushService, Subscription, decode, encode

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://push.example.com/send/abc"


@pytest.fixture
def anna() -> User:
    return User.objects.create(username="anna", language="en")


@pytest.fixture
def boris() -> User:
    return User.objects.create(username="boris")


@pytest.fixture
def service(settings):
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    running = PushService(key=vapid.public_key()).start()
    yield running
    running.stop()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(subscription: Subscription | None = None, **more) -> dict:
    info = (subscription or Subscription(URL)).info
    return {"channel": "browser", "transport": "webpush", "subscription": info, "name": "Chrome, Linux"} | more


def register(user: User, document, expected: int = 201) -> dict:
    """The answer to a registration."""
    answer = signed_in(user).post("/api/v1/devices/", document, content_type="application/json")
    assert answer.status_code == expected, answer.content
    return answer.json()


def listed(user: User) -> list[dict]:
    """The user's devices as the API lists them."""
    answer = signed_in(user).get("/api/v1/devices/").json()
    assert set(answer) == {"next", "previous", "results"}
    return answer["results"]


def test_a_device_is_registered_and_listed(anna) -> None:
    shown = register(anna, body())
    assert shown == {
        "id": shown["id"],
        "channel": "browser",
        "transport": "webpush",
        "name": "Chrome, Linux",
        "active": True,
        "last_used_at": None,
        "last_error": "",
    }
    assert listed(anna) == [shown]


def test_a_phone_registers_by_fcm_or_web_push(anna) -> None:
    register(anna, {"channel": "mobile", "transport": "fcm", "token": "abc:DEF_1", "name": "Pixel"})
    register(anna, body(channel="mobile"))
    assert [(device["channel"], device["transport"]) for device in listed(anna)] == [
        ("mobile", "webpush"),
        ("mobile", "fcm"),
    ]


def test_the_same_endpoint_updates(anna) -> None:
    first, fresh = register(anna, body()), Subscription(URL)
    again = register(anna, body(fresh, name="Renamed"), expected=200)
    assert again["id"] == first["id"]
    assert [device["name"] for device in listed(anna)] == ["Renamed"]
    assert Device.objects.get().keys == fresh.keys


def test_the_same_endpoint_moves_to_who_registers_it_last(anna, boris) -> None:
    register(anna, body())
    register(boris, body(), expected=200)
    assert listed(anna) == []
    assert len(listed(boris)) == 1


def test_only_the_owner_removes_a_device(anna, boris) -> None:
    device = register(anna, body())["id"]
    assert signed_in(boris).delete(f"/api/v1/devices/{device}/").status_code == 404
    assert signed_in(anna).delete(f"/api/v1/devices/{device}/").status_code == 204
    assert signed_in(anna).delete(f"/api/v1/devices/{device}/").status_code == 404
    assert signed_in(anna).delete(f"/api/v1/devices/{10**30}/").status_code == 404
    assert listed(anna) == []


def test_a_stranger_is_turned_away() -> None:
    assert Client().get("/api/v1/devices/").status_code == 401
    assert Client().get("/api/v1/push/key/").status_code == 401


def test_the_key_to_subscribe_with_is_a_point_of_the_curve(anna) -> None:
    key = signed_in(anna).get("/api/v1/push/key/").json()["vapid_public_key"]
    assert len(decode(key)) == 65


def subscription(**changes) -> dict:
    """A registration whose subscription is changed."""
    info = Subscription(URL).info
    return body() | {"subscription": {name: value for name, value in (info | changes).items() if value is not ...}}


def keys(**changes) -> dict:
    """A registration whose keys are changed."""
    kept = {name: value for name, value in (Subscription(URL).keys | changes).items() if value is not ...}
    return subscription(keys=kept)


MALFORMED = [
    ([], ""),
    ({}, "/channel"),
    (body(channel="email"), "/channel"),
    (body(channel="pigeon"), "/channel"),
    (body(channel=7), "/channel"),
    (body(transport="smoke"), "/transport"),
    (body(transport="fcm"), "/transport"),
    (body(channel="mobile", transport="fcm"), "/token"),
    (body(token="abc"), "/token"),
    ({"channel": "mobile", "transport": "fcm", "token": ""}, "/token"),
    ({"channel": "mobile", "transport": "fcm", "token": "a b"}, "/token"),
    ({"channel": "browser", "transport": "webpush"}, "/subscription"),
    (body() | {"subscription": None}, "/subscription"),
    (body() | {"subscription": "https://push.example.com"}, "/subscription"),
    (body() | {"subscription": []}, "/subscription"),
    (body(name="x" * 101), "/name"),
    (body(name={}), "/name"),
    (body(extra=1), "/extra"),
    (subscription(endpoint=...), "/subscription/endpoint"),
    (subscription(endpoint=7), "/subscription/endpoint"),
    (subscription(endpoint="http://push.example.com/x"), "/subscription/endpoint"),
    (subscription(endpoint="https://127.0.0.1/x"), "/subscription/endpoint"),
    (subscription(endpoint="https://[::1]/x"), "/subscription/endpoint"),
    (subscription(endpoint="https://localhost/x"), "/subscription/endpoint"),
    (subscription(endpoint="https://169.254.169.254/x"), "/subscription/endpoint"),
    (subscription(keys=...), "/subscription/keys"),
    (subscription(keys={}), "/subscription/keys/p256dh"),
    (subscription(other=1), "/subscription/other"),
    (keys(p256dh=...), "/subscription/keys/p256dh"),
    (keys(p256dh="AAAA"), "/subscription/keys/p256dh"),
    (keys(p256dh=encode(b"\x04" + bytes(64))), "/subscription/keys/p256dh"),
    (keys(auth=...), "/subscription/keys/auth"),
    (keys(auth="AAAA"), "/subscription/keys/auth"),
    (keys(auth=5), "/subscription/keys/auth"),
]


@pytest.mark.parametrize(("document", "pointer"), MALFORMED)
def test_a_malformed_registration_is_refused_where_it_is_wrong(anna, document, pointer: str) -> None:
    problem = register(anna, document, expected=400)
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert not Device.objects.exists()


def test_the_test_button_sends_to_that_device_alone(service, anna) -> None:
    mine, other = service.subscribe(), service.subscribe()
    device = register(anna, body(mine))["id"]
    register(anna, body(other))
    page = signed_in(anna).post(f"/profile/devices/{device}/test/", headers={"X-Requested-With": "fetch"})
    assert "took the test" in page.content.decode()
    assert [push.payload["title"] for push in service.of(mine)] == ["A test"]
    assert service.of(other) == []
    assert Device.objects.get(pk=device).last_used_at


def test_the_test_button_tells_the_real_error(service, anna) -> None:
    mine = service.subscribe()
    device = register(anna, body(mine))["id"]
    service.answer(mine, Answer(403, body=b"BadJwtToken"))
    page = signed_in(anna).post(f"/profile/devices/{device}/test/", headers={"X-Requested-With": "fetch"})
    shown = page.content.decode()
    assert shown.count("HTTP 403: BadJwtToken") == 1
    assert "The push service did not take the last notice." in shown


def test_a_dead_device_is_taken_off_the_list_by_its_test(service, anna) -> None:
    mine = service.subscribe()
    device = register(anna, body(mine))["id"]
    service.answer(mine, Answer(410))
    page = signed_in(anna).post(f"/profile/devices/{device}/test/", headers={"X-Requested-With": "fetch"})
    assert "no longer there" in page.content.decode()
    assert listed(anna) == []


def test_the_list_works_without_javascript(service, anna, boris) -> None:
    device = register(anna, body(service.subscribe()))["id"]
    assert signed_in(boris).post(f"/profile/devices/{device}/test/").status_code == 404
    signed_in(boris).post(f"/profile/devices/{device}/remove/")
    assert len(listed(anna)) == 1
    assert signed_in(anna).post(f"/profile/devices/{device}/remove/")["Location"] == "/profile/#devices"
    assert listed(anna) == []


def test_the_worker_is_served_for_the_whole_site_and_never_stale() -> None:
    answer = Client().get("/push-worker.js")
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"notificationclick" in answer.content


def test_the_site_can_be_installed() -> None:
    answer = Client().get("/manifest.webmanifest")
    facts = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (facts["display"], facts["start_url"], facts["scope"]) == ("standalone", "/inbox/", "/")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in facts["icons"]}
    assert "maskable" in {icon["purpose"] for icon in facts["icons"]}


def test_the_offline_page_speaks_the_language_it_is_asked_for() -> None:
    assert "No connection" in Client().get("/offline/?lang=en").content.decode()
    assert Client().get("/offline/?lang=klingon").status_code == 200

"""Push through the whole product: registered by REST, published by a provider, taken by services on loopback."""

import time
from collections.abc import Iterator

import pytest

from tests.fakes.fcm import Fcm, failure
from tests.fakes.push import Answer, PushService, Subscription
from tests.processes import wait_until
from tests.product import Product, start_product


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    running = PushService().start()
    yield running
    assert running.problems == []
    running.stop()


@pytest.fixture(scope="module")
def fcm() -> Iterator[Fcm]:
    running = Fcm().start()
    yield running
    assert running.problems == []
    running.stop()


@pytest.fixture(scope="module")
def site(folders, service, fcm) -> Iterator[Product]:
    folder = folders("push-delivery")
    folder.mkdir()
    account = str(fcm.write_credentials(folder / "account.json"))
    running = start_product(folder, PUSH_ALLOW_INSECURE_ENDPOINTS="1", FCM_API_URL=fcm.url, FCM_CREDENTIALS=account)
    yield running
    running.stop()
    log = (folder / "up.log").read_text()
    assert "Unclosed" not in log
    assert "Traceback" not in log


def subscribe(site: Product, username: str, subscription: Subscription, channel: str = "browser") -> int:
    """The id of the device registered."""
    document = {"channel": channel, "transport": "webpush", "subscription": subscription.info, "name": "A device"}
    with site.user_api(username) as api:
        answer = api.post("devices/", json=document)
    assert answer.status_code in (200, 201), answer.text
    return int(answer.json()["id"])


def devices(site: Product, username: str) -> list[dict]:
    with site.user_api(username) as api:
        return api.get("devices/").json()["results"]


def ended(site: Product, notification: str, channel: str) -> dict:
    """The delivery by that channel, once it is no longer pending."""

    def found() -> dict | None:
        with site.provider_api() as api:
            rows = api.get(f"notifications/{notification}/deliveries/").json()["results"]
        return next((row for row in rows if row["channel"] == channel and row["state"] != "pending"), None)

    return wait_until(found, what=f"an end by {channel}")


def test_a_publication_reaches_every_device(site, service) -> None:
    anna = site.new_person()
    browser, phone = service.subscribe(), service.subscribe()
    subscribe(site, anna, browser)
    subscribe(site, anna, phone, "mobile")
    published = site.publish(anna, kind="call", text="+79991234567", **{"from": "+79991234567"})
    assert ended(site, published, "browser")["state"] == ended(site, published, "mobile")["state"] == "sent"
    for subscription in (browser, phone):
        [push] = service.of(subscription)
        assert set(push.payload) == {"id", "title", "body", "url", "icon", "tag"}
        assert push.payload["id"] == push.payload["tag"] == published
        assert push.payload["title"] == "Звонок"
        assert push.payload["url"].startswith(site.base_url)
        assert (push.ttl, push.urgency) == (60, "high")
    wait_until(lambda: all(device["last_used_at"] for device in devices(site, anna)), what="last use")


def test_a_native_app_gets_it_by_fcm(site, fcm) -> None:
    anna = site.new_person()
    with site.user_api(anna) as api:
        api.post(
            "devices/", json={"channel": "mobile", "transport": "fcm", "token": f"token-of-{anna}", "name": "Pixel"}
        )
    assert ended(site, site.publish(anna, text="Hello"), "mobile")["state"] == "sent"
    [message] = fcm.messages[f"token-of-{anna}"]
    assert message["notification"]["body"] == "Hello"
    fcm.fail(f"token-of-{anna}", failure(404, "UNREGISTERED"))
    assert ended(site, site.publish(anna, text="Again"), "mobile")["state"] == "failed"
    wait_until(lambda: devices(site, anna) == [], what="forgotten")


def test_a_device_that_is_gone_disappears(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    service.answer(subscription, Answer(410))
    assert ended(site, site.publish(anna), "browser")["state"] == "failed"
    wait_until(lambda: devices(site, anna) == [], what="forgotten")


def test_a_refusal_is_kept_as_the_reason(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    service.answer(subscription, Answer(403, body=b"BadJwtToken"))
    delivery = ended(site, site.publish(anna), "browser")
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    assert "403" in delivery["reason"]
    wait_until(lambda: "BadJwtToken" in devices(site, anna)[0]["last_error"], what="the error")


def test_a_busy_service_gets_it_after_the_time_it_asked_for(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    service.answer(subscription, Answer(429, {"Retry-After": "2"}), Answer(503, {"Retry-After": "1"}))
    delivery = ended(site, site.publish(anna), "browser")
    assert (delivery["state"], delivery["attempts"]) == ("sent", 3)
    assert len(service.of(subscription)) == 1


def test_a_service_that_asks_for_no_pause_is_not_asked_in_a_loop(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    service.answer(subscription, Answer(429, {"Retry-After": "0"}), Answer(429, past), Answer(204))
    begun = time.monotonic()
    delivery = ended(site, site.publish(anna), "browser")
    assert (delivery["state"], delivery["attempts"]) == ("sent", 3)
    assert time.monotonic() - begun >= 5 + 10, "the waits of our own table"


def test_a_device_that_moved_is_no_longer_the_first_owners(site, service) -> None:
    anna, boris, subscription = site.new_person(), site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    subscribe(site, boris, subscription)
    assert ended(site, site.publish(anna, text="for anna"), "browser")["state"] == "skipped"
    ended(site, site.publish(boris, text="for boris"), "browser")
    assert [push.payload["body"] for push in service.of(subscription)] == ["for boris"]

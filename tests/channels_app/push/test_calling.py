"""What a page says of its person, on the phone or looking, and what then happens to pushes."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.channels_app.push.test_delivery import ended, subscribe
from tests.fakes.push import PushService
from tests.processes import wait_until
from tests.product import Product, start_product

LAPSE_SECONDS = 10


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    running = PushService().start()
    yield running
    assert running.problems == []
    running.stop()


@pytest.fixture(scope="module")
def site(folders, service) -> Iterator[Product]:
    running = start_product(folders("calling"), PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    yield running
    running.stop()


def says(socket, kind: str, *, on: bool) -> None:
    """The page's frame, taken by the server once it answers to what follows it."""
    socket.connection.send(json.dumps({"type": kind, "on": on}))
    socket.connection.ping().wait(60)


def test_who_is_on_the_phone_gets_pushes_of_calls_alone(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    with site.live(anna) as socket:
        socket.next("hello")
        says(socket, "calling", on=True)
        held = site.publish(anna, text="Later")
        call = site.publish(anna, kind="call", text="+79991234567")
        assert ended(site, call, "browser")["state"] == "sent"
        assert (ended(site, held, "browser")["state"], ended(site, held, "browser")["reason"]) == ("skipped", "calling")
        says(socket, "calling", on=False)
        after = site.publish(anna, text="Now")
        assert ended(site, after, "browser")["state"] == "sent"
    assert [push.payload["id"] for push in service.of(subscription)] == [call, after]


def test_a_calling_status_outlives_its_socket_and_lapses_by_itself(site, service) -> None:
    anna, subscription = site.new_person(), service.subscribe()
    subscribe(site, anna, subscription)
    with site.live(anna) as socket:
        socket.next("hello")
        says(socket, "calling", on=True)
        began = time.monotonic()
    states = {}
    while time.monotonic() - began < 6 * LAPSE_SECONDS and "sent" not in states.values():
        published = site.publish(anna)
        states[time.monotonic() - began] = ended(site, published, "browser")["state"]
    assert next(iter(states.values())) == "skipped"
    assert next(at for at, state in states.items() if state == "sent") > LAPSE_SECONDS - 1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"type": "calling"}', '{"type": "x", "on": true}', "[" * 9999]
)
def test_whatever_else_a_page_says_is_left_out(site, text) -> None:
    anna = site.new_person()
    with site.live(anna) as socket:
        socket.next("hello")
        socket.connection.send(text)
        published = site.publish(anna)
        assert socket.next("notification")["data"]["id"] == published


def test_an_answered_call_goes_from_the_devices_where_it_rang(site, service) -> None:
    anna, boris = site.new_person(), site.new_person()
    devices = {person: service.subscribe() for person in (anna, boris)}
    for person, subscription in devices.items():
        subscribe(site, person, subscription)
    with site.provider_api() as api:
        body = {"state": "ringing", "recipients": [anna, boris], "from": "+79991234567"}
        pk = api.put("calls/push-1/", json=body).json()["id"]
        for subscription in devices.values():
            wait_until(lambda subscription=subscription: service.of(subscription), what="the ring")
        wait_until(lambda: all(row["state"] == "sent" for row in rows(api, pk, "browser")), what="two sent")
        api.put("calls/push-1/", json={"state": "answered", "answered_by": anna})
    for subscription in devices.values():
        wait_until(lambda subscription=subscription: len(service.of(subscription)) == 2, what="the closing")
        rung, closed = service.of(subscription)
        assert rung.payload["body"] == "+7 999 123-45-67"
        assert (closed.payload["id"], closed.payload["closed"], closed.topic) == (pk, True, rung.topic)


def rows(api, pk: str, channel: str) -> list[dict]:
    return [row for row in api.get(f"notifications/{pk}/deliveries/").json()["results"] if row["channel"] == channel]

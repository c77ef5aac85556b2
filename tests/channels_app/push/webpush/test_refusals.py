"""A push service that answers 403: to one device, or to all."""

import pytest
from django.test import Client

from accounts.devices import digest
from accounts.models import Device, User
from tests.channels_app.push.webpush.sending import channel, device, message, send
from tests.fakes.push import Answer, PushService, Subscription

pytestmark = pytest.mark.django_db(transaction=True)
FORBIDDEN = Answer(403, body=b"BadJwtToken")


@pytest.fixture
def boris() -> User:
    return User.objects.create(username="boris")


def subscribed(service: PushService, user: User, number: int, host: str = "127.0.0.1") -> tuple[Subscription, Device]:
    subscription = service.subscribe(host)
    return subscription, device(user, subscription, number)


def refuse(service: PushService, subscription: Subscription, user: User, times: int = 1) -> None:
    """Send that many messages to the user, which the service refuses at this subscription."""
    for number in range(times):
        service.answer(subscription, FORBIDDEN)
        send(user, message(number))


def active(kept: Device) -> bool:
    kept.refresh_from_db()
    return kept.active


def test_a_device_refused_three_times_running_becomes_inactive_and_is_called_no_more(service, anna, boris) -> None:
    subscription, refused = subscribed(service, anna, 1)
    subscribed(service, boris, 2)
    refuse(service, subscription, anna, 2)
    assert send(boris, message()) == [None]
    assert active(refused)
    refuse(service, subscription, anna)
    assert not active(refused)
    assert channel.addresses([anna.pk]) == {}


def test_refusals_of_one_batch_count_each(service, anna) -> None:
    subscription, refused = subscribed(service, anna, 1)
    service.answer(subscription, *[FORBIDDEN] * 3)
    send(anna, message(1), message(2))
    assert active(refused)
    send(anna, message(3))
    assert not active(refused)


def test_a_push_that_gets_through_ends_the_run(service, anna, boris) -> None:
    subscription, refused = subscribed(service, anna, 1)
    refuse(service, subscription, anna, 2)
    assert send(anna, message()) == [None]
    refuse(service, subscription, anna, 2)
    assert active(refused)


def test_where_all_of_several_devices_are_refused_our_key_is_wrong_and_nobody_becomes_inactive(
    service, anna, boris, caplog
) -> None:
    first, of_anna = subscribed(service, anna, 1)
    second, of_boris = subscribed(service, boris, 2)
    for _ in range(5):
        refuse(service, first, anna)
        refuse(service, second, boris)
    assert active(of_anna)
    assert active(of_boris)
    assert f"{service.url}/ refuses all devices with 403" in caplog.text


def test_of_several_refused_devices_each_becomes_inactive_where_another_gets_through(service, anna, boris) -> None:
    first, one = subscribed(service, anna, 1)
    second, other = subscribed(service, User.objects.create(username="clara"), 2)
    subscribed(service, boris, 3)
    for _ in range(3):
        refuse(service, first, anna)
        refuse(service, second, other.user)
        assert send(boris, message()) == [None]
    refuse(service, first, anna)
    refuse(service, second, other.user)
    assert not active(one)
    assert not active(other)


def test_who_became_inactive_before_others_were_tried_is_active_again_when_our_key_is_wrong(
    service, anna, boris
) -> None:
    first, of_anna = subscribed(service, anna, 1)
    second, of_boris = subscribed(service, boris, 2)
    refuse(service, first, anna, 3)
    assert not active(of_anna)
    refuse(service, second, boris, 3)
    assert active(of_anna)
    assert active(of_boris)


def test_another_push_service_says_nothing_about_this_one(service, anna, boris) -> None:
    first, of_anna = subscribed(service, anna, 1)
    second, _of_boris = subscribed(service, boris, 2, "localhost")
    refuse(service, second, boris, 2)
    refuse(service, first, anna, 3)
    assert not active(of_anna)


def test_a_device_is_active_again_when_its_browser_registers(service, anna) -> None:
    subscription, refused = subscribed(service, anna, 1)
    refuse(service, subscription, anna, 3)
    document = {"channel": "browser", "transport": "webpush", "subscription": subscription.info}
    Device.objects.filter(pk=refused.pk).update(address_digest=digest(subscription.endpoint))
    client = Client()
    client.force_login(anna)
    answer = client.post("/api/v1/devices/", document, content_type="application/json")
    assert answer.status_code == 200
    assert active(refused)
    refuse(service, subscription, anna, 2)
    assert active(refused)

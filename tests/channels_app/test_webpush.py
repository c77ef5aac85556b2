import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from accounts import vapid
from accounts.models import Device, User
from channels_app import pushed
from channels_app.channels.browser import Browser
from channels_app.wire import retry_after
from notifcenter.channel import Gone, Message, Parcel, Refused, TryLater
from tests.fakes.push import Answer, PushService, Subscription

pytestmark = pytest.mark.django_db(transaction=True)
channel = Browser()


def message(number: int = 1, kind: str = "message", **more) -> Message:
    facts = {
        "provider_code": "telephony",
        "provider_name": "Telephony",
        "provider_icon": "",
        "title": "Звонок",
        "rows": ("<b>+7999</b> &lt;ivan&gt;", "from office"),
        "url": "/contacts/detail/7",
        "created_at": 1,
    }
    return Message(**{"id": f"message-{number}", "delivery": number, "user": 1, "kind": kind, **facts, **more})


@pytest.fixture
def service(settings):
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    running = PushService(key=vapid.public_key()).start()
    yield running
    running.stop()


@pytest.fixture
def anna():
    return User.objects.create(username="anna")


def device(user: User, subscription: Subscription, number: int = 1) -> Device:
    return Device.objects.create(
        user=user,
        channel="browser",
        transport="webpush",
        address=subscription.endpoint,
        address_digest=f"{number:064}",
        keys=subscription.keys,
    )


def send(user: User, *messages: Message) -> list:
    """The outcomes of sending each message to each device of the user."""
    addresses = channel.addresses([user.pk]).get(user.pk, [])
    outcomes = list(channel.send_all([Parcel(words, address) for words in messages for address in addresses]))
    channel.settle(outcomes)
    return [outcome for _parcel, outcome in outcomes]


def test_a_message_arrives_decrypted_with_its_headers(service, anna) -> None:
    subscription = service.subscribe()
    kept = device(anna, subscription)
    assert send(anna, message()) == [None]
    [push] = service.of(subscription)
    assert push.payload == {
        "id": "message-1",
        "title": "Звонок",
        "body": "+7999 <ivan>\nfrom office",
        "url": "http://127.0.0.1:8000/contacts/detail/7",
        "icon": "",
        "tag": "message-1",
    }
    assert (push.ttl, push.urgency) == (24 * 3600, "normal")
    assert service.problems == []
    kept.refresh_from_db()
    assert kept.last_used_at
    assert kept.last_error == ""


def test_a_call_is_urgent_and_soon_too_late(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    send(anna, message(kind="call"))
    [push] = service.of(subscription)
    assert (push.ttl, push.urgency) == (60, "high")


def test_a_repeat_replaces_and_another_notification_does_not(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    send(anna, message(1), message(1), message(2))
    topics = [push.topic for push in service.of(subscription)]
    assert len(topics) == 3
    assert len(set(topics)) == 2


def test_one_signature_serves_all_of_a_push_service(service, anna) -> None:
    first, second = service.subscribe(), service.subscribe("localhost")
    device(anna, first, 1)
    device(anna, second, 2)
    send(anna, message(1), message(2))
    assert len({push.authorization for push in service.of(first)}) == 1
    assert {push.authorization for push in service.of(first)} != {push.authorization for push in service.of(second)}
    assert service.problems == []


@pytest.mark.parametrize("text", ["x" * 4000, "я" * 4000, "😀" * 4000, '"\\\n' * 1300, "<b>и</b>" * 500])
@pytest.mark.parametrize("link", ["/inbox/", "https://example.com/" + "x" * 1979])
def test_the_body_fits_whatever_the_text(service, anna, text: str, link: str) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    assert send(anna, message(rows=(text,), title="Ж" * 255, url=link, icon="https://example.com/" + "i" * 1979)) == [
        None
    ]
    [push] = service.of(subscription)
    assert push.size <= 4096
    assert push.payload["body"] == "" or push.payload["body"][-1] in "…и"
    assert push.payload["title"]


@pytest.mark.parametrize("limit", [1000, 2000, 3993])
def test_a_document_never_outgrows_its_limit(limit: int) -> None:
    longest = message(rows=("я" * 4000,), title="😀" * 255, url="/" + "ю" * 1999, icon="/" + "i" * 1999)
    assert len(pushed.encoded(pushed.fitted(longest, limit))) <= limit


@pytest.mark.parametrize("status", [200, 201, 202])
def test_sent_is_sent(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status))
    assert send(anna, message()) == [None]


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Gone)
    assert not Device.objects.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 409])
def test_a_refusal_keeps_the_device_and_the_reason(service, anna, status: int) -> None:
    subscription = service.subscribe()
    kept = device(anna, subscription)
    service.answer(subscription, Answer(status, body=b'{"reason": "BadJwtToken"}'))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    assert f"HTTP {status}" in str(outcome)
    kept.refresh_from_db()
    assert "BadJwtToken" in kept.last_error


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_service_is_asked_again_when_it_says(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status, {"Retry-After": "7"}), Answer(status))
    first, second = send(anna, message(1)), send(anna, message(2))
    assert isinstance(first[0], TryLater)
    assert first[0].after == 7
    assert second[0].after is None
    assert bool(first[0].host) == (status != 429)


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=90), usegmt=True)
    assert retry_after("120", now=now.timestamp()) == 120
    assert retry_after(date, now=now.timestamp()) == 90
    assert retry_after("soon", now=now.timestamp()) is None
    assert retry_after("", now=now.timestamp()) is None
    assert retry_after("9" * 30, now=now.timestamp()) == 86400


def test_what_is_too_large_is_sent_again_shorter(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(413), Answer(413))
    assert send(anna, message(rows=("я" * 4000,))) == [None]
    [push] = service.of(subscription)
    assert len(json.dumps(push.payload, ensure_ascii=False).encode()) <= 1020


def test_a_redirect_is_not_followed(service, anna) -> None:
    subscription, other = service.subscribe(), service.subscribe()
    device(anna, subscription)
    for status in (301, 302, 307, 308):
        service.answer(subscription, Answer(status, {"Location": other.endpoint}))
        [outcome] = send(anna, message())
        assert isinstance(outcome, Refused)
    assert service.of(other) == []
    assert len(service.requests) == 4


def test_a_dropped_connection_is_tried_again(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(misbehave="drop"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, TryLater)
    assert outcome.host == service.url


def test_nobody_listening_is_tried_again(service, anna) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    device(anna, Subscription(f"http://127.0.0.1:{port}/x"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, TryLater)
    assert outcome.host == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_slow_service_holds_nobody_up_and_is_left_after_ten_seconds(service, anna, how: str) -> None:
    slow, quick = service.subscribe(), service.subscribe()
    device(anna, slow, 1)
    device(anna, quick, 2)
    service.answer(slow, Answer(misbehave=how))
    begun, ended = time.monotonic(), []
    addresses = channel.addresses([anna.pk])[anna.pk]
    for parcel, outcome in channel.send_all([Parcel(message(), address) for address in addresses]):
        ended.append((parcel.address.value["address"], outcome, time.monotonic() - begun))
    assert [address for address, _outcome, _after in ended] == [quick.endpoint, slow.endpoint]
    assert ended[0][1] is None
    assert isinstance(ended[1][1], TryLater)
    assert 9 < ended[1][2] < 50, "it would have hung for a minute"


def test_an_endless_answer_is_cut_off(service, anna) -> None:
    subscription = service.subscribe()
    kept = device(anna, subscription)
    service.answer(subscription, Answer(misbehave="endless"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    kept.refresh_from_db()
    assert len(kept.last_error) <= 500
    assert service.poured < 20_000_000


def test_connections_are_kept(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    for number in range(10):
        assert send(anna, message(number)) == [None]
    assert service.connections == 1


def test_one_bad_device_does_not_spoil_the_batch(service, anna) -> None:
    subscriptions = [service.subscribe() for _ in range(20)]
    for number, subscription in enumerate(subscriptions):
        device(anna, subscription, number)
    Device.objects.filter(address=subscriptions[3].endpoint).update(keys={"p256dh": "A", "auth": "B"})
    outcomes = send(anna, message())
    assert [type(outcome) for outcome in outcomes].count(Refused) == 1
    assert outcomes.count(None) == 19


@pytest.mark.parametrize(
    "answers",
    [
        [("127.0.0.1", socket.AF_INET)],
        [("10.0.0.1", socket.AF_INET), ("192.168.0.1", socket.AF_INET)],
        [("::1", socket.AF_INET6)],
        [("::ffff:127.0.0.1", socket.AF_INET6), ("127.0.0.1", socket.AF_INET)],
        [("169.254.169.254", socket.AF_INET)],
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_called(settings, monkeypatch, anna, answers) -> None:
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = False
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, real = listener.getsockname()[1], socket.getaddrinfo

        def lookup(host, *arguments, **options):
            if host != "rebound.example.com":
                return real(host, *arguments, **options)
            return [
                (family, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)[: 4 if family == socket.AF_INET6 else 2])
                for address, family in answers
            ]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        device(anna, Subscription(f"https://rebound.example.com:{port}/x"))
        [outcome] = send(anna, message())
        assert isinstance(outcome, Refused)
        assert "open internet" in str(outcome)
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_an_address_that_is_no_longer_allowed_is_not_called(settings, service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = False
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    assert service.requests == []


def test_two_workers_share_the_wire(service, anna) -> None:
    subscriptions = [service.subscribe() for _ in range(30)]
    for number, subscription in enumerate(subscriptions):
        device(anna, subscription, number)
    parcels = [Parcel(message(), address) for address in channel.addresses([anna.pk])[anna.pk]]
    outcomes: list = []
    workers = [
        threading.Thread(target=lambda part=part: outcomes.extend(channel.send_all(part)))
        for part in (parcels[:15], parcels[15:])
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [outcome for _parcel, outcome in outcomes] == [None] * 30
    assert service.problems == []

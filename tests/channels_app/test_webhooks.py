"""Webhooks: a provider is told how its deliveries end."""

import json
import socket
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import endpoints
from accounts.models import User
from channels_app.delivery.deliver import Deliveries
from channels_app.digest import mails
from channels_app.models import DigestMail
from channels_app.outbound.http import HttpClient
from channels_app.queue import leases
from channels_app.webhooks import Webhooks
from notifcenter import providers
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, Notification, Provider, Webhook, WebhookCall
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.fakes.receiver import Receiver
from tests.problems import refused
from tests.processes import wait_until
from tests.product import start_product

EVENT = {"notification", "user", "channel", "state", "attempts", "reason", "created_at", "finished_at"}


@pytest.fixture
def receiver():
    running = Receiver().start()
    yield running
    running.stop()


# --- through the whole product ---


@pytest.fixture(scope="module")
def insecure(folders):
    """The product, allowed to call this machine."""
    running = start_product(folders("webhooks"), PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    yield running
    running.stop()


@pytest.fixture
def code(insecure):
    return f"hooked-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def put(insecure, code):
    with insecure.host_api() as host:
        yield lambda webhook: host.put(f"providers/{code}/", json={"webhook": webhook})


def publish_by(insecure, code, **fields) -> str:
    person = insecure.new_person()
    with insecure.provider_api(code) as provider:
        answer = provider.post("notifications/", json={"kind": "message", "recipients": [person], "text": "x"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_the_end_of_a_delivery_is_told_and_signed(insecure, put, code, receiver):
    secret = put({"url": receiver.url}).json()["webhook"]["secret"]
    published = publish_by(insecure, code)
    call = wait_until(lambda: receiver.calls and receiver.calls[0], what="a call")
    assert call.is_signed_by(secret)
    assert not call.is_signed_by("whsec_" + "A" * 44)
    assert call.headers["content-type"] == "application/json"
    assert call.event["type"] == "delivery.sent"
    assert call.event["timestamp"].endswith("Z")
    assert call.event["data"].keys() == EVENT
    assert call.event["data"] | {"notification": published, "channel": "email", "state": "sent"} == call.event["data"]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}])
def test_a_failed_call_comes_again_after_five_seconds_as_the_same_message(insecure, put, code, receiver, headers):
    secret = put({"url": receiver.url}).json()["webhook"]["secret"]
    receiver.answers = [(500, headers)]
    publish_by(insecure, code)
    wait_until(lambda: len(receiver.calls) == 2, what="the second call")
    first, second = receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert second.is_signed_by(secret)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 3


def test_an_address_that_is_gone_is_called_no_more_until_it_is_given_again(insecure, put, code, receiver):
    put({"url": receiver.url})
    receiver.answers = [(410, {})]
    publish_by(insecure, code)
    wait_until(lambda: receiver.calls, what="a call")
    wait_until(lambda: put_nothing(insecure, code)["active"] is False, what="given up")
    untold = publish_by(insecure, code)
    wait_until(lambda: is_sent(insecure, code, untold), what="sent without a word")
    again = put({"url": receiver.url}).json()["webhook"]
    assert again == {"url": receiver.url, "active": True}
    published = publish_by(insecure, code)
    wait_until(lambda: len(receiver.calls) == 2, what="a call of what came later")
    assert receiver.calls[1].event["data"]["notification"] == published


def is_sent(insecure, code, published):
    with insecure.provider_api(code) as provider:
        return provider.get(f"notifications/{published}/").json()["deliveries"]["email"] == {"sent": 1}


def put_nothing(insecure, code):
    with insecure.host_api() as host:
        return host.put(f"providers/{code}/", json={}).json()["webhook"]


def test_the_secret_is_shown_once_and_made_anew_on_request(put, receiver):
    first = put({"url": receiver.url}).json()["webhook"]
    assert first["secret"].startswith("whsec_")
    assert "secret" not in put({"url": receiver.url}).json()["webhook"]
    assert put({"url": receiver.url, "new_secret": True}).json()["webhook"]["secret"] != first["secret"]


def test_null_removes_the_webhook(put, receiver):
    put({"url": receiver.url})
    assert put(None).json()["webhook"] is None


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://127.0.0.1/", "https://localhost/x", "https://0x7f.1/", "x"]
)
def test_addresses_of_our_own_network_are_refused(host_api, url):
    refused(host_api.put("providers/wrong/", json={"webhook": {"url": url}}), 400, "/webhook/url")


# --- the rules, one by one ---


@pytest.fixture
def sent(db, settings, receiver):
    """Makes the calls that are due, and gives the only one as it stands then."""
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    provider, _new = providers.save("hooked")
    providers.set_webhook(provider, receiver.url)
    now = timezone.now()
    body = json.dumps({"type": "delivery.sent"})
    expires_at = now + timedelta(hours=28)
    WebhookCall.objects.create(webhook=provider.webhook, body=body, due_at=now, expires_at=expires_at)

    def send() -> WebhookCall:
        Webhooks().drain()
        return WebhookCall.objects.get()

    return send


def at(now) -> Webhooks:
    """The queue at that time."""
    return Webhooks(clock=lambda: now)


@pytest.mark.django_db(transaction=True)
def test_a_redirect_is_a_failure_and_is_not_followed(sent, receiver):
    receiver.answers = [(302, {"Location": receiver.url + "/elsewhere"})]
    call = sent()
    assert (call.state, call.attempts, call.reason) == ("pending", 1, "HTTP 302")
    assert [call.path for call in receiver.calls] == ["/hook"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", 120),
        ("0", 5),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 5),
        ("999999999999", 86400),
        ("9" * 400, 86400),
    ],
)
def test_retry_after_is_obeyed_but_never_shortens_the_tables_wait(sent, receiver, asked, wait):
    receiver.answers = [(429, {"Retry-After": asked})]
    before, due_at = timezone.now(), sent().due_at
    assert before + timedelta(seconds=wait) <= due_at <= timezone.now() + timedelta(seconds=wait)


@pytest.mark.django_db(transaction=True)
def test_the_waits_follow_the_table(sent, receiver):
    for wait in (5, 300, 1800, 7200, 18000, 36000, 36000):
        receiver.answers = [(503, {})]
        before = timezone.now()
        WebhookCall.objects.update(due_at=before)
        due_at = sent().due_at
        assert before + timedelta(seconds=wait * 0.8) <= due_at <= timezone.now() + timedelta(seconds=wait)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_slept_makes_no_call_that_another_has_taken(sent, receiver, monkeypatch):
    gather = HttpClient.gather

    def oversleep(client, jobs):
        assert at(timezone.now() + timedelta(seconds=21)).claim()
        for held in leases.held_here:
            held.renewed_at -= timedelta(seconds=60)
        return gather(client, jobs)

    monkeypatch.setattr(HttpClient, "gather", oversleep)
    assert sent().state == "pending"
    assert receiver.calls == []


@pytest.mark.django_db(transaction=True)
def test_after_its_time_it_has_failed(sent, receiver):
    receiver.answers = [(500, {})]
    WebhookCall.objects.update(expires_at=timezone.now() + timedelta(seconds=3))
    call = sent()
    assert (call.state, call.reason, call.due_at) == ("failed", "expired: HTTP 500", None)


@pytest.mark.django_db(transaction=True)
def test_a_name_that_leads_into_our_network_is_not_connected_to(sent, settings, receiver):
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = False
    name = socket.gethostname()
    if endpoints.is_public(socket.gethostbyname(name)):
        pytest.skip("this machine's own name leads to a public address")
    Webhook.objects.update(url=f"https://{name}:{receiver.url.split(':')[-1]}")
    call = sent()
    assert call.state == "failed", call.reason
    assert "address of the open internet" in call.reason
    assert receiver.calls == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_loses_its_call_to_the_next(sent):
    now = timezone.now()
    [stale] = at(now).claim()
    assert at(now).claim() == []
    [again] = at(now + timedelta(seconds=21)).claim()
    assert again.attempts == 2
    at(now).record(stale, None, now=now)
    assert WebhookCall.objects.get().state == "pending"
    at(now).record(again, None, now=now)
    assert WebhookCall.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_delivery_of_a_provider_without_a_webhook_tells_nobody(db):
    provider = Provider.objects.create(code="silent", name="Silent")
    user = User.objects.create(username="anna", email="anna@example.com")
    publish([Publication(provider, "message", "x", {user.pk: True})], now=timezone.now())
    Deliveries(channel_named("email")).drain()
    assert not WebhookCall.objects.exists()
    providers.set_webhook(provider, "https://example.com/")
    publish([Publication(provider, "message", "x", {user.pk: True})], now=timezone.now())
    Deliveries(channel_named("email")).drain()
    assert json.loads(WebhookCall.objects.get().body)["data"]["user"] == user.pk


@pytest.mark.django_db(transaction=True)
def test_what_came_in_the_daily_mail_is_told_too(db):
    now, (user, provider) = timezone.now(), hooked()
    delivery = published_delivery(provider, user, now, state="digest")
    mail = DigestMail.objects.create(user=user, window_start=now - timedelta(hours=1), window_end=now, due_at=now)
    mails.end([mail], "sent", "digested", now)
    event = json.loads(WebhookCall.objects.get().body)
    assert (event["type"], event["data"]["reason"]) == ("delivery.sent", "digested")
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def hooked():
    user = User.objects.create(username="anna", email="anna@example.com")
    provider = Provider.objects.create(code="hooked", name="Hooked")
    providers.set_webhook(provider, "https://example.com/")
    return user, provider


def published_delivery(provider, user, now, **values):
    before = now - timedelta(minutes=1)
    notification = Notification.objects.create(provider=provider, kind="message", text="x")
    facts = {"notification": notification, "user": user, "channel": "email", "created_at": before}
    return Delivery.objects.create(**facts | values)


@pytest.mark.django_db(transaction=True)
def test_old_calls_are_forgotten(sent):
    sent()
    Webhooks().forget_old(now=timezone.now() + timedelta(days=6))
    assert WebhookCall.objects.exists()
    Webhooks().forget_old(now=timezone.now() + timedelta(days=8))
    assert not WebhookCall.objects.exists()

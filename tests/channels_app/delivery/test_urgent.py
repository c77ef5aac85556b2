"""An urgent notification overtakes whatever waits, by every channel, through the whole product."""

import time

import pytest

from tests.fakes.push import PushService
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import OK, SmtpServer
from tests.processes import PATIENCE, wait_until

MANY = 600
SLOW = 0.1
SOON = 5.0
"""Seconds in which an urgent one is there; the others take a minute."""


@pytest.fixture
def services():
    """A mail server, a push service and a provider's server, each of which takes its time."""
    smtp, push, receiver = SmtpServer(), PushService(), Receiver()

    def slowly(_envelope):
        time.sleep(SLOW)
        return OK

    smtp.answer = slowly
    push.delay = 16 * SLOW  # so many side by side
    for service in (smtp, push, receiver):
        service.start()
    yield smtp, push, receiver
    for service in (smtp, push, receiver):
        service.stop()


def test_an_urgent_one_is_sent_within_seconds_behind_many_others(services, start_product):
    smtp, push, receiver = services
    site = start_product(EMAIL_URL=smtp.url, PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    reader = site.new_person()
    device = push.subscribe()
    subscription = {"channel": "browser", "transport": "webpush", "subscription": device.info, "name": "A browser"}
    with site.user_api(reader) as api:
        assert api.post("devices/", json=subscription).status_code == 201
    with site.host_api() as host:
        webhook = {"webhook": {"url": receiver.url}, "critical": True}
        assert host.put("providers/telephony/", json=webhook).status_code == 200
    item = {"kind": "message", "recipients": [reader], "text": "x", "header": "one of many"}
    with site.provider_api() as provider:
        assert provider.post("notifications/batch/", json=[item] * MANY).status_code == 201
        wait_until(lambda: smtp.received and push.of(device), what="the others are on their way")
        began = time.monotonic()
        urgent = item | {"kind": "error", "header": "it burns", "priority": "critical"}
        answer = provider.post("notifications/", json=urgent).json()["id"]
    mail = wait_until(lambda: next((i for i, m in enumerate(smtp.received) if _says(m, "it burns")), None), what="mail")
    in_time = time.monotonic() - began
    pushes = push.of(device)
    wait_until(lambda: any(one.payload["title"] == "it burns" for one in pushes), what="the push")
    told = wait_until(
        lambda: any(call.event["data"]["notification"] == answer for call in receiver.calls), what="the webhook"
    )
    assert in_time < SOON
    assert time.monotonic() - began < 2 * SOON
    assert mail < MANY // 4
    assert told
    assert len(pushes) < MANY // 2


def _says(mail, words):
    return words in str(mail.message["Subject"])


@pytest.mark.parametrize("priority", ["low", "normal", "high", "critical"])
def test_each_priority_is_published_and_shown(product, priority):
    reader = product.new_person()
    code = f"may-{priority}"
    with product.host_api() as host:
        assert host.put(f"providers/{code}/", json={"critical": True}).json()["critical"] is True
    body = {"kind": "error", "recipients": [reader], "text": "x", "priority": priority}
    with product.provider_api(code) as provider:
        published = provider.post("notifications/", json=body)
        assert published.status_code == 201, published.text
        assert provider.get(f"notifications/{published.json()['id']}/").json()["priority"] == priority
    with product.user_api(reader) as api:
        assert api.get("inbox/").json()["results"][0]["priority"] == priority


def test_a_low_one_disturbs_no_device_and_is_mailed(start_product):
    push = PushService().start()
    site = start_product(PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    reader = site.new_person()
    device = push.subscribe()
    subscription = {"channel": "browser", "transport": "webpush", "subscription": device.info, "name": "A browser"}
    with site.user_api(reader) as api:
        assert api.post("devices/", json=subscription).status_code == 201
    low = site.publish(reader, priority="low", header="quietly")
    site.publish(reader, header="as ever")
    wait_until(lambda: push.of(device), PATIENCE, "a push")
    site.wait_for_mail(f"{reader}@example.com", 2)
    assert [one.payload["title"] for one in push.of(device)] == ["as ever"]
    with site.provider_api() as provider:
        rows = provider.get(f"notifications/{low}/deliveries/").json()["results"]
    assert {row["channel"]: (row["state"], row["reason"]) for row in rows}["browser"] == ("skipped", "low")
    push.stop()

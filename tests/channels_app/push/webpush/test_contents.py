"""What arrives at a push service."""

import json

import pytest

from channels_app.push import document
from tests.channels_app.push.webpush.sending import device, message, send
from tests.fakes.push import Answer

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert len(document.encoded(document.fitted(longest, limit))) <= limit


def test_what_is_too_large_is_sent_again_shorter(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(413), Answer(413))
    assert send(anna, message(rows=("я" * 4000,))) == [None]
    [push] = service.of(subscription)
    assert len(json.dumps(push.payload, ensure_ascii=False).encode()) <= 1020


def test_a_subject_without_a_dot_in_its_host_signs_as_well(service, anna, settings) -> None:
    settings.VAPID_SUBJECT = "mailto:crm@intranet"
    device(anna, service.subscribe())
    assert send(anna, message()) == [None]
    assert service.problems == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("<div><div>• one</div><div>• two</div></div>", "• one\n• two"),
        ("<p>first\nline</p>\n<p>second</p>", "first line\nsecond"),
        ("first\nsecond", "first\nsecond"),
        ("a &lt; b<br>c", "a < b\nc"),
    ],
)
def test_lines_of_the_text_are_lines_of_the_push(service, anna, text: str, body: str) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    send(anna, message(rows=(text,)))
    [push] = service.of(subscription)
    assert push.payload["body"] == body

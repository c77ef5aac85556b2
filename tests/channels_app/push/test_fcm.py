import json

import pytest

from accounts.models import Device, User
from channels_app.channels.mobile import Mobile
from notifcenter.channel import Gone, Message, Parcel, Refused, TryLater
from tests.fakes.fcm import Fcm, failure

pytestmark = pytest.mark.django_db(transaction=True)
channel = Mobile()
TOKEN = "fcm-token:1"


def message(kind: str = "message", **more) -> Message:
    facts = {
        "provider_code": "telephony",
        "provider_name": "Telephony",
        "provider_icon": "",
        "title": "Звонок",
        "rows": ("<b>+7999</b>",),
        "url": "/inbox/",
        "created_at": 1,
    }
    return Message(
        **{
            "id": "message-1",
            "delivery": 1,
            "user": 1,
            "kind": kind,
            "priority": 3 if kind == "call" else 2,
            **facts,
            **more,
        }
    )


@pytest.fixture
def fcm(settings, tmp_path):
    service = Fcm().start()
    settings.FCM_API_URL = service.url
    settings.FCM_CREDENTIALS = str(service.write_credentials(tmp_path / "account.json"))
    yield service
    assert service.problems == []
    service.stop()


@pytest.fixture
def phone() -> Device:
    anna = User.objects.create(username="anna")
    return Device.objects.create(user=anna, channel="mobile", transport="fcm", address=TOKEN, address_digest="0" * 64)


def send(phone: Device, *messages: Message) -> list:
    """The outcomes of sending each message to the phone."""
    [address] = channel.addresses([phone.user_id])[phone.user_id]
    outcomes = list(channel.send_all([Parcel(words, address) for words in messages]))
    channel.settle(outcomes)
    return [outcome for _parcel, outcome in outcomes]


def test_a_message_arrives_by_a_service_account(fcm, phone) -> None:
    assert send(phone, message()) == [None]
    [arrived] = fcm.messages[TOKEN]
    assert arrived["notification"] == {"title": "Звонок", "body": "+7999"}
    assert arrived["data"]["url"] == "http://127.0.0.1:8000/inbox/"
    assert arrived["data"]["id"] == arrived["data"]["tag"] == arrived["android"]["notification"]["tag"] == "message-1"
    assert (arrived["android"]["priority"], arrived["android"]["ttl"]) == ("NORMAL", "86400s")


def test_a_call_is_urgent(fcm, phone) -> None:
    send(phone, message(kind="call"))
    [arrived] = fcm.messages[TOKEN]
    assert (arrived["android"]["priority"], arrived["android"]["ttl"]) == ("HIGH", "60s")
    assert arrived["apns"]["headers"]["apns-priority"] == "10"


def test_one_access_token_serves_many_messages(fcm, phone) -> None:
    assert send(phone, *[message()] * 10) == [None] * 10
    assert send(phone, message()) == [None]
    assert fcm.exchanges == 1


def test_a_refused_access_token_is_renewed_once(fcm, phone) -> None:
    send(phone, message())
    fcm.revoke_access()
    assert send(phone, *[message()] * 5) == [None] * 5
    assert fcm.exchanges == 2


def test_a_token_that_is_refused_again_is_a_refusal(fcm, phone) -> None:
    fcm.fail(TOKEN, failure(401, "THIRD_PARTY_AUTH_ERROR"), failure(401, "THIRD_PARTY_AUTH_ERROR"))
    [outcome] = send(phone, message())
    assert isinstance(outcome, Refused)
    phone.refresh_from_db()
    assert "401" in phone.last_error


def test_an_unregistered_device_is_forgotten(fcm, phone) -> None:
    fcm.fail(TOKEN, failure(404, "UNREGISTERED"))
    [outcome] = send(phone, message())
    assert isinstance(outcome, Gone)
    assert not Device.objects.exists()


@pytest.mark.parametrize(("status", "code"), [(404, ""), (400, "INVALID_ARGUMENT"), (403, "SENDER_ID_MISMATCH")])
def test_a_refusal_keeps_the_device(fcm, phone, status: int, code: str) -> None:
    fcm.fail(TOKEN, failure(status, code))
    [outcome] = send(phone, message())
    assert isinstance(outcome, Refused)
    assert Device.objects.exists()


@pytest.mark.parametrize(("status", "code"), [(429, "QUOTA_EXCEEDED"), (503, "UNAVAILABLE"), (500, "INTERNAL")])
def test_a_busy_service_is_asked_again_when_it_says(fcm, phone, status: int, code: str) -> None:
    fcm.fail(TOKEN, failure(status, code, **{"Retry-After": "30"}))
    [outcome] = send(phone, message())
    assert isinstance(outcome, TryLater)
    assert outcome.after == 30


@pytest.mark.parametrize("text", ["я" * 4000, "😀" * 4000, '"\n' * 2000])
def test_it_fits_whatever_the_text(fcm, phone, text: str) -> None:
    assert send(phone, message(rows=(text,), title="Ж" * 255)) == [None]


def test_without_credentials_it_says_so(settings, phone) -> None:
    settings.FCM_CREDENTIALS = ""
    [outcome] = send(phone, message())
    assert isinstance(outcome, Refused)
    assert str(outcome) == "FCM is not set up"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"project_id": "x"}'])
def test_a_file_that_is_no_service_account_is_told(settings, phone, tmp_path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content)
    settings.FCM_CREDENTIALS = str(tmp_path / "bad.json")
    [outcome] = send(phone, message())
    assert isinstance(outcome, Refused)


def test_a_token_server_that_is_away_is_tried_again(settings, phone, tmp_path, fcm) -> None:
    facts = json.loads((tmp_path / "account.json").read_text()) | {"token_uri": "http://127.0.0.1:1/token"}
    (tmp_path / "away.json").write_text(json.dumps(facts))
    settings.FCM_CREDENTIALS = str(tmp_path / "away.json")
    [outcome] = send(phone, message())
    assert isinstance(outcome, TryLater)

"""What mail services tell later, with samples of their own webhooks, and the way back for a dead address."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from channels_app.channels.email import Email
from channels_app.delivery.deliver import Deliveries
from notifcenter.inbox.receipts import Receipts
from notifcenter.models import Delivery, DeliveryEvent, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.fakes import mail_events
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db

SECRET = "hook:secret"


@pytest.fixture
def anna() -> User:
    return User.objects.create(username="anna", email="anna@example.com", language="en")


@pytest.fixture
def delivery(anna: User) -> Delivery:
    provider = Provider.objects.create(code="telephony", name="Telephony")
    publish([Publication(provider, "message", "Hello", {anna.pk: True})], now=timezone.now())
    return Delivery.objects.get(user=anna, channel="email")


@pytest.fixture
def use_service(settings: Any) -> Callable[..., None]:
    def use(service: str, **options: Any) -> None:
        settings.EMAIL_BACKEND = f"anymail.backends.{service}.EmailBackend"
        signing = {"MAILGUN_WEBHOOK_SIGNING_KEY": mail_events.SIGNING_KEY}
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET} | signing | options

    return use


@pytest.fixture(params=mail_events.SAMPLES)
def service(request: pytest.FixtureRequest, use_service: Callable[..., None]) -> str:
    """Each mail service in turn."""
    use_service(request.param)
    return str(request.param)


def report(service: str, kind: str, about: Delivery, secret: str = SECRET, **changed: str) -> Any:
    """What a service posts about a mail of ours; ``changed``: its ``recipient``, or another of our marks."""
    recipient = changed.pop("recipient", about.user.email)
    marks = {"user": str(about.user_id), "delivery": str(about.pk)} | changed
    return post(service, mail_events.body(service, kind, recipient, marks), secret)


def post(service: str, body: str, secret: str = SECRET) -> Any:
    basic = base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": f"Basic {basic}"} if secret else {}
    return Client().post(f"/anymail/{service}/tracking/", body, "application/json", headers=headers)


def blocked(delivery: Delivery) -> str:
    return User.objects.get(pk=delivery.user_id).mail_blocked


def test_delivered_and_opened_are_lines_of_the_deliverys_history(
    service: str, delivery: Delivery, admin_client: Client
) -> None:
    for kind in ("delivered", "opened", "delivered"):
        assert report(service, kind, delivery).status_code == 200
    assert list(delivery.events.values_list("what", flat=True)) == ["delivered", "opened"]
    assert blocked(delivery) == ""
    page = admin_client.get(f"/admin/notifcenter/delivery/{delivery.pk}/change/").content.decode()
    assert "Доставлено" in page and "Открыто" in page


@pytest.mark.parametrize("kind", ["hard", "complaint"])
def test_a_hard_bounce_or_a_complaint_stops_mail_to_the_address(
    service: str, kind: str, delivery: Delivery, anna: User, client: Client
) -> None:
    assert report(service, kind, delivery).status_code == 200
    assert blocked(delivery)
    said = Publication(Provider.objects.get(code="telephony"), "message", "Hello", {anna.pk: True})
    [notification] = publish([said], now=timezone.now())
    receipts = [receipt.delivery for receipt in Receipts(notification.pk, anna.pk).page(limit=100)]
    assert {each.channel: each.reason for each in receipts}["email"] == "mail_blocked"
    client.force_login(anna)
    page = client.get("/profile/").content.decode()
    assert "it came back, or was marked as spam there" in page
    assert 'action="/mail/confirm/"' in page


def test_a_soft_bounce_does_not_stop_mail(service: str, delivery: Delivery) -> None:
    assert report(service, "soft", delivery).status_code == 200
    assert blocked(delivery) == ""
    assert delivery.events.get().what in ("bounced", "deferred")


@pytest.mark.parametrize("secret", ["", "hook:wrong"])
def test_who_does_not_know_the_secret_changes_nothing(service: str, delivery: Delivery, secret: str) -> None:
    assert report(service, "hard", delivery, secret).status_code == 400
    assert blocked(delivery) == ""
    assert not delivery.events.exists()


def test_without_a_secret_the_webhook_is_closed(service: str, delivery: Delivery, settings: Any) -> None:
    settings.ANYMAIL |= {"WEBHOOK_SECRET": ""}
    if service != "mailgun":  # whose signature is proof enough
        assert report(service, "hard", delivery, "").status_code == 404
        assert blocked(delivery) == ""


def test_mailguns_signature_is_proof_enough(use_service: Callable[..., None], delivery: Delivery) -> None:
    use_service("mailgun", WEBHOOK_SECRET="", MAILGUN_WEBHOOK_SIGNING_KEY="another")
    assert report("mailgun", "hard", delivery, "").status_code == 400
    assert blocked(delivery) == ""
    use_service("mailgun", WEBHOOK_SECRET="")
    assert report("mailgun", "hard", delivery, "").status_code == 200
    assert blocked(delivery).startswith("5.1.1 The email account")


def test_services_that_are_not_used_have_no_webhook(use_service: Callable[..., None], delivery: Delivery) -> None:
    use_service("postmark")
    assert report("sendgrid", "hard", delivery).status_code == 404


def test_a_bounce_of_an_address_that_was_changed_meanwhile_stops_nothing(service: str, delivery: Delivery) -> None:
    assert report(service, "hard", delivery, recipient="old@example.com").status_code == 200
    assert blocked(delivery) == ""


@pytest.mark.parametrize("changed", [{"user": "nobody"}, {"user": "99999"}, {"user": "x" * 40, "delivery": "-1"}])
def test_events_with_strange_marks_are_taken_and_do_no_harm(
    service: str, delivery: Delivery, changed: dict[str, str]
) -> None:
    assert report(service, "delivered", delivery, recipient="eve@example.com", **changed).status_code == 200
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "DnsError", "AutoResponder", "Blocked"])
def test_what_postmark_calls_passing_does_not_stop_mail(
    use_service: Callable[..., None], delivery: Delivery, kind: str
) -> None:
    use_service("postmark")
    marks = {"user": str(delivery.user_id)}
    event = json.loads(mail_events.body("postmark", "soft", "anna@example.com", marks))
    assert post("postmark", json.dumps(event | {"Type": kind})).status_code == 200
    assert blocked(delivery) == ""


def test_sendgrid_tells_dead_addresses_from_refusals(use_service: Callable[..., None], delivery: Delivery) -> None:
    use_service("sendgrid")
    marks = {"user": str(delivery.user_id), "delivery": str(delivery.pk)}
    [event] = json.loads(mail_events.body("sendgrid", "hard", "anna@example.com", marks))
    assert post("sendgrid", json.dumps([event | {"type": "blocked"}])).status_code == 200
    assert blocked(delivery) == ""


@pytest.mark.parametrize("kind", ["hard", "complaint"])
def test_all_who_have_the_address_are_stopped(service: str, kind: str, delivery: Delivery, anna: User) -> None:
    User.objects.create(username="anna-2", email="Anna@Example.com")
    User.objects.create(username="joanna", email="joanna@example.com")
    report(service, kind, delivery)
    stopped = User.objects.exclude(mail_blocked="").order_by("pk").values_list("username", flat=True)
    assert list(stopped) == ["anna", "anna-2"]


@pytest.mark.parametrize("spelling", ["anna@почта.рф", "anna@ПОЧТА.рф", "anna@xn--80a1acny.xn--p1ai"])
@pytest.mark.parametrize("recipient", ["anna@xn--80a1acny.xn--p1ai", "ANNA@XN--80A1ACNY.XN--P1AI"])
def test_a_bounce_in_punycode_stops_the_address_however_it_is_written(
    use_service: Callable[..., None], delivery: Delivery, spelling: str, recipient: str
) -> None:
    use_service("postmark")
    User.objects.filter(pk=delivery.user_id).update(email=spelling)
    report("postmark", "hard", delivery, recipient=recipient)
    assert blocked(delivery)


# --- what a mail server says at once ---

NO_SUCH_USER = "550 5.1.1 <anna@example.com>: Recipient address rejected: User unknown in virtual mailbox table"


@pytest.fixture
def mail_server(smtp: SmtpServer, settings: Any) -> SmtpServer:
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    return smtp


def send(delivery: Delivery) -> User:
    """Send what is due, and give its reader as the database has them then."""
    Deliveries(Email()).drain()
    return User.objects.get(pk=delivery.user_id)


@pytest.mark.parametrize(
    "words",
    [
        NO_SUCH_USER,
        "550 5.1.1 The email account that you tried to reach does not exist.",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "553 5.1.3 The recipient address is not a valid RFC 5321 address.",
        "550 Requested action not taken: mailbox unavailable",
        "550 No such user here",
        "551 User unknown",
    ],
)
def test_an_address_that_the_server_does_not_know_is_stopped(
    mail_server: SmtpServer, delivery: Delivery, client: Client, words: str
) -> None:
    mail_server.recipient_answer = lambda _address: words
    anna = send(delivery)
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert anna.mail_blocked == delivery.reason == words
    client.force_login(anna)
    page = client.get("/profile/").content.decode()
    assert "Confirm the address" in page


def test_a_receipt_says_it_plainly_and_the_admin_in_the_servers_words(
    mail_server: SmtpServer, delivery: Delivery, client: Client, admin_client: Client
) -> None:
    mail_server.recipient_answer = lambda _address: "554 5.7.1 rule 17/b"
    client.force_login(send(delivery))
    rows = client.get(f"/api/v1/inbox/{delivery.notification_id}/deliveries/").json()["results"]
    assert [row["reason"] for row in rows if row["state"] == "failed"] == ["The mail server did not take it."]
    test = client.get(f"/profile/test/{delivery.notification_id}/").content.decode()
    assert "The mail server did not take it." in test and "rule 17" not in test
    page = admin_client.get(f"/admin/notifcenter/delivery/{delivery.pk}/change/").content.decode()
    assert "554 5.7.1 rule 17/b" in page


@pytest.mark.parametrize("is_staff", [True, False])
def test_the_words_of_the_mail_server_are_for_staff_only(anna: User, client: Client, is_staff: bool) -> None:  # noqa: FBT001  a parameter of pytest's
    User.objects.filter(pk=anna.pk).update(mail_blocked="550 5.1.1 <x> unknown", is_staff=is_staff)
    client.force_login(anna)
    page = client.get("/profile/").content.decode()
    assert (escape("550 5.1.1 <x> unknown") in page) is is_staff


@pytest.mark.parametrize(
    "words",
    [
        "550 5.7.1 Service unavailable; client host blocked",
        "554 5.7.1 <anna@example.com>: Relay access denied",
        "550 relay not permitted",
        "530 5.7.0 Authentication required",
        "550 5.1.8 <no@example.com>: Sender address rejected: Domain not found",
        "552 5.2.2 Mailbox full",
        "450 4.1.1 User unknown for now",
        "503 5.5.1 Bad sequence of commands",
    ],
)
def test_other_refusals_of_a_recipient_do_not_stop_mail(
    mail_server: SmtpServer, delivery: Delivery, words: str
) -> None:
    mail_server.recipient_answer = lambda _address: words
    assert send(delivery).mail_blocked == ""
    delivery.refresh_from_db()
    assert delivery.reason == words


@pytest.mark.parametrize("words", ["554 5.7.1 Message looks like spam", "550 5.1.1 No such user", "552 5.3.4 Too big"])
def test_a_refusal_of_the_message_does_not_stop_mail(mail_server: SmtpServer, delivery: Delivery, words: str) -> None:
    mail_server.answer = words
    assert send(delivery).mail_blocked == ""
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", words)


def test_a_server_that_refuses_the_sender_or_the_password_stops_nobodys_mail(
    mail_server: SmtpServer, delivery: Delivery, settings: Any
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"
    assert send(delivery).mail_blocked == ""
    delivery.refresh_from_db()
    assert delivery.state == "pending"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (NO_SUCH_USER, "There is no such address as anna@example.com."),
        ("554 5.7.1 <anna@example.com>: Relay access denied", "The mail server refused it."),
        ("450 4.2.0 Greylisted", "Try again in a few minutes."),
    ],
)
def test_a_confirmation_that_is_not_taken_is_told_in_plain_words(
    mail_server: SmtpServer, client: Client, caplog: pytest.LogCaptureFixture, words: str, sentence: str
) -> None:
    mail_server.recipient_answer = lambda _address: words
    client.force_login(User.objects.create(email="anna@example.com", language="en", mail_blocked="550 unknown"))
    answer = client.post("/mail/confirm/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert sentence in page
    assert words[:3] not in page
    assert words in caplog.text


# --- the way back ---


def test_an_address_is_confirmed_again_by_a_mail_and_a_button(
    anna: User, mail_server: SmtpServer, client: Client
) -> None:
    User.objects.filter(pk=anna.pk).update(mail_blocked="550 unknown")
    client.force_login(anna)
    assert b"Confirm the address" in client.get("/profile/").content
    assert client.post("/mail/confirm/").status_code == 200
    link = confirmation_link(mail_server)
    client.logout()
    assert client.get(link).status_code == 200
    anna.refresh_from_db()
    assert anna.mail_blocked
    assert client.post(link).status_code == 200
    anna.refresh_from_db()
    assert anna.mail_blocked == ""
    assert client.post(link + "x/").status_code == 404


def test_a_server_that_does_not_know_the_address_stops_all_who_have_it(
    mail_server: SmtpServer, delivery: Delivery
) -> None:
    other = User.objects.create(username="anna-2", email="anna@EXAMPLE.com")
    mail_server.recipient_answer = lambda _address: NO_SUCH_USER
    send(delivery)
    other.refresh_from_db()
    assert other.mail_blocked == NO_SUCH_USER


def test_a_link_confirms_only_the_address_that_it_was_sent_to(
    anna: User, mail_server: SmtpServer, client: Client
) -> None:
    User.objects.filter(pk=anna.pk).update(mail_blocked="550 unknown")
    client.force_login(anna)
    client.post("/mail/confirm/")
    link = confirmation_link(mail_server)
    User.objects.filter(pk=anna.pk).update(email="somebody.else@example.com")
    assert client.get(link).status_code == client.post(link).status_code == 404
    anna.refresh_from_db()
    assert anna.mail_blocked


def test_a_confirmation_that_cannot_be_sent_says_so(anna: User, mail_server: SmtpServer, client: Client) -> None:
    mail_server.stop()
    User.objects.filter(pk=anna.pk).update(mail_blocked="550 unknown")
    client.force_login(anna)
    assert client.post("/mail/confirm/").status_code == 503


def confirmation_link(mail_server: SmtpServer) -> str:
    """The path of the link in the only mail to Anna."""
    [mail] = mail_server.to("anna@example.com")
    link = re.search(r"https?://[^/\s]+(/mail/confirm/\S+)", mail.message.get_body(("plain",)).get_content())
    assert link
    return link[1]


@pytest.fixture(autouse=True)
def forget_pauses() -> None:
    """A pause between two confirmations belongs to one test."""
    cache.clear()

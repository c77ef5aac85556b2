"""What is in a daily mail, and what is left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.preferences.overview import overview
from notifcenter.inbox import changes
from notifcenter.inbox.changes import Selection
from notifcenter.inbox.verbs import DELETE, READ, UNREAD
from notifcenter.models import Provider, State
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.channels_app.digest.daily import DAY, DUE, MINUTE, NOON, say, send_due, states, text_of
from tests.choosing import choose
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db


def test_nothing_unread_means_no_mail(anna: User, smtp: SmtpServer) -> None:
    read, removed = say(anna, "Read", NOON), say(anna, "Removed", NOON)
    changes.apply(Selection(anna.pk, [read.pk]), READ, now=NOON)
    changes.apply(Selection(anna.pk, [removed.pk]), DELETE, now=NOON)
    assert send_due(DUE) == 0
    assert smtp.received == []
    assert states(anna) == [(State.SKIPPED, "read"), (State.SKIPPED, "deleted")]
    assert send_due(DUE + DAY) == 0


def test_an_item_marked_unread_again_is_in_the_mail(anna: User, smtp: SmtpServer) -> None:
    item = say(anna, "Hello", NOON)
    changes.apply(Selection(anna.pk, [item.pk]), READ, now=NOON)
    changes.apply(Selection(anna.pk, [item.pk]), UNREAD, now=NOON)
    assert send_due(DUE) == 1


def test_five_are_shown_newest_first_with_no_link_to_the_rest(anna: User, smtp: SmtpServer) -> None:
    for number in range(5):
        say(anna, f"Message {number}", NOON + number * MINUTE)
    send_due(DUE)
    text = text_of(smtp.received[0])
    assert [text.index(f"Message {number}") for number in (4, 3, 2, 1, 0)] == sorted(
        text.index(f"Message {number}") for number in range(5)
    )
    assert "/inbox/" not in smtp.received[0].message.as_string()


def test_of_more_than_five_the_newest_are_shown_and_a_link_leads_to_the_rest(anna: User, smtp: SmtpServer) -> None:
    for number in range(7):
        say(anna, f"Message {number}", NOON + number * MINUTE)
    send_due(DUE)
    [mail] = smtp.received
    assert mail.message["Subject"] == "7 unread notifications"
    assert "Message 2" in text_of(mail)
    assert "Message 1" not in text_of(mail)
    html = mail.message.get_body(("html",)).get_content()
    assert html.rindex("https://crm.example.com/inbox/") > html.rindex("Message 2")
    assert "https://crm.example.com/inbox/" in text_of(mail)
    assert states(anna) == [(State.SENT, "digested")] * 7


def test_what_comes_at_once_is_not_in_the_daily_mail(anna: User, smtp: SmtpServer) -> None:
    mail = Provider.objects.create(code="mail", name="Mail")
    publish([Publication(mail, "message", "At once", {anna.pk: True})], now=NOON)
    say(anna, "Daily", NOON)
    send_due(DUE)
    assert "At once" not in text_of(smtp.received[0])


def test_what_was_daily_when_published_stays_in_the_digest_after_a_change_to_at_once(
    anna: User, smtp: SmtpServer
) -> None:
    say(anna, "Daily", NOON)
    choose(anna, {"providers": [{"code": "telephony", "email_mode": "instant"}]}, NOON)
    assert send_due(DUE) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mail_off": True}, "mail_off"),
        ({"mail_blocked": "550 unknown"}, "mail_blocked"),
        ({"receive_notifications": False}, "master_off"),
        ({"email": ""}, "no_address"),
        ({"is_active": False}, "inactive"),
    ],
)
def test_who_switched_mail_off_meanwhile_gets_none(
    anna: User, smtp: SmtpServer, change: dict[str, Any], reason: str
) -> None:
    say(anna, "Hello", NOON)
    User.objects.filter(pk=anna.pk).update(**change)
    assert send_due(DUE) == 0
    assert states(anna) == [(State.SKIPPED, reason)]


def test_a_provider_whose_mail_was_switched_off_meanwhile_is_left_out(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    choose(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON)
    say(anna, "Hello", NOON)
    choose(anna, {"providers": [{"code": "loud", "channels": {"email": False}}]}, NOON)
    assert send_due(DUE) == 1
    assert smtp.received[0].message["Subject"] == "1 unread notification"
    assert states(anna) == [(State.SKIPPED, "channel_off"), (State.SENT, "digested")]


def test_what_is_left_out_makes_room_for_what_is_older(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    choose(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    for number in range(7):
        say(anna, f"Message {number}", NOON + number * MINUTE)
        publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON + timedelta(hours=1))
    choose(anna, {"providers": [{"code": "loud", "channels": {"email": False}}]}, NOON)
    assert send_due(DUE) == 1
    [mail] = smtp.received
    assert mail.message["Subject"] == "7 unread notifications"
    assert [n for n in range(7) if f"Message {n}" in text_of(mail)] == [2, 3, 4, 5, 6]
    assert "Loud words" not in text_of(mail)


def test_a_provider_that_only_the_older_ones_are_of_counts_too(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    choose(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    say(anna, "First", NOON)
    say(anna, "Second", NOON)
    for _number in range(6):
        publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON + MINUTE)
    assert send_due(DUE) == 1
    [mail] = smtp.received
    assert mail.message["Subject"] == "8 unread notifications"
    assert text_of(mail).count("Loud words") == 5
    assert "First" not in text_of(mail) and "Second" not in text_of(mail)


def test_the_mail_speaks_the_readers_language(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    boris = make_reader("boris", language="ru")
    for number in range(3):
        say(boris, f"Сообщение {number}", NOON)
    send_due(DUE)
    assert smtp.received[0].message["Subject"] == "3 непрочитанных уведомления"


def test_one_click_ends_the_daily_mail_and_leaves_the_rest(anna: User, smtp: SmtpServer) -> None:
    Provider.objects.create(code="other", name="Other")
    say(anna, "Hello", NOON)
    send_due(DUE)
    mail = smtp.received[0].message
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>").removeprefix("https://crm.example.com")
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    say(anna, "After it", DUE + MINUTE)
    assert states(anna)[-1] == (State.SKIPPED, "channel_off")
    mails = {entry["code"]: entry["channels"]["email"] for entry in overview(anna)["providers"]}
    assert (mails["telephony"], mails["other"]) == (False, True)

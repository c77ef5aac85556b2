"""What changes while its mails are in a worker's hands: it is looked at once more right before it is handed over."""

import pytest
from django.utils import timezone

from channels_app.channels.email import Email
from notifcenter.models import Delivery, DeliveryEvent, Webhook, WebhookCall
from notifcenter.publishing import withdrawal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def after_the_first(monkeypatch):
    """Has something done between the first mail and the second."""

    def do(act):
        original = Email.send_all

        def send_all(self, parcels):
            for number, sent in enumerate(original(self, parcels)):
                if number == 0:
                    act()
                yield sent

        monkeypatch.setattr(Email, "send_all", send_all)

    return do


def texts(smtp):
    return [mail.message.get_body(("plain",)).get_content() for mail in smtp.received]


def states(what="email"):
    return list(Delivery.objects.filter(channel=what).order_by("user").values_list("state", "reason"))


def test_a_mail_that_was_not_handed_over_is_stopped_and_one_that_was_is_out(tell, mails, smtp, after_the_first):
    published = tell("x")
    after_the_first(lambda: withdrawal.withdraw(published.pk, now=timezone.now()))
    assert mails.drain() == 1
    assert len(smtp.received) == 1
    assert states() == [("sent", ""), ("skipped", "withdrawn")]


def test_a_mail_that_was_not_handed_over_goes_out_with_the_newest_words(tell, mails, smtp, after_the_first):
    tell("Old words")
    after_the_first(lambda: tell("New words"))
    mails.drain()
    assert ["Old words" in texts(smtp)[0], "New words" in texts(smtp)[1]] == [True, True]
    assert states() == [("sent", "")] * 2


def test_a_renewal_of_what_is_in_hand_sends_each_mail_of_the_newest_words(tell, mails, smtp, after_the_first):
    tell("Old words")
    renewed = []
    after_the_first(lambda: renewed or renewed.append(tell("New words", renew=True)))
    mails.drain()
    renewed_mails = zip(smtp.received, texts(smtp), strict=True)
    assert sorted((mail.recipients[0], "New words" in text) for mail, text in renewed_mails) == [
        ("anna@example.com", False),
        ("anna@example.com", True),
        ("boris@example.com", True),
    ]
    assert states() == [("sent", "")] * 2
    assert DeliveryEvent.objects.filter(what="again").count() == 2


def test_what_waits_for_another_attempt_is_not_sent_twice_by_a_renewal(tell, mails, smtp):
    tell("Old words")
    tell("New words", renew=True)
    assert mails.drain() == 2
    assert all("New words" in text for text in texts(smtp))
    assert len(smtp.received) == 2


def test_what_waits_is_ended_by_a_withdrawal_and_its_provider_told(tell, mails, smtp, provider):
    Webhook.objects.create(provider=provider, url="http://127.0.0.1:9/", secret="whsec_AAAA")
    published = tell("x")
    withdrawal.withdraw(published.pk, now=timezone.now())
    assert mails.drain() == 0
    assert smtp.received == []
    assert states() == [("skipped", "withdrawn")] * 2
    told = [call.body for call in WebhookCall.objects.all()]
    assert len(told) == 2
    assert all('"type":"delivery.skipped"' in body and '"reason":"withdrawn"' in body for body in told)

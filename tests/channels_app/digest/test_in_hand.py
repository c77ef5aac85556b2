"""What changes while daily mails are in a worker's hands: each is looked at once more right before it is sent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from channels_app.delivery import versions
from channels_app.digest import queue
from channels_app.models import DigestMail
from notifcenter.models import Notification, Provider, State
from notifcenter.publishing import withdrawal
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.channels_app.digest.daily import DUE, MINUTE, NOON, say, send_due, states, text_of
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db
Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker looks before each mail, however fast they go out."""
    monkeypatch.setattr(versions, "FRESH_SECONDS", 0)


@pytest.fixture
def readers(make_reader: Callable[..., User]) -> list[User]:
    """Two, whose mails go out in one batch."""
    return [make_reader(name) for name in ("anna", "boris")]


@pytest.fixture
def after_the_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Has something done once the first mail is out, before the second."""

    def do(act: Act) -> None:
        original, acted = queue._send, []

        def send(*arguments: Any) -> None:
            original(*arguments)
            if not acted:
                acted.append(act())

        monkeypatch.setattr(queue, "_send", send)

    return do


def tell(readers: list[User], text: str, at: datetime = NOON) -> Notification:
    """Publish to both under one key, which changes what stands under it."""
    provider = Provider.objects.get(code="telephony")
    names = [reader.username for reader in readers]
    everybody = {reader.pk: True for reader in readers}
    told = Publication(provider, "message", text, everybody, header=text, named=names, key="deal")
    return publish([told], now=at)[0]


def test_what_was_updated_goes_out_with_its_newest_words(
    readers: list[User], smtp: SmtpServer, after_the_first: Callable[[Act], None]
) -> None:
    tell(readers, "Old words")
    after_the_first(lambda: tell(readers, "New words", DUE + MINUTE))
    assert send_due(DUE) == 2
    first, second = map(text_of, smtp.received)
    assert ("Old words" in first, "Old words" in second, "New words" in second) == (True, False, True)


def test_what_was_withdrawn_is_in_no_mail_that_is_not_out(
    readers: list[User], smtp: SmtpServer, after_the_first: Callable[[Act], None]
) -> None:
    mistake = tell(readers, "A mistake")
    for reader in readers:
        say(reader, "As ever", NOON)
    after_the_first(lambda: withdrawal.withdraw(mistake.pk, now=DUE))
    assert send_due(DUE) == 2
    first, second = map(text_of, smtp.received)
    assert ("A mistake" in first, "A mistake" in second, "As ever" in second) == (True, False, True)
    assert str(smtp.received[1].message["Subject"]).startswith("1 ")
    assert states(readers[1]) == [(State.SKIPPED, "withdrawn"), (State.SENT, "digested")]


def test_a_mail_of_which_nothing_is_left_does_not_go_out(
    readers: list[User], smtp: SmtpServer, after_the_first: Callable[[Act], None]
) -> None:
    mistake = tell(readers, "A mistake")
    after_the_first(lambda: withdrawal.withdraw(mistake.pk, now=DUE))
    assert send_due(DUE) == 1
    assert len(smtp.received) == 1
    ended = DigestMail.objects.order_by("state").values_list("state", "reason")
    assert list(ended) == [(State.SENT, "digested"), (State.SKIPPED, "withdrawn")]

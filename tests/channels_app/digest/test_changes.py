"""People who keep changing hour, zone and mode lose no notification and get none twice."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import DigestSchedule, User
from channels_app.models import DigestMail
from notifcenter.models import Delivery, Provider, State
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.channels_app.digest.daily import send_due
from tests.choosing import choose
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db

BEGIN = datetime(2027, 3, 20, tzinfo=UTC)
STEP = timedelta(minutes=30)
STEPS = 10 * 48
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
"""Berlin's clocks change on 28 March, within the time played."""


@pytest.fixture
def reader(smtp: SmtpServer, settings: Any) -> User:
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    Provider.objects.create(code="telephony", name="Telephony")
    return User.objects.create(username="anna", email="anna@example.com", timezone="UTC", language="en")


@pytest.mark.parametrize("seed", range(4))
def test_every_daily_notification_comes_in_exactly_one_mail(reader: User, smtp: SmtpServer, seed: int) -> None:
    chance, expected, mails = random.Random(seed), 0, []
    choose(reader, wish(chance) | mode("daily"), BEGIN)
    for step in range(STEPS):
        now = BEGIN + step * STEP
        if chance.random() < 0.15:
            choose(reader, chance.choice([wish(chance), mode("daily"), mode("instant")]), now)
        mails += send(now)
        if chance.random() < 0.1:
            expected += say(reader, now)
    choose(reader, mode("daily"), now)
    for hour in range(72):
        mails += send(now + timedelta(hours=hour))
    told = sum(int(mail.message["Subject"].split()[0]) for mail in smtp.received)
    assert told == expected > 10
    assert len(mails) == len(smtp.received)
    for (earlier, _zone), (later, zone) in pairwise(mails):
        assert earlier.astimezone(zone).date() < later.astimezone(zone).date()
    assert not Delivery.objects.filter(channel="email", state=State.DIGEST).exists()


def wish(chance: random.Random) -> dict[str, Any]:
    """Another hour, or another zone."""
    hour = {"time": f"{chance.randrange(24):02}:{chance.choice(('00', '30'))}"}
    return {"digest": chance.choice([hour, {"timezone": chance.choice(ZONES)}])}


def mode(name: str) -> dict[str, Any]:
    return {"providers": [{"code": "telephony", "email_mode": name}]}


def say(reader: User, now: datetime) -> bool:
    """Publish a notification; whether it waits for the daily mail."""
    said = Publication(Provider.objects.get(code="telephony"), "message", "Hello", {reader.pk: True})
    publish([said], now=now + timedelta(seconds=7))
    return Delivery.objects.filter(channel="email").latest("id").state == State.DIGEST


def send(now: datetime) -> Iterator[tuple[datetime, ZoneInfo]]:
    """Send what is due; gives the end of the window that was mailed, and the zone its hour is meant in."""
    if send_due(now):
        schedule = DigestSchedule.objects.select_related("user").get()
        yield DigestMail.objects.filter(state=State.SENT).latest("window_end").window_end, schedule.zone

"""What the tests of the daily mail share: a real mail server, and readers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from channels_app.models import DigestMail
from notifcenter.models import Provider, State
from tests.channels_app.digest.daily import DAY, NOON
from tests.choosing import choose
from tests.fakes.smtp import SmtpServer


@pytest.fixture(autouse=True)
def post(smtp: SmtpServer, settings: Any) -> None:
    """Mail goes to the test's own server."""
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    settings.PUBLIC_URL = "https://crm.example.com"


@pytest.fixture
def telephony() -> Provider:
    """Whose mail comes once a day."""
    return Provider.objects.create(code="telephony", name="Telephony")


@pytest.fixture
def make_reader(telephony: Provider) -> Callable[..., User]:
    """Somebody whose mail from the provider comes once a day, at 18:00 UTC."""

    def make(name: str = "anna", now: datetime = NOON - DAY, **profile: Any) -> User:
        profile = {"email": f"{name}@example.com", "timezone": "UTC", "language": "en"} | profile
        user = User.objects.create(username=name, **profile)
        daily = {"providers": [{"code": "telephony", "email_mode": "daily"}]}
        choose(user, daily, now)
        return user

    return make


@pytest.fixture
def anna(make_reader: Callable[..., User]) -> User:
    """A reader."""
    return make_reader()


@pytest.fixture(autouse=True)
def one_mail_per_window(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did: no user has two mails of one window, and nothing sent still waits."""
    yield
    if request.node.get_closest_marker("django_db") is None:  # its database is not ours
        return
    assert not DigestMail.objects.filter(state=State.SENT, finished_at=None).exists()

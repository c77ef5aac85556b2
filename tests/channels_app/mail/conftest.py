"""What the tests of mail at once share."""

from typing import Any

import pytest

from tests.channels_app.mail.mails import use
from tests.fakes.smtp import SmtpServer


@pytest.fixture(autouse=True)
def mail_server(smtp: SmtpServer, settings: Any) -> None:
    """Mail goes to the test's own server."""
    use(settings, smtp.url)
    settings.PUBLIC_URL = "https://crm.example.com"

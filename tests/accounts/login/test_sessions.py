"""How long a sign-in lasts."""

import time

import pytest
import time_machine
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.mark.parametrize(("days", "is_signed_in"), [(13, True), (15, False)])
def test_a_session_ends_two_weeks_after_the_log_in_however_much_it_is_used(days, is_signed_in):
    browser = Client()
    browser.force_login(User.objects.create_user("anna"), "accounts.login.hashing.LimitedModelBackend")
    for day in range(0, days, 3):
        with time_machine.travel(time.time() + day * DAY, tick=False):
            browser.get("/profile/")
    with time_machine.travel(time.time() + days * DAY, tick=False):
        answer = browser.get("/profile/")
    assert (answer.status_code == 200) is is_signed_in

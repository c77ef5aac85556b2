"""What a channel says of itself is all that preferences, forecast and the profile page need."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.preferences import many
from accounts.preferences.forecast import Line, forecast
from notifcenter.channel import Address, Channel, all_channels
from notifcenter.models import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def pigeon(monkeypatch) -> Channel:
    """A channel that other columns of a person close, to addresses of its own."""
    monkeypatch.setattr("notifcenter.channel._channels", {channel.code: channel for channel in all_channels()})

    class Pigeon(Channel):
        code = "pigeon"
        label = "By pigeon"
        closed_by = {"last_name": "fox", "is_staff": "hawk"}
        requires = {"first_name": "no_address"}
        profile_template = "accounts/profile/_lines.html"

        def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
            return {user: [Address(1, "north"), Address(2, "south")] for user in user_ids}

        def profile_context(self, user: Any) -> dict[str, Any]:
            return {"lines": [Line("Coops", State.SENT, f"North and south of {user.first_name}")]}

    return next(channel for channel in all_channels() if channel.code == "pigeon")


PEOPLE = {
    "anna": ({"first_name": "Anna"}, (State.PENDING, "")),
    "boris": ({}, (State.SKIPPED, "no_address")),
    "vera": ({"first_name": "Vera", "last_name": "Fox"}, (State.SKIPPED, "fox")),
    "gleb": ({"first_name": "Gleb", "is_staff": True}, (State.SKIPPED, "hawk")),
}


def test_it_names_the_facts_of_a_person_that_decide(telephony, pigeon, django_assert_num_queries):
    people = {User.objects.create(username=name, **facts).pk: end for name, (facts, end) in PEOPLE.items()}
    with django_assert_num_queries(1):
        decisions = many.decisions(list(people), telephony)
    assert {pk: (one["pigeon"].state, one["pigeon"].reason) for pk, one in decisions.items()} == people
    forecasts = {pk: forecast(User.objects.get(pk=pk), telephony)[-1].state for pk in people}
    assert forecasts == {pk: state for pk, (state, _reason) in people.items()}


def test_it_puts_its_own_part_on_the_profile_page(telephony, pigeon):
    client = Client()
    client.force_login(User.objects.create(username="anna", first_name="Anna", language="en"))
    page = client.get("/profile/").content.decode()
    assert page.count("North and south of Anna") == 1
    assert page.count('id="devices"') == 1
    assert 'name="channel.telephony.pigeon"' in page

import pytest

from accounts.models import ChannelPreference, Device, User
from accounts.preferences import many, resolve
from notifcenter.channel import all_channels
from notifcenter.models import State


def device(user: User, channel: str, address: str, **more: object) -> Device:
    facts = {"transport": "webpush", "address": address, "address_digest": address, **more}
    return Device.objects.create(user=user, channel=channel, **facts)


@pytest.mark.parametrize("number", [1, 60])
def test_one_query_for_any_number_of_people(telephony, django_assert_num_queries, number):
    people = User.objects.bulk_create(User(username=f"person-{n}") for n in range(number))
    rows = (ChannelPreference(user=user, provider=telephony, channels={"email": False}) for user in people[::2])
    ChannelPreference.objects.bulk_create(rows)
    with django_assert_num_queries(1):
        wanted = many.decisions([user.pk for user in people], telephony)
    assert len(wanted) == number
    assert wanted[people[0].pk]["email"].reason == "channel_off"
    assert wanted[people[-1].pk]["mobile"].state == State.PENDING


def test_it_says_what_resolve_says(anna, telephony):
    boris = User.objects.create(username="boris", receive_notifications=False)
    row = ChannelPreference.objects.create(user=anna, provider=telephony, email_mode="daily")
    wanted = many.decisions([anna.pk, boris.pk], telephony)
    assert wanted[anna.pk] == resolve.resolve(anna, row, all_channels())
    assert wanted[boris.pk] == resolve.resolve(boris, None, all_channels())


def test_the_choice_for_another_provider_does_not_matter(anna, telephony, own):
    ChannelPreference.objects.create(user=anna, provider=own, channels={"email": False})
    assert many.decisions([anna.pk], telephony)[anna.pk]["email"].state == State.PENDING


def test_the_active_devices_come_with_it(anna, telephony, django_assert_num_queries):
    boris = User.objects.create(username="boris")
    phones = [device(anna, "mobile", "phone"), device(anna, "mobile", "tablet")]
    device(anna, "browser", "gone", active=False)
    with django_assert_num_queries(1):
        wanted, devices = many.decisions_and_devices([anna.pk, boris.pk], telephony)
    assert wanted == many.decisions([anna.pk, boris.pk], telephony)
    assert devices == {"mobile": {anna.pk: [phone.pk for phone in phones]}}

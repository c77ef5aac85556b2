from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import ChannelPreference, DigestSchedule, User
from accounts.preferences import digest_hour
from accounts.preferences.changes import ProviderChanges
from accounts.preferences.overview import overview
from notifcenter.models import SELF, Provider
from tests.choosing import choose

NOON = datetime(2026, 6, 1, 9, tzinfo=UTC)  # 12:00 in Moscow


def provider(code: str = "telephony", **wanted: object) -> dict[str, object]:
    return {"providers": [{"code": code, **wanted}]}


def refused(user: User, patch: object) -> list[str]:
    client = Client()
    client.force_login(user)
    answer = client.patch("/api/v1/preferences/", patch, content_type="application/json")
    assert answer.status_code == 400
    return [error["pointer"] for error in answer.json()["errors"]]


class TestOverview:
    def test_defaults_need_no_row(self, anna, telephony, own):
        shown = overview(anna)
        assert shown["receive_notifications"] is True
        assert shown["digest"] == {"time": "18:00", "timezone": "Europe/Moscow"}
        assert [entry["code"] for entry in shown["providers"]] == ["telephony", SELF]
        assert shown["providers"][0] == {
            "code": "telephony",
            "name": "Telephony",
            "icon": "",
            "channels": {"interface": True, "email": True, "mobile": True, "browser": True},
            "email_mode": "instant",
        }
        assert not ChannelPreference.objects.exists()

    def test_four_queries_for_any_number_of_providers(self, anna, django_assert_num_queries):
        Provider.objects.bulk_create(Provider(code=f"p-{n}", name=f"P {n}") for n in range(30))
        with django_assert_num_queries(4):
            overview(anna)


class TestChange:
    def test_any_part_may_change_alone(self, anna, telephony):
        choose(anna, provider(channels={"email": False}), NOON)
        shown = choose(anna, {"receive_notifications": False}, NOON)
        assert shown["receive_notifications"] is False
        assert shown["providers"][0]["channels"] == {"interface": True, "email": False, "mobile": True, "browser": True}

    def test_the_master_switch_overwrites_no_finer_choice(self, anna, telephony):
        choose(anna, provider(channels={"browser": False}, email_mode="daily"), NOON)
        before = overview(anna)["providers"]
        choose(anna, {"receive_notifications": False}, NOON)
        assert choose(anna, {"receive_notifications": True}, NOON)["providers"] == before

    def test_sending_everything_back_changes_and_stores_nothing(self, anna, telephony, own):
        shown = overview(anna)
        assert choose(anna, shown, NOON) == shown
        assert not ChannelPreference.objects.exists()
        assert not DigestSchedule.objects.exists()

    def test_what_changed_since_the_page_was_asked_counts(self, anna, telephony):
        stale = User.objects.get(pk=anna.pk)
        choose(anna, {"receive_notifications": False}, NOON)
        assert choose(stale, {"receive_notifications": True}, NOON)["receive_notifications"] is True
        anna.refresh_from_db()
        assert anna.receive_notifications

    def test_only_what_was_chosen_is_stored(self, anna, telephony):
        choose(anna, provider(channels={"email": False, "mobile": True}), NOON)
        assert ChannelPreference.objects.get().channels == {"email": False}

    def test_changes_are_logged(self, anna, telephony, caplog):
        caplog.set_level("INFO", logger="accounts")
        choose(anna, provider(channels={"email": False}) | {"receive_notifications": False}, NOON)
        assert f"user {anna.pk} chose: receive_notifications=False, telephony (email=False)" in caplog.text

    @pytest.mark.parametrize(
        ("patch", "where"),
        [
            ([], ""),
            ({"colour": "red"}, "/colour"),
            ({"receive_notifications": "yes"}, "/receive_notifications"),
            ({"receive_notifications": None}, "/receive_notifications"),
            ({"digest": {"time": "24:00"}}, "/digest/time"),
            ({"digest": {"time": "6 pm"}}, "/digest/time"),
            ({"digest": {"timezone": "Mars/Olympus"}}, "/digest/timezone"),
            ({"digest": {"timezone": ""}}, "/digest/timezone"),
            ({"digest": {"timezone": "localtime"}}, "/digest/timezone"),
            ({"digest": {"timezone": "Factory"}}, "/digest/timezone"),
            ({"digest": {"hour": 3}}, "/digest/hour"),
            (provider("nobody"), "/providers/0/code"),
            ({"providers": [{"channels": {}}]}, "/providers/0/code"),
            ({"providers": {"code": "telephony"}}, "/providers"),
            (provider(channels={"interface": False}), "/providers/0/channels/interface"),
            (provider(channels={"pigeon": True}), "/providers/0/channels/pigeon"),
            (provider(channels={"email": 1}), "/providers/0/channels/email"),
            (provider(channels=["email"]), "/providers/0/channels"),
            (provider(email_mode="weekly"), "/providers/0/email_mode"),
            (provider(sound=True), "/providers/0/sound"),
            ({"providers": [{"code": "telephony"}, {"code": "telephony"}]}, "/providers/1/code"),
        ],
    )
    def test_what_is_wrong_is_pointed_at_and_nothing_changes(self, anna, telephony, patch, where):
        good = {"receive_notifications": False, "digest": {"time": "07:00"}}
        patch = good | patch if isinstance(patch, dict) else patch
        assert refused(anna, patch) == [where]
        anna.refresh_from_db()
        assert anna.receive_notifications
        assert not DigestSchedule.objects.exists()
        assert not ChannelPreference.objects.exists()

    @pytest.mark.parametrize("channels", [{"interface": False}, {"pigeon": True}])
    def test_whoever_calls_with_values_is_refused_what_cannot_be(self, telephony, channels):
        with pytest.raises(ValidationError):
            ProviderChanges(telephony, channels)

    def test_all_that_is_wrong_is_told_at_once(self, anna, telephony):
        patch = {"digest": {"time": "25:00"}, "providers": [{"code": "telephony"}, {"code": "x", "email_mode": "no"}]}
        assert refused(anna, patch) == ["/digest/time", "/providers/1/email_mode"]


def schedule_of(user: User) -> DigestSchedule:
    return DigestSchedule.objects.get(user=user)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def mailed(user: User, due: datetime) -> None:
    """What the digest writes down when the window that ended at ``due`` became a mail."""
    DigestSchedule.objects.filter(user=user).update(
        window_start=due, mailed_at=due, next_due_at=due + timedelta(days=1)
    )


class TestDigest:
    def test_the_first_daily_provider_starts_it_at_six_in_the_evening(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        row = schedule_of(anna)
        assert (row.time, row.timezone) == (time(18), "")
        assert (row.window_start, row.next_due_at) == (moscow(1, 18) - timedelta(days=1), moscow(1, 18))

    def test_a_chosen_hour_counts_from_its_next_occurrence(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        choose(anna, {"digest": {"time": "12:30"}}, NOON)
        assert schedule_of(anna).next_due_at == moscow(1, 12, 30)
        choose(anna, {"digest": {"time": "11:00"}}, NOON)
        assert schedule_of(anna).next_due_at == moscow(2, 11)

    def test_after_todays_mail_a_later_hour_counts_from_tomorrow_and_the_window_stays_whole(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        mailed(anna, moscow(1, 18))
        choose(anna, {"digest": {"time": "20:00"}}, moscow(1, 19))
        row = schedule_of(anna)
        assert (row.window_start, row.next_due_at) == (moscow(1, 18), moscow(2, 20))

    def test_an_earlier_hour_skips_nothing(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        mailed(anna, moscow(1, 18))
        choose(anna, {"digest": {"time": "09:00"}}, moscow(2, 10))
        row = schedule_of(anna)
        assert (row.window_start, row.next_due_at) == (moscow(1, 18), moscow(3, 9))

    def test_there_and_back_again_is_as_before(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        choose(anna, {"digest": {"time": "12:30"}}, NOON)
        choose(anna, {"digest": {"time": "18:00"}}, NOON)
        assert schedule_of(anna).next_due_at == moscow(1, 18)

    def test_the_same_hour_again_moves_nothing_even_when_the_mail_is_late(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        choose(anna, {"digest": {"time": "18:00"}}, moscow(1, 18, 1))
        digest_hour.reschedule(anna, moscow(1, 18, 1))
        assert schedule_of(anna).next_due_at == moscow(1, 18)

    def test_it_follows_the_persons_zone(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        anna.timezone = "Asia/Tokyo"
        anna.save()
        digest_hour.reschedule(anna, NOON)
        assert schedule_of(anna).next_due_at == datetime(2026, 6, 2, 9, tzinfo=UTC)
        assert overview(anna)["digest"]["timezone"] == "Asia/Tokyo"

    def test_a_zone_of_its_own_stays_when_the_person_moves(self, anna, telephony):
        choose(anna, {"digest": {"timezone": "Europe/Berlin"}}, NOON)
        anna.timezone = "Asia/Tokyo"
        anna.save()
        digest_hour.reschedule(anna, NOON)
        assert overview(anna)["digest"]["timezone"] == "Europe/Berlin"
        assert schedule_of(anna).next_due_at == datetime(2026, 6, 1, 16, tzinfo=UTC)

    def test_choosing_ones_own_zone_follows_it_again(self, anna, telephony):
        choose(anna, {"digest": {"timezone": "Europe/Berlin"}}, NOON)
        choose(anna, {"digest": {"timezone": "Europe/Moscow"}}, NOON)
        assert schedule_of(anna).timezone == ""

    def test_back_to_at_once_keeps_the_hour_for_what_still_waits(self, anna, telephony):
        choose(anna, provider(email_mode="daily"), NOON)
        choose(anna, provider(email_mode="instant"), NOON)
        assert schedule_of(anna).next_due_at == moscow(1, 18)

    def test_who_has_no_schedule_needs_none_moved(self, anna):
        digest_hour.reschedule(anna, NOON)
        assert not DigestSchedule.objects.exists()

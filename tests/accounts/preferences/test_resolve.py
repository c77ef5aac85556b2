import pytest

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from notifcenter.channel import all_channels
from notifcenter.models import State


def states(user: User, preference: ChannelPreference | None = None) -> dict[str, tuple[str, str]]:
    resolved = resolve.resolve(user, preference, all_channels())
    return {code: (decision.state, decision.reason) for code, decision in resolved.items()}


def chosen(email_mode: str = "", **channels: bool) -> ChannelPreference:
    return ChannelPreference(channels=channels, email_mode=email_mode)


class TestResolve:
    def test_without_a_choice_everything_goes_out_at_once(self):
        assert states(User(email="anna@example.com")) == {
            "interface": (State.SENT, "always"),
            "email": (State.PENDING, ""),
            "mobile": (State.PENDING, ""),
            "browser": (State.PENDING, ""),
        }

    def test_the_master_switch_masks_all_but_the_interface(self):
        off = states(User(receive_notifications=False), chosen(email=True))
        assert off["interface"] == (State.SENT, "always")
        assert {off[code] for code in ("email", "mobile", "browser")} == {(State.SKIPPED, "master_off")}

    def test_a_channel_switched_off_is_skipped_and_the_others_go(self):
        resolved = states(User(), chosen(email=False))
        assert resolved["email"] == (State.SKIPPED, "channel_off")
        assert resolved["mobile"] == (State.PENDING, "")

    def test_only_mail_waits_for_the_digest(self):
        resolved = states(User(email="anna@example.com"), chosen("daily"))
        assert resolved["email"] == (State.DIGEST, "daily")
        assert resolved["browser"] == (State.PENDING, "")

    def test_who_has_no_mail_address_gets_no_mail_and_is_told_so(self):
        resolved = states(User(), chosen("daily"))
        assert resolved["email"] == (State.SKIPPED, "no_address")
        assert resolved["browser"] == (State.PENDING, "")

    def test_daily_mail_that_is_switched_off_does_not_wait(self):
        assert states(User(), chosen("daily", email=False))["email"] == (State.SKIPPED, "channel_off")

    @pytest.mark.parametrize(
        ("person", "reason"), [({"mail_off": True}, "mail_off"), ({"mail_blocked": "550 no such user"}, "mail_blocked")]
    )
    def test_mail_that_is_stopped_as_a_whole_stops_no_other_channel(self, person, reason):
        resolved = states(User(**person), chosen("daily"))
        assert resolved["email"] == (State.SKIPPED, reason)
        assert resolved["mobile"] == (State.PENDING, "")

    def test_the_interface_cannot_be_switched_off_even_by_a_stray_row(self):
        assert states(User(), chosen(interface=False))["interface"] == (State.SENT, "always")

    def test_somebody_who_left_gets_nothing_outside(self):
        assert states(User(is_active=False))["email"] == (State.SKIPPED, "inactive")

"""The profile without JavaScript."""

from playwright.sync_api import expect

from tests.pages.profile.choices import EMAIL, MODE, box, choices, master, preferences, save, states
from tests.people import TELEPHONY


class TestWithoutJavaScript:
    def test_unticking_mail_and_saving_sends_the_next_call_only_elsewhere(self, product, plain, person):
        box(plain, EMAIL).uncheck()
        save(plain)
        expect(box(plain, EMAIL)).not_to_be_checked()
        assert choices(product, person)["channels"] == {
            "interface": True,
            "email": False,
            "mobile": True,
            "browser": True,
        }
        published = product.publish(person, kind="call")
        assert states(product, person, published)["email"] == "skipped"
        assert states(product, person, published)["interface"] == "sent"

    def test_the_master_switch_off_keeps_the_finer_choices(self, product, plain, person):
        box(plain, EMAIL).uncheck()
        master(plain).uncheck()
        save(plain)
        expect(master(plain)).not_to_be_checked()
        assert preferences(product, person)["receive_notifications"] is False
        expect(box(plain, EMAIL)).not_to_be_checked()
        expect(box(plain, f"channel.{TELEPHONY}.mobile")).to_be_checked()

    def test_mail_mode_hour_and_zone_are_saved(self, product, plain, person):
        box(plain, MODE).select_option("daily")
        box(plain, "time").fill("07:30")
        box(plain, "timezone").select_option("Asia/Tokyo")
        save(plain)
        expect(box(plain, MODE)).to_have_value("daily")
        assert preferences(product, person)["digest"] == {"time": "07:30", "timezone": "Asia/Tokyo"}
        assert choices(product, person)["email_mode"] == "daily"

    def test_what_would_happen_and_a_test_send_are_plain_forms(self, plain):
        plain.get_by_role("button", name="Показать").click()
        expect(plain.locator("#outcome .nc-page-line")).to_have_count(4)
        plain.locator(".nc-tests").get_by_role("button", name="В интерфейсе").click()
        expect(plain.locator("#test .nc-page-line")).to_contain_text("Отправлено")

"""The profile with JavaScript."""

from playwright.sync_api import expect

from tests.pages.profile.choices import EMAIL, MODE, SAVE, box, choices, master, preferences, save
from tests.people import TELEPHONY


class TestWithJavaScript:
    def test_save_wakes_when_something_changed_and_rests_when_it_is_changed_back(self, profile):
        button = profile.get_by_role("button", name=SAVE)
        expect(button).to_be_disabled()
        box(profile, EMAIL).uncheck()
        expect(button).to_be_enabled()
        expect(profile.locator("#save-status")).to_have_text("Есть несохранённые изменения.")
        box(profile, EMAIL).check()
        expect(button).to_be_disabled()

    def test_saved_is_confirmed_in_place_and_stays_after_a_reload(self, product, profile, person):
        box(profile, EMAIL).uncheck()
        save(profile)
        expect(profile.get_by_role("button", name=SAVE)).to_be_disabled()
        assert choices(product, person)["channels"]["email"] is False
        profile.reload()
        expect(box(profile, EMAIL)).not_to_be_checked()

    def test_leaving_with_unsaved_changes_asks(self, profile):
        asked = []
        profile.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        box(profile, EMAIL).uncheck()
        profile.goto("/accounts/logout/")
        assert asked == ["beforeunload"]

    def test_leaving_after_saving_does_not_ask(self, profile):
        asked = []
        profile.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        box(profile, EMAIL).uncheck()
        save(profile)
        profile.goto("/accounts/logout/")
        assert asked == []

    def test_the_interface_is_ticked_and_locked(self, profile):
        locked = box(profile, f"channel.{TELEPHONY}.interface")
        expect(locked).to_be_checked()
        expect(locked).to_be_disabled()

    def test_the_master_switch_greys_the_matrix_keeps_its_values_and_saves_both(self, product, profile, person):
        box(profile, EMAIL).uncheck()
        master(profile).uncheck()
        expect(box(profile, EMAIL)).to_be_disabled()
        save(profile)
        expect(box(profile, EMAIL)).to_be_disabled()
        assert preferences(product, person)["receive_notifications"] is False
        assert choices(product, person)["channels"]["email"] is False
        profile.reload()
        expect(box(profile, EMAIL)).to_be_disabled()
        expect(box(profile, f"channel.{TELEPHONY}.browser")).to_be_checked()
        master(profile).check()
        expect(box(profile, EMAIL)).to_be_enabled()
        save(profile)
        assert choices(product, person)["channels"] == {
            "interface": True,
            "email": False,
            "mobile": True,
            "browser": True,
        }

    def test_mail_mode_shows_while_mail_is_ticked(self, profile):
        expect(box(profile, MODE)).to_be_visible()
        expect(box(profile, MODE).locator("option")).to_have_text(["В момент события", "Раз в день"])
        box(profile, EMAIL).uncheck()
        expect(box(profile, MODE)).to_be_hidden()

    def test_hour_and_zone_show_while_any_mail_is_ticked(self, profile):
        expect(box(profile, "time")).to_be_visible()
        for ticked in profile.locator("[data-channel=email]").all():
            ticked.uncheck()
        expect(box(profile, "time")).to_be_hidden()
        expect(box(profile, "timezone")).to_be_hidden()

    def test_what_would_happen_now_has_a_sentence_for_each_channel(self, profile):
        box(profile, MODE).select_option("daily")
        save(profile)
        profile.locator("#outcome-provider").select_option(TELEPHONY)
        profile.get_by_role("button", name="Показать").click()
        expect(profile.locator("#outcome .nc-page-line dd")).to_have_text(
            [
                "В центре уведомлений оно есть всегда.",
                "Войдёт в ежедневную сводку в 18:00 (Москва).",
                "Для этого канала нет ни одного устройства.",
                "Для этого канала нет ни одного устройства.",
            ]
        )

    def test_a_test_mail_is_sent_and_its_state_followed(self, product, profile, person):
        profile.locator(".nc-tests").get_by_role("button", name="E-mail").click()
        sent = profile.locator("#test .nc-page-line", has_text="E-mail")
        expect(sent).to_have_attribute("data-state", "sent")
        expect(profile.locator("#test .nc-page-line")).to_have_count(2)
        assert len(product.wait_for_mail(f"{person}@")) == 1

    def test_a_test_by_a_channel_without_a_device_says_why_not(self, profile):
        profile.locator(".nc-tests").get_by_role("button", name="На телефоне").click()
        expect(profile.locator("#test .nc-page-line", has_text="На телефоне")).to_contain_text(
            "нет ни одного устройства"
        )

    def test_another_language_is_there_at_once_and_kept(self, profile):
        box(profile, "language").select_option("en")
        profile.get_by_role("button", name=SAVE).click()
        expect(profile.get_by_role("button", name="Save")).to_be_visible()
        expect(profile.get_by_label("Receive notifications")).to_be_checked()
        expect(box(profile, MODE).locator("option")).to_have_text(["At once", "Once a day"])

    def test_a_server_that_does_not_answer_is_told_and_the_changes_stay(self, profile):
        profile.route("**/profile/", lambda route: route.abort())
        box(profile, EMAIL).uncheck()
        profile.get_by_role("button", name=SAVE).click()
        expect(profile.locator("#save-status")).to_have_text(
            "Сервер не отвечает. Ничего не сохранено; попробуйте ещё раз."
        )
        expect(profile.get_by_role("button", name=SAVE)).to_be_enabled()
        expect(box(profile, EMAIL)).not_to_be_checked()

    def test_what_is_wrong_is_marked_beside_its_field(self, profile):
        profile.locator("#profile").evaluate("form => form.noValidate = true")
        box(profile, "time").fill("")
        profile.get_by_role("button", name=SAVE).click()
        expect(profile.locator("#digest .nc-errors")).to_be_visible()
        expect(box(profile, "time")).to_have_attribute("aria-invalid", "true")

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.people import PASSWORD, TELEPHONY
from tests.processes import PATIENCE
from tests.product import Product

SAVE = "Сохранить"
EMAIL = f"channel.{TELEPHONY}.email"
MODE = f"mode.{TELEPHONY}"
ALL_ON = {"interface": True, "email": True, "mobile": True, "browser": True}


@pytest.fixture
def person(product: Product) -> str:
    return product.new_person()


@pytest.fixture
def profile(page_as: Callable[..., Page], person: str) -> Page:
    """The profile of somebody whom no other test knows; a breach of the content policy fails the test."""
    page = page_as(person, "/profile/")
    page.on("console", lambda message: _fail_on_policy(message.text))
    page.wait_for_function("document.querySelector('#save-bar button').disabled")
    return page


@pytest.fixture
def plain(context_as: Callable[..., BrowserContext], person: str) -> Page:
    """The same without JavaScript."""
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/profile/")
    return page


def _fail_on_policy(text: str) -> None:
    assert "Content Security Policy" not in text, text


def box(page: Page, name: str):
    return page.locator(f"[name='{name}']")


def master(page: Page):
    return page.get_by_label("Получать уведомления")


def save(page: Page) -> None:
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_role("status").filter(has_text="Сохранено.")).to_be_visible()


def preferences(product: Product, person: str) -> dict:
    with product.user_api(person) as api:
        return api.get("preferences/").json()


def choices(product: Product, person: str, code: str = TELEPHONY) -> dict:
    return next(entry for entry in preferences(product, person)["providers"] if entry["code"] == code)


def states(product: Product, person: str, notification: str) -> dict[str, str]:
    with product.user_api(person) as api:
        rows = api.get(f"inbox/{notification}/deliveries/").json()["results"]
    return {row["channel"]: row["state"] for row in rows}


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
        expect(plain.locator("#outcome .line")).to_have_count(4)
        plain.locator(".tests").get_by_role("button", name="В интерфейсе").click()
        expect(plain.locator("#test .line")).to_contain_text("Отправлено")


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
        expect(profile.locator("#outcome .line dd")).to_have_text(
            [
                "В центре уведомлений оно есть всегда.",
                "Подождёт ежедневной сводки в 18:00, Europe/Moscow.",
                "Для этого канала нет ни одного устройства.",
                "Для этого канала нет ни одного устройства.",
            ]
        )

    def test_a_test_mail_is_sent_and_its_state_followed(self, product, profile, person):
        profile.locator(".tests").get_by_role("button", name="E-mail").click()
        sent = profile.locator("#test .line", has_text="E-mail")
        expect(sent).to_have_attribute("data-state", "sent")
        expect(profile.locator("#test .line")).to_have_count(2)
        assert len(product.wait_for_mail(f"{person}@")) == 1

    def test_a_test_by_a_channel_without_a_device_says_why_not(self, profile):
        profile.locator(".tests").get_by_role("button", name="На телефоне").click()
        expect(profile.locator("#test .line", has_text="На телефоне")).to_contain_text("нет ни одного устройства")

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
        expect(profile.locator("#digest .errorlist")).to_be_visible()
        expect(box(profile, "time")).to_have_attribute("aria-invalid", "true")


class TestForms:
    @pytest.fixture
    def browser_session(self, product: Product, person: str) -> Iterator[httpx.Client]:
        with product.signed_in(person) as client:
            client.headers["Referer"] = product.base_url
            yield client

    def test_a_provider_that_came_while_the_page_was_open_keeps_its_defaults(self, product, browser_session, person):
        form = {"receive_notifications": "on", "language": "ru", "time": "18:00", "timezone": "Europe/Moscow"}
        answer = browser_session.post("/profile/", data=form | {"provider": "self", "channel.self.email": "on"})
        assert answer.status_code == 302
        assert set(choices(product, person)["channels"].values()) == {True}
        assert choices(product, person, "self")["channels"] == {
            "interface": True,
            "email": True,
            "mobile": False,
            "browser": False,
        }

    @pytest.mark.parametrize("wrong", [{"time": "25:00"}, {"timezone": "Mars/Olympus"}, {"language": "tlh"}])
    def test_one_wrong_field_and_nothing_changes(self, product, browser_session, person, wrong):
        form = {"language": "ru", "time": "18:00", "timezone": "Europe/Moscow", "mail_off": "on"} | wrong
        answer = browser_session.post("/profile/", data=form)
        assert answer.status_code == 400
        assert "errorlist" in answer.text
        assert preferences(product, person)["receive_notifications"] is True

    def test_saving_needs_the_csrf_token(self, browser_session):
        del browser_session.headers["X-CSRFToken"]
        assert browser_session.post("/profile/", data={}).status_code == 403

    def test_another_persons_test_is_not_shown(self, product, browser_session):
        other = product.publish(product.new_person())
        assert "Такой проверки нет." in browser_session.get(f"/profile/test/{other}/").text

    @pytest.mark.parametrize("address", ["/profile/", "/profile/outcome/?provider=self&kind=call"])
    def test_strangers_are_led_to_the_door(self, product, address):
        answer = httpx.get(product.base_url + address, timeout=PATIENCE)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/?next=/profile/")

    @pytest.mark.parametrize(
        "query", ["provider=nobody&kind=call", "provider=self&kind=party", "provider=%00&kind=call", ""]
    )
    def test_an_outcome_of_nothing_is_not_found(self, browser_session, query):
        assert browser_session.get(f"/profile/outcome/?{query}").status_code == 404


class TestTheDoor:
    def test_a_wrong_password_is_told_and_enter_submits_the_right_one(self, browser, product, person):
        context = browser.new_context(base_url=product.base_url)
        page = context.new_page()
        page.goto("/profile/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", "wrong")
        page.press("[name=password]", "Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("[name=username]")).to_have_value(person)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.get_by_role("heading", name="Профиль", level=1)).to_be_visible()
        context.close()

    def test_a_link_to_the_way_out_asks_and_a_click_signs_out(self, profile, product):
        profile.goto("/accounts/logout/")
        profile.get_by_role("main").get_by_role("button", name="Выйти").click()
        expect(profile.locator("[name=username]")).to_be_visible()
        profile.goto("/profile/")
        assert "/accounts/login/" in profile.url

    def test_a_login_leads_nowhere_else(self, product, person):
        with httpx.Client(base_url=product.base_url, timeout=PATIENCE) as client:
            client.get("/accounts/login/")
            form = {"username": person, "password": PASSWORD, "next": "https://evil.example/"}
            form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
            answer = client.post("/accounts/login/", data=form, headers={"Referer": product.base_url})
        assert answer.headers["Location"] == "/"


VIEWS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("path", ["/profile/?provider=self&kind=call", "/accounts/logout/"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(product, page_as, person, view, path):
    page = page_as(person, path, **VIEWS[view])
    found = Axe().run(page.main_frame).response["violations"]
    serious = [(item["id"], [node["html"] for node in item["nodes"]]) for item in found if item["impact"] != "minor"]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class TestRest:
    def test_wrong_parts_are_pointed_at_and_nothing_changes(self, product, person):
        patch = {"receive_notifications": False, "providers": [{"code": TELEPHONY, "channels": {"interface": False}}]}
        with product.user_api(person) as api:
            answer = api.patch("preferences/", json=patch)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/providers/0/channels/interface"]
        assert preferences(product, person)["receive_notifications"] is True

    def test_any_part_may_be_patched_and_the_whole_comes_back(self, product, person):
        before = preferences(product, person)
        with product.user_api(person) as api:
            answer = api.patch("preferences/", json={"providers": [{"code": TELEPHONY, "email_mode": "daily"}]})
        assert answer.status_code == 200
        changed = [entry for entry in answer.json()["providers"] if entry["code"] == TELEPHONY]
        assert changed == [next(e for e in before["providers"] if e["code"] == TELEPHONY) | {"email_mode": "daily"}]
        assert answer.json() == preferences(product, person)

    def test_providers_and_strangers_have_no_preferences(self, product):
        with product.provider_api() as provider, product.client() as stranger:
            assert provider.get("preferences/").status_code == 403
            assert stranger.get("preferences/").status_code == 401

    def test_the_digest_follows_the_persons_zone_unless_it_has_its_own(self, product):
        person = product.new_person(timezone="Asia/Tokyo")
        assert preferences(product, person)["digest"] == {"time": "18:00", "timezone": "Asia/Tokyo"}
        with product.user_api(person) as api, product.host_api() as host:
            api.patch("preferences/", json={"digest": {"timezone": "Europe/Berlin"}})
            host.put(f"users/{person}/", json={"timezone": "America/New_York"})
        assert preferences(product, person)["digest"]["timezone"] == "Europe/Berlin"


def test_mail_that_came_back_is_told_with_a_way_to_confirm_the_address(product, page_as, person):
    block = (
        f"from accounts.models import User; User.objects.filter(username={person!r}).update(mail_blocked='550 gone')"
    )
    product.manage("shell", "-c", block)
    page = page_as(person, f"/profile/?provider={TELEPHONY}&kind=call")
    expect(page.get_by_role("alert")).to_contain_text("550 gone")
    expect(page.locator("#outcome .line", has_text="E-mail")).to_contain_text("адрес нужно подтвердить заново")
    page.get_by_role("alert").get_by_role("button", name="Подтвердить адрес").click()
    page.wait_for_url("**/mail/confirm/**")
    assert len(product.wait_for_mail(f"{person}@")) == 1

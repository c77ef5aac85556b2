"""What the profile's addresses take, by form and by REST."""

from collections.abc import Iterator

import httpx
import pytest

from tests.pages.profile.choices import choices, preferences
from tests.people import TELEPHONY
from tests.processes import PATIENCE
from tests.product import Product


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
        assert "nc-errors" in answer.text
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

    @pytest.mark.parametrize("query", ["provider=nobody&kind=call", "provider=self&kind=party", ""])
    def test_an_outcome_of_nothing_is_not_found(self, browser_session, query):
        assert browser_session.get(f"/profile/outcome/?{query}").status_code == 404


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

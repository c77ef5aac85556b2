"""A tab that one person left open, after somebody else signed in or nobody is signed in any more."""

import json

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.people import PASSWORD
from tests.processes import wait_until

POPUP = "#popups_inbox .notification__item.notification-inner"


@pytest.fixture
def people(product):
    return product.new_person(), product.new_person()


def sign_out(page):
    page.locator("form[action='/accounts/logout/'] button").first.click()
    page.wait_for_url("**/accounts/login/**")


def sign_in(page, username):
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def unread_of(product, username):
    with product.user_api(username) as mine:
        return mine.get("inbox/summary/").json()["unread"]


def test_annas_tab_stops_when_alexey_signs_in_and_leads_to_the_log_in(product, context_as, people):
    anna, alexey = people
    context = context_as(anna)
    left, other = context.new_page(), context.new_page()
    left.goto("/profile/")
    left.wait_for_function(ONLINE)
    other.goto("/profile/")
    sign_out(other)
    sign_in(other, alexey)
    gone = left.locator(".nc-gone")
    expect(gone).to_be_visible()
    expect(gone.get_by_role("link", name="Войти")).to_have_attribute("href", "/accounts/login/?next=%2Fprofile%2F")
    product.publish(anna, header="For Anna only")
    product.publish(alexey, header="For Alexey")
    expect(other.locator(POPUP, has_text="For Alexey")).to_be_visible()
    expect(left.locator(POPUP)).to_have_count(0)
    problem = left.evaluate(
        "() => new Promise((fail) => APP.notifications.add_call({ text: 'T' }, { fail, done: fail }))"
    )
    assert problem["status"] == 409
    assert unread_of(product, alexey) == 1


def test_a_tab_that_missed_the_log_in_is_refused_by_the_server(product, context_as, people):
    anna, alexey = people
    context = context_as(anna)
    context.add_init_script("window.BroadcastChannel = class { postMessage() {} close() {} }")
    left, other = context.new_page(), context.new_page()
    left.goto("/profile/")
    other.goto("/profile/")
    sign_out(other)
    sign_in(other, alexey)
    product.publish(alexey, header="For Alexey")
    wait_until(lambda: unread_of(product, alexey) == 1, what="one unread")
    left.evaluate("document.querySelector('.nc-gone') || APP.notifications.add_call({ text: 'Anna speaks' })")
    expect(left.locator(".nc-gone")).to_be_visible()
    assert unread_of(product, alexey) == 1


def test_a_form_of_annas_page_changes_nothing_of_alexey(product, context_as, people):
    anna, alexey = people
    context = context_as(anna, java_script_enabled=False)
    left, other = context.new_page(), context.new_page()
    left.goto("/profile/")
    other.goto("/profile/")
    sign_out(other)
    sign_in(other, alexey)
    left.uncheck("[name=receive_notifications]")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    field = left.locator("form#profile [name=notifcenter_user]").get_attribute("value")
    answer = context.request.post(
        f"{product.base_url}/profile/",
        form={"notifcenter_user": field, "csrfmiddlewaretoken": token},
        headers={"Referer": product.base_url},
    )
    assert answer.status == 409
    assert "кто-то другой" in answer.text()
    with product.user_api(alexey) as mine:
        assert mine.get("preferences/").json()["receive_notifications"] is True


def test_a_write_names_whom_it_is_for_by_session_and_by_token(product, people):
    anna, alexey = people
    with product.user_api(anna) as by_token, product.user_api(alexey) as his:
        mine, theirs = by_token.get("me/").json()["user"]["id"], his.get("me/").json()["user"]["id"]
        read = {"all": True}
        for named, status in ((mine, 200), (theirs, 409), ("x", 409)):
            headers = {"X-Notifcenter-User": str(named)}
            assert by_token.post("inbox/read/", json=read, headers=headers).status_code == status
        assert by_token.get("inbox/", headers={"X-Notifcenter-User": str(theirs)}).status_code == 200
    with product.signed_in(anna) as session:
        session.headers.update({"Origin": product.base_url, "Sec-Fetch-Site": "same-origin"})
        for path, body in (("/api/v1/inbox/read/", read), ("/v3/inbox/delete", {"id": [], "all": False})):
            for named, status in ((mine, 200), (theirs, 409)):
                answer = session.post(path, json=body, headers={"X-Notifcenter-User": str(named)})
                assert answer.status_code == status, answer.text
        assert json.loads(answer.text)["status"] == 409


def test_a_page_of_another_site_may_send_the_name(start_product):
    product = start_product(CORS_ALLOWED_ORIGINS="https://crm.example.com")
    with product.client() as client:
        asked = {
            "Origin": "https://crm.example.com",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-notifcenter-user",
        }
        allowed = client.options("inbox/read/", headers=asked).headers["access-control-allow-headers"]
    assert "x-notifcenter-user" in allowed

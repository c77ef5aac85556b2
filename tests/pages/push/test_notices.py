"""A push becomes a notice, and a notice goes when it is read."""

import json

import httpx
import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.pages.push.tray import deliver, enable, notices, push_of, wait_for_notices, worker_of
from tests.processes import wait_until


def test_a_push_is_shown_and_leads_to_its_page(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(
        site,
        service,
        subscription,
        anna,
        header="Счёт",
        text="<b>Оплачен</b> &amp; закрыт",
        click_link="/inbox/?from=push",
    )
    page.reload()  # a worker leads only pages that were loaded under it
    deliver(context, page, payload)
    [notice] = wait_for_notices(page, 1)
    assert (notice["title"], notice["body"], notice["tag"]) == ("Счёт", "Оплачен & закрыт", payload["id"])
    assert notice["actions"] == ["open", "read"]
    worker_of(context).evaluate(
        """async () => { const [notification] = await registration.getNotifications();
             self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "" })); }"""
    )
    page.wait_for_url("**/inbox/?from=push")
    wait_for_notices(page, 0)
    with site.user_api(anna) as api:
        wait_until(lambda: api.get("inbox/summary/").json()["unread"] == 0, what="read by the click")


def test_who_chose_so_gets_no_push_while_active_here(site, service, browser_of) -> None:
    anna, boris = site.new_person(), site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    page.wait_for_function(ONLINE)
    page.check("[name=quiet_while_active]")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#save-status")).to_contain_text("Сохранено")
    published = site.publish(anna, text="While here")
    with site.provider_api() as api, site.user_api(boris) as watching:

        def by_browser() -> dict:
            rows = api.get(f"notifications/{published}/deliveries/").json()["results"]
            return next(row for row in rows if row["channel"] == "browser")

        wait_until(lambda: by_browser()["state"] != "pending", what="an end")
        assert (by_browser()["state"], by_browser()["reason"]) == ("skipped", "active_here")
        page.close()
        wait_until(lambda: presence_of(watching, anna) is False, what="offline")
    assert push_of(site, service, subscription, anna, text="Gone")["body"] == "Gone"


def presence_of(api: httpx.Client, username: str) -> bool:
    """Whether they are online, as somebody else sees it."""
    me = api.get("me/").json()
    pk = next(key for key, person in me["managers"].items() if person["login"] == username)
    return api.get("presence/").json()[pk]["online"]


def noticed(site, service, browser_of):
    """Somebody, whose browser's page has the notice of a push, and the id of what was pushed."""
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(site, service, subscription, anna, text="One")
    deliver(context, page, payload)
    wait_for_notices(page, 1)
    return anna, context, page, payload["id"]


def test_what_is_read_elsewhere_disappears(site, service, browser_of) -> None:
    anna, _context, page, shown = noticed(site, service, browser_of)
    with site.user_api(anna) as phone:
        phone.post("inbox/read/", json={"ids": [shown]})
    wait_for_notices(page, 0)


def test_the_next_push_clears_what_was_read_while_no_page_was_open(site, service, browser_of) -> None:
    anna, context, page, shown = noticed(site, service, browser_of)
    page.goto("/offline/")
    with site.user_api(anna) as phone:
        phone.post("inbox/read/", json={"ids": [shown]})
    deliver(context, page, {"id": "x", "tag": "x", "title": "Two", "body": ""})
    wait_until(lambda: [notice["title"] for notice in notices(page)] == ["Two"], what="only the second")


def test_a_repeat_replaces_the_notice(site, browser_of) -> None:
    context, _subscription = browser_of(site.new_person())
    page = enable(context)
    for title in ("First", "Second"):
        deliver(context, page, {"id": "1", "tag": "1", "title": title, "body": "", "url": "/inbox/"})
    wait_until(lambda: [notice["title"] for notice in notices(page)] == ["Second"], what="the second alone")


@pytest.mark.parametrize("data", ["", "not json", "{}"])
def test_whatever_comes_something_is_shown(site, browser_of, data: str) -> None:
    context, _subscription = browser_of(site.new_person())
    page = enable(context)
    deliver(context, page, data)
    [notice] = wait_for_notices(page, 1)
    assert notice["title"] == "Новое уведомление"


def test_closing_a_popup_or_its_notice_closes_both(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    first = push_of(site, service, subscription, anna, kind="call", text="One")  # popups of calls stay
    deliver(context, page, first)
    wait_for_notices(page, 1)
    page.click("#popups_inbox .notification-inner button:first-of-type")
    wait_for_notices(page, 0)
    site.publish(anna, kind="call", text="Two")
    expect(page.locator("#popups_inbox .notification-inner")).to_have_count(1)
    wait_until(lambda: len(service.of(subscription)) == 2, what="the second push")
    deliver(context, page, service.of(subscription)[-1].payload)
    wait_for_notices(page, 1)
    worker_of(context).evaluate(
        """async () => { const [notification] = await registration.getNotifications();
             self.dispatchEvent(new NotificationEvent("notificationclose", { notification })); }"""
    )
    expect(page.locator("#popups_inbox .notification-inner")).to_have_count(0)


def test_without_a_network_the_centre_says_so_and_comes_back(site, context_as) -> None:
    context = context_as(site.new_person(), on=site)
    page = context.new_page()
    page.goto("/inbox/")
    page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)
    page.goto("/inbox/")
    expect(page.locator("h1")).to_have_text("Нет связи")
    context.set_offline(False)
    expect(page.locator("h1")).not_to_have_text("Нет связи")


def test_a_push_that_closes_takes_the_notice_off_and_shows_nothing(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(site, service, subscription, anna, header="Счёт", text="Оплачен")
    page.reload()
    deliver(context, page, payload)
    wait_for_notices(page, 1)
    closing = json.dumps({"id": payload["id"], "tag": payload["tag"], "closed": True})
    worker_of(context).evaluate("(data) => void self.dispatchEvent(new PushEvent('push', { data }))", closing)
    wait_for_notices(page, 0)

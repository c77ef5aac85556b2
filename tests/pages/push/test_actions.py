"""Actions in a push: the worker presses them as the person whom the push was for."""

from tests.notifcenter.actions.conftest import AGREE, READ_MORE, SHUT, TAKE
from tests.pages.push.tray import deliver, enable, push_of, wait_for_notices, worker_of
from tests.processes import wait_until

CLICK = """async (action) => { const [notification] = await registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action })); }"""


def test_two_actions_are_shown_and_one_is_pressed_there(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(site, service, subscription, anna, kind="error", text="x", actions=[READ_MORE, TAKE, AGREE])
    assert payload["actions"] == [
        {"action": "take", "title": "Перезвоню"},
        {"action": "agree", "title": "Согласен"},
    ]
    with site.user_api(anna) as api:
        assert payload["user"] == api.get("me/").json()["user"]["id"]
        page.reload()
        deliver(context, page, payload)
        [notice] = wait_for_notices(page, 1)
        assert notice["actions"] == ["take", "agree"]
        worker_of(context).evaluate(CLICK, "take")
        wait_until(lambda: api.get("inbox/").json()["results"][0]["actions"][1]["state"] == "done", what="a press")
    wait_for_notices(page, 0)


def test_one_that_was_meant_for_somebody_else_changes_nothing(site, service, browser_of) -> None:
    anna, boris = site.new_person(), site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(site, service, subscription, anna, kind="error", text="x", actions=[SHUT])
    with site.user_api(boris) as other:
        payload["user"] = other.get("me/").json()["user"]["id"]
    page.reload()
    deliver(context, page, payload)
    wait_for_notices(page, 1)
    worker_of(context).evaluate(CLICK, "shut")
    page.wait_for_url("**/inbox/")
    with site.user_api(anna) as api:
        assert api.get("inbox/").json()["results"][0]["actions"][0]["state"] == "open"


def test_without_actions_nobody_is_named(site, service, browser_of) -> None:
    anna = site.new_person()
    _context, subscription = browser_of(anna)
    enable(_context)
    payload = push_of(site, service, subscription, anna, text="x")
    assert payload.keys() == {"id", "title", "body", "url", "icon", "tag"}

"""Actions of notifications: declared, pressed, told, shown."""

import time
from functools import partial

import pytest

from tests.fakes.receiver import Receiver
from tests.notifcenter.actions.conftest import AGREE, READ_MORE, SHUT, TAKE
from tests.problems import refused
from tests.processes import wait_until


@pytest.fixture
def people(product):
    return [product.new_person(first_name=name) for name in ("Anna", "Boris")]


@pytest.fixture
def publish(product, publish_on, people):
    return partial(publish_on, product, people)


@pytest.fixture
def press(product, press_on):
    return partial(press_on, product)


def item_of(product, username, pk):
    with product.user_api(username) as api:
        return next(item for item in api.get("inbox/").json()["results"] if item["id"] == pk)


def id_of(product, username):
    with product.host_api() as host:
        return host.get(f"users/{username}/").json()["id"]


def test_an_item_shows_its_actions_and_that_they_are_open(product, publish, people):
    pk = publish(TAKE, READ_MORE)
    take, more = item_of(product, people[0], pk)["actions"]
    assert take == {**TAKE, "closes": False, "state": "open", "by": None, "at": None}
    assert (more["id"], more["url"], more["style"], more["state"]) == ("more", "/leads/detail/7", "default", "open")
    plain = product.publish(people[0])
    assert "actions" not in item_of(product, people[0], plain)


def test_pressing_says_who_and_when_and_once_more_the_same(product, publish, people, press):
    pk = publish(AGREE)
    before = int(time.time())
    first = press(people[0], pk, "agree")
    assert first.status_code == 200, first.text
    assert first.json().keys() == {"state", "by", "at"}
    assert (first.json()["state"], first.json()["by"]) == ("done", {"id": id_of(product, people[0]), "name": "Anna"})
    assert before <= first.json()["at"] <= time.time() + 1
    assert press(people[0], pk, "agree").json() == first.json()
    [shown] = item_of(product, people[0], pk)["actions"]
    assert shown.items() >= first.json().items()


def test_what_is_not_exclusive_is_open_for_the_others(product, publish, people, press):
    pk = publish(AGREE)
    press(people[0], pk, "agree")
    assert item_of(product, people[1], pk)["actions"][0]["state"] == "open"
    assert press(people[1], pk, "agree").json()["by"]["name"] == "Boris"


def test_an_exclusive_one_belongs_to_the_first(product, publish, people, press):
    pk = publish(TAKE, AGREE)
    mine = press(people[0], pk, "take").json()
    problem = refused(press(people[1], pk, "take"), 409, code="conflict")
    assert problem["by"] == mine["by"]
    assert item_of(product, people[1], pk)["actions"][0].items() >= mine.items()
    assert press(people[0], pk, "take").json() == mine
    assert press(people[1], pk, "agree").status_code == 200


def test_the_receipt_tells_who_has_it_and_what_one_pressed_oneself(product, publish, people, press):
    pk = publish(TAKE, AGREE)
    for action in ("take", "agree"):
        press(people[0], pk, action)
    assert _centre_receipt(product, people[0], pk).endswith(" Нажато «Перезвоню»: Anna. Нажато «Согласен»: Anna.")
    assert _centre_receipt(product, people[1], pk).endswith(" Нажато «Перезвоню»: Anna.")


def _centre_receipt(product, username, pk):
    with product.user_api(username) as api:
        rows = api.get(f"inbox/{pk}/deliveries/").json()["results"]
    return next(row["reason"] for row in rows if row["channel"] == "interface")


def test_others_see_live_who_has_it_by_one_revision(product, publish, people, press):
    pk = publish(TAKE)
    with product.live(people[1]) as socket:
        cursor = socket.next("hello")["cursor"]
        press(people[0], pk, "take")
        press(people[0], pk, "take")
        frame = socket.next("changed")
        assert (frame["cursor"], frame["alert"], frame["unread"]) == (cursor + 1, [], 1)
        assert frame["items"][0]["actions"][0]["by"]["name"] == "Anna"
        product.publish(people[1])
        assert socket.next("changed", "notification")["cursor"] == cursor + 2


def test_one_that_closes_is_done_for_who_pressed(product, publish, people, press):
    pk = publish(SHUT)
    press(people[0], pk, "shut")
    with product.user_api(people[0]) as api:
        assert api.get("inbox/").json()["results"] == []
        [item] = api.get("inbox/?state=done").json()["results"]
        assert item["is_read"]
        assert item["done_at"] >= item["created_at"]
        assert api.get("inbox/summary/").json() == {"unread": 0}
    assert not item_of(product, people[1], pk)["is_read"]


def test_an_exclusive_one_that_closes_is_done_for_all(product, publish, people, press):
    pk = publish(TAKE | {"closes": True})
    press(people[0], pk, "take")
    for username in people:
        with product.user_api(username) as api:
            assert [item["id"] for item in api.get("inbox/?state=done").json()["results"]] == [pk]


def test_an_update_keeps_what_was_pressed(product, publish, people, press):
    pk = publish(TAKE, AGREE, key="matter")
    mine = press(people[0], pk, "take").json()
    again = {"kind": "error", "text": "Otherwise", "key": "matter", "actions": [TAKE | {"title": "Возьму"}]}
    with product.provider_api() as provider:
        answer = provider.post("notifications/", json=again)
        assert answer.json().get("id") == pk, answer.text
    [shown] = item_of(product, people[1], pk)["actions"]
    assert shown["title"] == "Возьму"
    assert shown.items() >= mine.items()


def test_what_cannot_be_pressed_is_refused(product, publish, people, press):
    pk = publish(TAKE, READ_MORE)
    stranger = product.new_person()
    refused(press(people[0], pk, "more"), 400)
    refused(press(people[0], pk, "none"), 404)
    refused(press(stranger, pk, "take"), 404)
    with product.user_api(people[0]) as api:
        refused(api.post(f"inbox/{pk}/actions/take/", json={"loud": True}), 400, "/loud")
        api.delete(f"inbox/{pk}/")
        refused(api.post(f"inbox/{pk}/actions/take/"), 404)
    with product.provider_api() as provider:
        assert provider.delete(f"notifications/{pk}/").status_code == 204
    refused(press(people[1], pk, "take"), 404)


@pytest.mark.parametrize(
    ("actions", "pointer"),
    [
        ({}, "/actions"),
        ([TAKE, AGREE, SHUT, READ_MORE], "/actions"),
        ([TAKE, TAKE], "/actions/1/id"),
        ([{"title": "x"}], "/actions/0/id"),
        ([{"id": "Take", "title": "x"}], "/actions/0/id"),
        ([{"id": "²", "title": "x"}], "/actions/0/id"),
        ([{"id": "a" * 33, "title": "x"}], "/actions/0/id"),
        ([{"id": "a"}], "/actions/0/title"),
        ([{"id": "a", "title": "x" * 41}], "/actions/0/title"),
        ([AGREE | {"style": "loud"}], "/actions/0/style"),
        ([AGREE | {"url": "javascript:alert(1)"}], "/actions/0/url"),
        ([READ_MORE | {"exclusive": True}], "/actions/0/exclusive"),
        ([AGREE | {"closes": 1}], "/actions/0/closes"),
        ([AGREE | {"colour": "red"}], "/actions/0/colour"),
    ],
    ids=str,
)
def test_wrong_actions_are_pointed_at(provider_api, person, actions, pointer):
    body = {"kind": "message", "recipients": [person], "text": "x", "actions": actions}
    refused(provider_api.post("notifications/", json=body), 400, pointer)


def test_json_of_a_page_of_this_site_needs_no_csrf_token(product, publish, people):
    pk = publish(AGREE)
    me = str(id_of(product, people[0]))
    path = f"/api/v1/inbox/{pk}/actions/agree/"
    with product.signed_in(people[0]) as page:
        del page.headers["X-CSRFToken"]
        refused(page.post(path, json={}), 403)
        refused(page.post(path, json={}, headers={"Sec-Fetch-Site": "cross-site"}), 403)
        from_worker = {"Sec-Fetch-Site": "same-origin"}
        refused(page.post(path, json={}, headers=from_worker | {"X-Notifcenter-User": "999999"}), 409)
        assert page.post(path, json={}, headers=from_worker | {"X-Notifcenter-User": me}).status_code == 200


def test_the_provider_is_told_once_and_signed(start_product, publish_on, press_on):
    site, receiver = start_product(PUSH_ALLOW_INSECURE_ENDPOINTS="1"), Receiver().start()
    anna, boris = site.new_person(), site.new_person()
    with site.host_api() as host:
        answer = host.put("providers/telephony/", json={"webhook": {"url": receiver.url}})
        secret = answer.json()["webhook"]["secret"]
    pk = publish_on(site, [anna, boris], TAKE, key="line 3")
    answers = [press_on(site, who, pk, "take") for who in (anna, anna, boris)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]

    def told():
        return [call for call in receiver.calls if call.event["type"] == "notification.action"]

    call = wait_until(lambda: told() and told()[0], what="a call")
    assert call.is_signed_by(secret)
    assert call.event.keys() == {"type", "timestamp", "data"}
    at = answers[0].json()["at"]
    facts = {"notification": pk, "key": "line 3", "action": "take", "user": id_of(site, anna), "at": at}
    assert call.event["data"] == facts
    press_on(site, boris, publish_on(site, [boris], AGREE), "agree")
    wait_until(lambda: len(told()) == 2, what="the next one")
    assert told()[1].event["data"]["key"] is None
    receiver.stop()

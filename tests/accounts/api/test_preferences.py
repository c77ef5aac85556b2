"""GET and PATCH preferences/: the whole, and all of a change or nothing."""

import pytest

from tests.problems import refused


@pytest.fixture
def api(user_api, person):
    return user_api(person)


def row(answer, code="telephony"):
    return next(row for row in answer.json()["providers"] if row["code"] == code)


def change(code="telephony", **fields):
    return {"providers": [{"code": code} | fields]}


def test_without_a_choice_everything_is_on_and_mail_goes_at_once(api):
    whole = api.get("preferences/").json()
    assert whole.keys() >= {"receive_notifications", "digest", "providers"}
    assert whole["receive_notifications"] is True
    assert whole["digest"].keys() == {"time", "timezone"}
    assert whole["digest"]["time"] == "18:00"
    for provider in whole["providers"]:
        assert provider.keys() >= {"code", "name", "icon", "channels", "email_mode"}
        assert provider["channels"] == {"interface": True, "email": True, "mobile": True, "browser": True}
        assert provider["email_mode"] == "instant"


def test_the_digests_zone_is_the_users_until_they_choose_another(api, host_api, person):
    host_api.put(f"users/{person}/", json={"timezone": "Asia/Tokyo"})
    assert api.get("preferences/").json()["digest"]["timezone"] == "Asia/Tokyo"
    api.patch("preferences/", json={"digest": {"timezone": "Europe/Paris"}})
    host_api.put(f"users/{person}/", json={"timezone": "Asia/Tbilisi"})
    assert api.get("preferences/").json()["digest"]["timezone"] == "Europe/Paris"


def test_a_change_of_one_thing_leaves_the_rest_and_answers_with_the_whole(api):
    answer = api.patch("preferences/", json=change(channels={"email": False}))
    assert answer.status_code == 200
    assert row(answer)["channels"] == {"interface": True, "email": False, "mobile": True, "browser": True}
    answer = api.patch("preferences/", json=change(email_mode="daily"))
    assert row(answer)["channels"]["email"] is False
    assert row(answer)["email_mode"] == "daily"
    assert row(answer, "self")["email_mode"] == "instant"
    assert answer.json() == api.get("preferences/").json()


def test_the_master_switch_masks_and_overwrites_nothing(api):
    api.patch("preferences/", json=change(channels={"browser": False}))
    assert api.patch("preferences/", json={"receive_notifications": False}).json()["receive_notifications"] is False
    answer = api.patch("preferences/", json={"receive_notifications": True})
    assert row(answer)["channels"] == {"interface": True, "email": True, "mobile": True, "browser": False}


def test_with_the_master_switch_off_an_item_is_silent_in_the_centre(api, product, person):
    api.patch("preferences/", json={"receive_notifications": False})
    product.publish(person)
    (item,) = api.get("inbox/").json()["results"]
    assert item["silent"] is True
    assert api.get("inbox/summary/").json() == {"unread": 1}
    rows = api.get(f"inbox/{item['id']}/deliveries/").json()["results"]
    assert {row["state"] for row in rows if row["channel"] != "interface"} == {"skipped"}


def test_a_switched_off_channel_is_skipped_with_its_reason(api, product, person):
    api.patch("preferences/", json=change(channels={"email": False}))
    known = product.publish(person)
    rows = api.get(f"inbox/{known}/deliveries/").json()["results"]
    email = next(row for row in rows if row["channel"] == "email")
    assert email["state"] == "skipped"
    assert email["reason"]


@pytest.mark.parametrize(
    "body",
    [
        change(channels={"interface": False}),
        change(channels={"pigeon": True}),
        change(channels={"email": "yes"}),
        change(channels={"email": 1}),
        change(channels=[]),
        change("none-such", channels={"email": False}),
        change(email_mode="weekly"),
        change(colour="red"),
        {"providers": [{"channels": {"email": False}}]},
        {"providers": {}},
        {"providers": ["telephony"]},
        {"digest": {"timezone": "Mars/Olympus"}},
        {"digest": {"time": "25:00"}},
        {"digest": {"time": "noon"}},
        {"digest": {"time": 18}},
        {"digest": 7},
        {"digest": {"colour": 1}},
        {"receive_notifications": "no"},
        {"receive_notifications": None},
        {"colour": "red"},
        [],
        "x",
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_and_nothing_changes(api, body):
    before = api.get("preferences/").json()
    if isinstance(body, dict):
        body = {"receive_notifications": False} | body
    refused(api.patch("preferences/", json=body), 400)
    assert api.get("preferences/").json() == before


def test_one_wrong_row_among_good_ones_changes_nothing(api):
    before = api.get("preferences/").json()
    rows = [{"code": "telephony", "channels": {"email": False}}, {"code": "self", "channels": {"interface": False}}]
    body = {"digest": {"time": "07:30"}, "providers": rows}
    problem = refused(api.patch("preferences/", json=body), 400)
    assert problem["errors"][0]["pointer"].startswith("/providers/1")
    assert api.get("preferences/").json() == before


def test_mine_are_mine(api, user_api, product):
    other = user_api(product.new_person())
    api.patch("preferences/", json={"receive_notifications": False})
    assert other.get("preferences/").json()["receive_notifications"] is True


def test_a_provider_that_came_later_has_its_row(api, product):
    product.new_provider_token("late-comer", "--name", "Late comer")
    assert row(api.get("preferences/"), "late-comer")["name"] == "Late comer"


def test_an_empty_change_changes_nothing(api):
    before = api.get("preferences/").json()
    assert api.patch("preferences/", json={}).json() == before

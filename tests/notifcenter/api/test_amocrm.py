"""amoCRM's own addresses: existing integrations and widgets work unchanged."""

import pytest

from tests.problems import refused

PHONE = "+79999999999"
CLICK = f"/contacts/add/?phone={PHONE}"


@pytest.fixture
def user_id(host_api, person):
    return host_api.put(f"users/{person}/", json={"language": "ru"}).json()["id"]


@pytest.fixture
def call(product):
    def send(*events, **extra):
        token = product.provider_token
        with product.client(token) as api:
            return api.post(f"{product.base_url}/api/v2/events", json={"add": list(events)} | extra)

    return send


def event(*users, **fields):
    return {"type": "phone_call", "phone_number": PHONE, "users": list(users)} | fields


def test_a_call_has_the_shape_of_the_contract_key_for_key(call, user_api, person, user_id):
    answer = call(event(user_id))
    assert answer.status_code == 200
    (made,) = answer.json()["_embedded"]["items"]
    (item,) = user_api(person).get("inbox/").json()["results"]
    button = {"url": CLICK, "title": PHONE, "web_link": CLICK, "absolute_link": False}
    icon = item["body"]["icon"].pop("value")
    assert icon.startswith("/static/")
    assert icon.endswith("call.svg")
    item.pop("provider", None)
    created = item["created_at"]
    assert item == {
        "id": made["id"],
        "notification_id": made["id"],
        "uuid": item["uuid"],
        "entity": None,
        "linked_entity": None,
        "created_at": created,
        "updated_at": created,
        "is_read": False,
        "silent": False,
        "notification": True,
        "body": {
            "title": "Звонок",
            "icon": {"call": True},
            "rows": [{"style": "default", "text": PHONE, "class_height": "h3"}],
            "actions": {"click": {"url": CLICK}, "buttons": [button], "read_on_show": True},
        },
        "click": {"type": "url", "value": CLICK},
        "web_link": CLICK,
        "absolute_link": False,
        "buttons": [button],
    }


def test_the_icon_is_there(product, call, user_api, person, user_id):
    call(event(user_id))
    icon = user_api(person).get("inbox/").json()["results"][0]["body"]["icon"]["value"]
    with product.client() as client:
        answer = client.get(product.base_url + icon)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")


def test_ids_may_be_strings_and_unknown_fields_are_ignored(call, user_api, person, user_id):
    answer = call(event(str(user_id), colour="red"), request_id=5)
    assert answer.status_code == 200
    assert user_api(person).get("inbox/summary/").json() == {"unread": 1}


def test_several_calls_at_once_are_answered_in_order(call, user_api, person, user_id):
    answer = call(event(user_id), event(user_id, phone_number="+7111"))
    items = answer.json()["_embedded"]["items"]
    shown = user_api(person).get("inbox/").json()["results"]
    assert [item["id"] for item in shown] == [item["id"] for item in items][::-1]


@pytest.mark.parametrize(
    ("phone", "shown", "leads_to"),
    [
        ("\u202a+7 999\u202c\u00ad1\u200b", "+7 9991", "/contacts/add/?phone=+7%209991"),
        (79991234567, "79991234567", "/contacts/add/?phone=79991234567"),
        ("<b>Hidden</b>", "&lt;b&gt;Hidden&lt;/b&gt;", "/inbox/"),
        ("unknown & 5", "unknown &amp; 5", "/contacts/add/?phone=unknown%20%26%205"),
    ],
)
def test_a_number_is_shown_as_plain_text_and_leads_somewhere_only_with_digits(
    call, user_api, person, user_id, phone, shown, leads_to
):
    assert call(event(user_id, phone_number=phone)).status_code == 200
    (item,) = user_api(person).get("inbox/").json()["results"]
    assert item["body"]["rows"][0]["text"] == shown
    assert item["click"]["value"] == leads_to
    assert bool(item["buttons"]) == (leads_to != "/inbox/")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"add": []},
        {"add": "x"},
        {"add": [7]},
        {"add": [{"phone_number": PHONE, "users": [1]}]},
        {"add": [{"type": "sms", "phone_number": PHONE, "users": [1]}]},
        {"add": [{"type": "phone_call", "users": [1]}]},
        {"add": [{"type": "phone_call", "phone_number": "", "users": [1]}]},
        {"add": [{"type": "phone_call", "phone_number": {"a": 1}, "users": [1]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": [10**12]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": ["x"]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": [10**40]}]},
        [],
    ],
    ids=str,
)
def test_what_is_wrong_is_400(product, body):
    with product.provider_api() as api:
        refused(api.post(f"{product.base_url}/api/v2/events", json=body), 400)


def test_one_wrong_event_stores_none(call, user_api, person, user_id):
    refused(call(event(user_id), event(10**12)), 400)
    assert user_api(person).get("inbox/summary/").json() == {"unread": 0}


def test_only_a_provider_may(product, person):
    for token, status in (("", 401), ("x", 401), (product.user_token(person), 403), (product.management_token, 403)):
        with product.client(token) as api:
            refused(api.post(f"{product.base_url}/api/v2/events", json={"add": [event(1)]}), status)


@pytest.fixture
def page(product, person):
    with product.signed_in(person) as client:
        del client.headers["X-CSRFToken"]
        client.headers["Origin"] = product.base_url
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def test_a_widget_deletes_from_the_centre_without_a_csrf_token(product, page, person):
    known, kept = product.publish(person), product.publish(person)
    answer = page.post("/v3/inbox/delete", json={"id": [known], "all": False})
    assert answer.status_code == 200
    left = [item["id"] for item in page.get("/api/v1/inbox/").json()["results"]]
    assert left == [kept]


def test_a_widget_deletes_all(product, page, person):
    product.publish(person)
    assert page.post("/v3/inbox/delete", json={"all": True}).status_code == 200
    assert page.get("/api/v1/inbox/").json()["results"] == []


def test_what_is_not_there_or_not_mine_is_passed_over(product, page):
    other = product.new_person()
    foreign = product.publish(other)
    assert page.post("/v3/inbox/delete", json={"id": [foreign, "x", "0"], "all": False}).status_code == 200
    with product.user_api(other) as theirs:
        assert len(theirs.get("inbox/").json()["results"]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_deletes_nothing(product, page, person, headers):
    known = product.publish(person)
    del page.headers["Origin"], page.headers["Sec-Fetch-Site"]
    refused(page.post("/v3/inbox/delete", json={"id": [known]}, headers=headers), 403)
    assert len(page.get("/api/v1/inbox/").json()["results"]) == 1


def test_a_form_of_another_site_deletes_nothing(product, page, person):
    product.publish(person)
    answer = page.post("/v3/inbox/delete", data={"all": "1"})
    assert answer.status_code in (403, 415)
    assert len(page.get("/api/v1/inbox/").json()["results"]) == 1


def test_without_a_session_it_is_refused(product):
    with product.client() as client:
        answer = client.post(f"{product.base_url}/v3/inbox/delete", json={"all": True})
    refused(answer, 401)

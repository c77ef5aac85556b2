"""POST notifications/: every field, every way to name people, and what is refused."""

import time
import uuid

import pytest

from tests.problems import refused

FULL_CALL = {
    "kind": "call",
    "text": "Incoming call",
    "header": "Telephony",
    "date": 1566922308,
    "from": "+79990000001",
    "to": "+79990000002",
    "element": {"id": 41, "type": "contact", "name": "Ivan Petrov"},
    "duration": 125,
    "link": "https://records.example.com/1.mp3",
    "click_link": "/calls/1/",
}
KEYS = {
    "id",
    "notification_id",
    "uuid",
    "entity",
    "linked_entity",
    "created_at",
    "updated_at",
    "is_read",
    "silent",
    "notification",
    "body",
    "click",
    "web_link",
    "absolute_link",
    "buttons",
}


@pytest.fixture
def centre(user_api, person):
    api = user_api(person)
    return lambda: api.get("inbox/").raise_for_status().json()["results"]


@pytest.fixture
def publish(provider_api, person):
    def send(**fields):
        body = {"kind": "call", "recipients": [person], "text": "Hello"} | fields
        return provider_api.post("notifications/", json={k: v for k, v in body.items() if v is not None})

    return send


def test_a_publication_answers_with_its_id_kind_time_and_number_of_recipients(publish):
    before = int(time.time())
    answer = publish()
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"id", "kind", "created_at", "recipients"}
    assert uuid.UUID(body["id"])
    assert (body["kind"], body["recipients"]) == ("call", 1)
    assert before <= body["created_at"] <= time.time() + 1


def test_an_item_has_exactly_the_keys_of_the_contract(publish, centre):
    publish(**FULL_CALL)
    (item,) = centre()
    assert item.keys() - {"provider"} == KEYS
    assert item["body"].keys() == {"title", "icon", "rows", "actions"}
    assert item["body"]["actions"].keys() == {"click", "buttons", "read_on_show"}
    assert item["click"].keys() == {"type", "value"}


def test_every_field_of_a_call_is_shown(publish, centre, user_api, person):
    answer = publish(**FULL_CALL).json()
    (item,) = centre()
    assert item["id"] == item["notification_id"] == answer["id"]
    assert item["created_at"] == answer["created_at"]
    assert item["body"]["title"] == "Telephony"
    assert item["body"]["icon"]["call"] is True
    rows = [row["text"] for row in item["body"]["rows"]]
    assert rows[0] == "Incoming call"
    rest = " ".join(rows[1:])
    assert all(part in rest for part in ("+79990000001", "+79990000002", "2:05", "2019"))
    assert item["entity"] == FULL_CALL["element"]
    assert item["click"] == {"type": "url", "value": "/calls/1/"}
    assert item["absolute_link"] is False
    (button,) = item["buttons"]
    assert (button["url"], button["absolute_link"]) == ("https://records.example.com/1.mp3", True)


def test_a_call_leads_to_its_element(publish, centre):
    for kind, path in (("contact", "contacts"), ("lead", "leads"), ("company", "companies")):
        publish(element={"id": 7, "type": kind, "name": "X"})
        assert centre()[0]["click"]["value"] == f"/{path}/detail/7"


def test_with_nothing_to_lead_to_a_click_leads_to_the_centre(publish, centre):
    publish()
    assert centre()[0]["click"]["value"] == "/inbox/"


def test_an_error_leads_to_its_link(publish, centre):
    assert publish(kind="error", text="It broke", link="https://example.com/why").status_code == 201
    (item,) = centre()
    assert item["body"]["icon"]["error"] is True
    assert "call" not in item["body"]["icon"]
    assert item["click"]["value"] == "https://example.com/why"
    assert item["absolute_link"] is True


def test_a_message_has_the_icon_it_was_given(publish, centre):
    assert publish(kind="message", icon="https://example.com/robot.png").status_code == 201
    icon = centre()[0]["body"]["icon"]
    assert icon == {"value": "https://example.com/robot.png"}


@pytest.mark.parametrize(("kind", "ru", "en"), [("call", "Звонок", "Call"), ("error", "Ошибка", "Error")])
def test_without_a_header_the_title_is_in_the_readers_language(product, provider_api, kind, ru, en):
    people = {"ru": product.new_person(language="ru"), "en": product.new_person(language="en")}
    provider_api.post("notifications/", json={"kind": kind, "recipients": list(people.values()), "text": "x"})
    for language, title in (("ru", ru), ("en", en)):
        with product.user_api(people[language]) as api:
            assert api.get("inbox/").json()["results"][0]["body"]["title"] == title


def test_all_recipients_of_one_publication_share_its_uuid(product, provider_api):
    people = [product.new_person(), product.new_person()]
    provider_api.post("notifications/", json={"kind": "call", "recipients": people, "text": "x"})
    seen = []
    for name in people:
        with product.user_api(name) as api:
            seen.append(api.get("inbox/").json()["results"][0]["uuid"])
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a<br>b", "a<br>b"),
        ("<b>bold</b> and <i>thin</i>", "<b>bold</b> and <i>thin</i>"),
        ("2 < 3", "2 &lt; 3"),
        ("<script>alert(1)</script>x", "x"),
        ('<p onclick="x()">p</p>', "<p>p</p>"),
        ('<a class="call" data-phone="1">1</a>', '<a class="call" data-phone="1" rel="noopener noreferrer">1</a>'),
        ("<img src=x onerror=alert(1)>y", "y"),
    ],
)
def test_simple_html_is_kept_and_the_rest_is_made_safe(publish, centre, text, kept):
    publish(text=text)
    assert centre()[0]["body"]["rows"][0]["text"] == kept


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "JaVaScRiPt:x"])
def test_a_link_in_the_text_to_anything_else_loses_its_address(publish, centre, link):
    publish(text=f'<a href="{link}">x</a>')
    assert "href" not in centre()[0]["body"]["rows"][0]["text"]


@pytest.mark.parametrize("date", [1566922308, 1566922308000, "2019-08-27T16:11:48Z", "2019-08-27T19:11:48+03:00"])
def test_a_date_is_shown_in_the_readers_zone_however_it_was_written(product, provider_api, date):
    name = product.new_person(timezone="Asia/Vladivostok", language="en")
    provider_api.post("notifications/", json={"kind": "call", "recipients": [name], "text": "x", "date": date})
    with product.user_api(name) as api:
        (item,) = api.get("inbox/").json()["results"]
    shown = item["body"]["rows"][-1]["text"]
    assert "28" in shown
    assert "2:11" in shown
    assert item["created_at"] > 1_700_000_000


def test_a_date_far_ahead_does_not_stick_to_the_top(publish, centre):
    publish(text="old", date="2588-01-01T00:00:00Z")
    publish(text="new")
    assert [item["body"]["rows"][0]["text"] for item in centre()] == ["new", "old"]


def test_people_are_named_by_id_username_and_group_and_count_once(product, provider_api, host_api):
    anna, boris, group = product.new_person(), product.new_person(), f"group-{uuid.uuid4().hex[:8]}"
    ids = [host_api.put(f"users/{name}/", json={"groups": [group]}).json()["id"] for name in (anna, boris)]
    body = {"kind": "message", "recipients": [ids[0], anna, f"group:{group}"], "text": "x"}
    assert provider_api.post("notifications/", json=body).json()["recipients"] == 2
    for name in (anna, boris):
        with product.user_api(name) as api:
            assert api.get("inbox/summary/").json() == {"unread": 1}


def test_all_reaches_everybody(start_product):
    own = start_product()
    people = [own.new_person(), own.new_person(), "anna"]
    with own.provider_api() as provider:
        answer = provider.post("notifications/", json={"kind": "message", "recipients": "all", "text": "For everybody"})
    assert answer.status_code == 201
    assert answer.json()["recipients"] > 3
    for name in people:
        with own.user_api(name) as api:
            assert api.get("inbox/").json()["results"][0]["body"]["rows"][0]["text"] == "For everybody"


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"kind": None}, ["/kind"]),
        ({"kind": "sms"}, ["/kind"]),
        ({"kind": 5}, ["/kind"]),
        ({"text": None}, ["/text"]),
        ({"text": ""}, ["/text"]),
        ({"text": 5}, ["/text"]),
        ({"text": ["x"]}, ["/text"]),
        ({"text": "x" * 4001}, ["/text"]),
        ({"header": "x" * 256}, ["/header"]),
        ({"header": {"a": 1}}, ["/header"]),
        ({"header": "two\nlines"}, ["/header"]),
        ({"link": "https://example.com/" + "x" * 2000}, ["/link"]),
        ({"link": "javascript:alert(1)"}, ["/link"]),
        ({"link": "//evil.example/"}, ["/link"]),
        ({"click_link": "data:text/html,x"}, ["/click_link"]),
        ({"date": "yesterday"}, ["/date"]),
        ({"date": 10**30}, ["/date"]),
        ({"date": -1}, ["/date"]),
        ({"date": True}, ["/date"]),
        ({"duration": "long"}, ["/duration"]),
        ({"duration": -5}, ["/duration"]),
        ({"duration": 1.5}, ["/duration"]),
        ({"duration": 10**30}, ["/duration"]),
        ({"element": {"type": "contact"}}, ["/element/id"]),
        ({"element": {"id": 1}}, ["/element/type"]),
        ({"element": {"id": 1, "type": "ship"}}, ["/element/type"]),
        ({"element": {"id": 1, "type": "lead", "colour": "red"}}, ["/element/colour"]),
        ({"element": 7}, ["/element"]),
        ({"from": 7}, ["/from"]),
        ({"colour": "red"}, ["/colour"]),
        ({"kind": "error", "from": "+7"}, ["/from"]),
        ({"kind": "message", "duration": 1}, ["/duration"]),
        ({"kind": "message", "icon": "javascript:x"}, ["/icon"]),
        ({"recipients": None}, ["/recipients"]),
        ({"recipients": []}, ["/recipients"]),
        ({"recipients": "anna"}, ["/recipients"]),
        ({"recipients": 7}, ["/recipients"]),
        ({"recipients": [True]}, ["/recipients/0"]),
        ({"recipients": [None]}, ["/recipients/0"]),
        ({"recipients": [1.5]}, ["/recipients/0"]),
        ({"recipients": [{"id": 1}]}, ["/recipients/0"]),
        ({"recipients": ["nobody-of-that-name"]}, ["/recipients/0"]),
        ({"recipients": [10**15]}, ["/recipients/0"]),
        ({"recipients": [10**40]}, ["/recipients/0"]),
        ({"recipients": [-1]}, ["/recipients/0"]),
        ({"recipients": ["anna", "group:none-such"]}, ["/recipients/1"]),
        ({"recipients": ["anna", "7"]}, ["/recipients/1"]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_wrong_is_pointed_at(publish, centre, fields, pointers):
    refused(publish(**fields), 400, *pointers)
    assert centre() == []


def test_all_errors_are_told_at_once(publish, centre):
    refused(publish(text="", header=5, duration="x", colour=1), 400, "/text", "/header", "/duration", "/colour")
    assert centre() == []


def test_an_unknown_recipient_among_known_ones_stores_nothing(publish, centre, person):
    refused(publish(recipients=[person, "nobody-of-that-name"]), 400, "/recipients/1")
    assert centre() == []


def test_an_empty_group_is_refused(publish, host_api):
    name, group = f"gone-{uuid.uuid4().hex[:8]}", f"left-{uuid.uuid4().hex[:8]}"
    host_api.put(f"users/{name}/", json={"groups": [group]})
    host_api.put(f"users/{name}/", json={"groups": []})
    refused(publish(recipients=[f"group:{group}"]), 400, "/recipients/0")


@pytest.mark.parametrize(("field", "largest"), [("header", 255), ("text", 4000)])
def test_the_largest_sizes_are_taken(publish, centre, field, largest):
    value = "ж" * largest
    assert publish(**{field: value}).status_code == 201
    (item,) = centre()
    assert value in (item["body"]["title"], item["body"]["rows"][0]["text"])


def test_a_link_of_2000_characters_is_taken(publish, centre):
    link = "https://example.com/" + "x" * 1980
    assert publish(kind="error", link=link).status_code == 201
    assert centre()[0]["click"]["value"] == link


def test_a_link_has_a_length_of_2000_at_most_in_every_field(publish):
    refused(publish(click_link="/" + "x" * 2000), 400, "/click_link")


def test_the_provider_reads_its_own_notification_and_where_it_stands(publish, provider_api, person):
    answer = publish().json()
    found = provider_api.get(f"notifications/{answer['id']}/")
    assert found.status_code == 200
    assert found.json()["id"] == answer["id"]
    rows = provider_api.get(f"notifications/{answer['id']}/deliveries/").json()
    assert rows.keys() == {"next", "previous", "results"}
    by_channel = {row["channel"]: row for row in rows["results"]}
    assert {"interface", "email", "mobile", "browser"} <= by_channel.keys()
    assert by_channel["interface"]["state"] == "sent"
    assert by_channel["mobile"]["state"] == "skipped"
    assert by_channel["mobile"]["reason"]


def test_another_providers_notification_is_not_found(publish, product):
    answer = publish().json()
    with product.provider_api("stranger") as stranger:
        refused(stranger.get(f"notifications/{answer['id']}/"), 404)
        refused(stranger.get(f"notifications/{answer['id']}/deliveries/"), 404)
        refused(stranger.get(f"notifications/{uuid.uuid4()}/"), 404)

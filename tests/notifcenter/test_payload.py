"""POST notifications/: how every field is shown in the centre."""

import pytest

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

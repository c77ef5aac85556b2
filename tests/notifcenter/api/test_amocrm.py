"""amoCRM's own addresses: existing integrations and widgets work unchanged."""

from urllib.parse import urlencode

import pytest

from tests.problems import refused
from tests.product import start_product

PHONE = "+79999999999"
CLICK = f"/contacts/add/?phone={PHONE}"
EVENTS, DELETION = "/api/v2/events", "/v3/inbox/delete"
FORM = "application/x-www-form-urlencoded"
GROUPS = {"anna": ["sales"], "boris": ["sales", "support"], "clara": ["support"]}
CROWD = """
from accounts.models import User
User.objects.bulk_create(User(username=f"crowd{number}") for number in range(1000))
"""


@pytest.fixture
def user_id(host_api, person):
    return host_api.put(f"users/{person}/", json={"language": "ru"}).json()["id"]


@pytest.fixture
def call(product):
    def send(*events, **extra):
        token = product.provider_token
        with product.client(token) as api:
            return api.post(f"{product.base_url}{EVENTS}", json={"add": list(events)} | extra)

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
        ("+7\n999", "+7 999", "/contacts/add/?phone=+7%20999"),
        ("x²", "x²", "/inbox/"),
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
        {"add": [{"type": "phone_call", "phone_number": "\u200b\u2800", "users": [1]}]},
        {"add": [{"type": "phone_call", "phone_number": True, "users": [1]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": []}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": None}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": ""}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": True}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": "1,2"}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": {"id": 1}}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": ["²"]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": [10**12]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": ["x"]}]},
        {"add": [{"type": "phone_call", "phone_number": PHONE, "users": [10**40]}]},
        [],
    ],
    ids=str,
)
def test_what_is_wrong_is_400(product, body):
    with product.provider_api() as api:
        refused(api.post(f"{product.base_url}{EVENTS}", json=body), 400)


def test_one_wrong_event_stores_none(call, user_api, person, user_id):
    refused(call(event(user_id), event(10**12)), 400)
    assert user_api(person).get("inbox/summary/").json() == {"unread": 0}


def test_only_a_provider_may(product, person):
    for token, status in (("", 401), ("x", 401), (product.user_token(person), 403), (product.management_token, 403)):
        with product.client(token) as api:
            refused(api.post(f"{product.base_url}{EVENTS}", json={"add": [event(1)]}), status)


@pytest.fixture
def page(product, person):
    with product.signed_in(person) as client:
        del client.headers["X-CSRFToken"]
        client.headers["Origin"] = product.base_url
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def test_a_widget_deletes_from_the_centre_without_a_csrf_token(product, page, person):
    known, kept = product.publish(person), product.publish(person)
    answer = page.post(DELETION, json={"id": [known], "all": False})
    assert answer.status_code == 200
    left = [item["id"] for item in page.get("/api/v1/inbox/").json()["results"]]
    assert left == [kept]


def test_a_widget_deletes_all(product, page, person):
    product.publish(person)
    assert page.post(DELETION, json={"all": True}).status_code == 200
    assert page.get("/api/v1/inbox/").json()["results"] == []


def test_what_is_not_there_or_not_mine_is_passed_over(product, page):
    other = product.new_person()
    foreign = product.publish(other)
    assert page.post(DELETION, json={"id": [foreign, "x", "0"], "all": False}).status_code == 200
    with product.user_api(other) as theirs:
        assert len(theirs.get("inbox/").json()["results"]) == 1


FOREIGN = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {},
]


@pytest.fixture
def elsewhere(page):
    """The session without what shows that the page is of this site."""
    del page.headers["Origin"], page.headers["Sec-Fetch-Site"]
    return page


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_a_page_of_another_site_deletes_nothing_and_calls_nobody(product, elsewhere, person, user_id, headers, form):
    known = product.publish(person)
    for path, body in ((DELETION, {"id": known}), (EVENTS, {"add[0][users]": user_id})):
        written = {"data": body} if form else {"json": body}
        refused(elsewhere.post(path, headers=headers, **written), 403)
    assert [item["id"] for item in elsewhere.get("/api/v1/inbox/").json()["results"]] == [known]


def test_an_origin_of_the_same_host_without_its_encryption_is_another(product, elsewhere):
    origin = product.base_url.replace("http:", "https:")
    refused(elsewhere.post(DELETION, json={"all": True}, headers={"Origin": origin}), 403)


@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_one_sign_of_the_same_site_is_enough(product, elsewhere, user_id, name):
    headers = {name: {"Origin": product.base_url, "Sec-Fetch-Site": "same-origin"}[name]}
    assert elsewhere.post(EVENTS, json={"add": [event(user_id)]}, headers=headers).status_code == 200
    assert elsewhere.post(DELETION, json={"all": True}, headers=headers).status_code == 200
    assert elsewhere.get("/api/v1/inbox/").json()["results"] == []


@pytest.mark.parametrize("kind", ["header", "form", "multipart"])
def test_with_neither_a_csrf_token_is_needed(product, elsewhere, person, kind):
    product.publish(person)
    token = elsewhere.cookies["csrftoken"]
    field = {"all": "true", "csrfmiddlewaretoken": token}
    written = {
        "header": {"json": {"all": True}, "headers": {"X-CSRFToken": token}},
        "form": {"data": field},
        "multipart": {"files": {name: (None, value) for name, value in field.items()}},
    }
    answer = elsewhere.post(DELETION, **written[kind])
    assert answer.status_code == 200, answer.text
    assert elsewhere.get("/api/v1/inbox/").json()["results"] == []


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("one", [False, True], ids=["list", "one"])
@pytest.mark.parametrize("kind", ["json", "data", "files"])
def test_a_selection_is_deleted_however_it_is_written(product, page, person, kind, one, slash):
    known, kept = product.publish(person), product.publish(person)
    if kind == "json":
        body = {"id": known if one else [known], "all": False, "colour": "red"}
    else:
        body = {"id" if one else "id[]": known, "all": "false", "colour": "red"}
    if kind == "files":
        body = {name: (None, value) for name, value in body.items()}
    answer = page.post(f"{DELETION}{slash}?USER_HASH=1", **{kind: body})
    assert answer.status_code == 200, answer.text
    assert [item["id"] for item in page.get("/api/v1/inbox/").json()["results"]] == [kept]


@pytest.mark.parametrize("body", [{"id": {"a": 1}}, {"id": None}, {"all": "x"}, {"id": [["x"]]}, {"id": ["x"] * 1001}])
def test_a_wrong_selection_is_400(page, body):
    refused(page.post(DELETION, json=body), 400)


@pytest.mark.parametrize("path", [EVENTS, DELETION, f"{EVENTS}/", f"{DELETION}/"])
def test_what_is_meant_for_somebody_else_is_409(page, user_id, path):
    for kind in ("json", "data"):
        refused(page.post(path, headers={"X-Notifcenter-User": str(user_id + 1)}, **{kind: {"all": "true"}}), 409)


def test_without_a_session_it_is_refused(product):
    with product.client() as client:
        answer = client.post(f"{product.base_url}/v3/inbox/delete", json={"all": True})
    refused(answer, 401)


def test_the_answer_names_each_call_as_amocrm_does(call, user_api, person, user_id):
    answer = call(event(user_id, phone_number="\u202a+7999\u202c")).json()
    (item,) = user_api(person).get("inbox/").json()["results"]
    assert answer == {
        "_links": {"self": {"href": EVENTS, "method": "post"}},
        "_embedded": {
            "items": [
                {
                    "id": item["id"],
                    "uid": item["uuid"],
                    "element_id": None,
                    "element_type": None,
                    "phone_number": "+7999",
                }
            ]
        },
    }


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("kind", [int, str])
def test_one_id_may_stand_without_a_list(product, user_api, person, user_id, kind, slash):
    with product.provider_api() as api:
        answer = api.post(f"{product.base_url}{EVENTS}{slash}", json={"add": [event() | {"users": kind(user_id)}]})
    assert answer.status_code == 200, answer.text
    assert user_api(person).get("inbox/summary/").json() == {"unread": 1}


def test_one_unknown_id_is_pointed_at(call):
    refused(call(event() | {"users": 10**12}), 400, "/add/0/users")
    refused(call(event(10**12)), 400, "/add/0/users/0")


@pytest.mark.parametrize(
    "users", ["add[0][users]", "add[0][users][]", "add[0][users][0]", "add[0][users][7]", "add[3][users][]"]
)
@pytest.mark.parametrize("kind", ["data", "files"])
def test_a_form_is_taken_as_php_writes_it(product, user_api, person, user_id, users, kind):
    first = users.split("[users]")[0]
    fields = {f"{first}[type]": "phone_call", f"{first}[phone_number]": PHONE, users: str(user_id), "colour": "red"}
    body = {name: (None, value) for name, value in fields.items()} if kind == "files" else fields
    with product.provider_api() as api:
        answer = api.post(f"{product.base_url}{EVENTS}", **{kind: body})
    assert answer.status_code == 200, answer.text
    assert answer.json()["_embedded"]["items"][0]["phone_number"] == PHONE
    assert user_api(person).get("inbox/summary/").json() == {"unread": 1}


def test_a_form_has_several_calls_and_several_people(product, user_api, person, user_id, host_api):
    other = product.new_person()
    other_id = host_api.put(f"users/{other}/", json={}).json()["id"]
    fields = []
    for number, users in enumerate(([user_id, other_id], [user_id])):
        fields += [(f"add[{number}][type]", "phone_call"), (f"add[{number}][phone_number]", f"+7{number}")]
        fields += [(f"add[{number}][users][]", user) for user in users]
    with product.provider_api() as api:
        answer = api.post(
            f"{product.base_url}{EVENTS}", content=urlencode(fields), headers={"Content-Type": f"{FORM}; charset=UTF-8"}
        )
    assert [item["phone_number"] for item in answer.json()["_embedded"]["items"]] == ["+70", "+71"]
    assert user_api(person).get("inbox/summary/").json() == {"unread": 2}
    assert user_api(other).get("inbox/summary/").json() == {"unread": 1}


@pytest.mark.parametrize(
    "body",
    [
        "add=x",
        "add[0]=x",
        "add[0][type]=sms&add[0][phone_number]=7&add[0][users]=1",
        "add[0][type]=phone_call&add[0][phone_number]=7&add[0][users][id]=1",
        "add" + "[0]" * 5000 + "=7",
        "&".join(["a=1"] * 100_001),
        "%ff%00[[]=&]=&[]=1&add[0=1",
        "",
    ],
    ids=range(8),
)
def test_a_wrong_form_is_400(product, body):
    with product.provider_api() as api:
        refused(api.post(f"{product.base_url}{EVENTS}", content=body, headers={"Content-Type": FORM}), 400)


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "same-origin"}, {}], ids=["ours", "unknown"])
def test_a_form_that_is_too_large_is_413(elsewhere, content_type, site):
    body = "a" * (5 * 1024 * 1024 + 1)
    refused(elsewhere.post(EVENTS, content=body, headers={"Content-Type": content_type} | site), 413)


def test_an_unreadable_multipart_form_is_400(page):
    refused(page.post(EVENTS, content="x", headers={"Content-Type": "multipart/form-data"}), 400)


def test_each_entry_of_a_form_counts_against_the_limit_of_the_person(page, user_id):
    fields = {}
    for number in range(50):
        fields |= {
            f"add[{number}][type]": "phone_call",
            f"add[{number}][phone_number]": PHONE,
            f"add[{number}][users]": str(user_id),
        }
    answers = [page.post(EVENTS, data=fields) for _ in range(5)]
    assert answers[0].headers["RateLimit-Policy"] == '"publications";q=120;w=60'
    assert {answer.status_code for answer in answers} == {200, 429}, "a new minute may have begun once"
    stored = page.get("/api/v1/inbox/summary/").json()["unread"]
    assert stored == 50 * sum(answer.status_code == 200 for answer in answers)


def test_a_page_of_this_site_calls_others_in_its_own_name(product, page, user_api, host_api):
    other = product.new_person()
    other_id = host_api.put(f"users/{other}/", json={}).json()["id"]
    assert page.post(f"{EVENTS}/", json={"add": [event() | {"users": str(other_id)}]}).status_code == 200
    (item,) = user_api(other).get("inbox/").json()["results"]
    assert item["provider"]["code"] == "self"
    assert item["body"]["rows"][0]["text"] == PHONE


def test_without_a_session_or_a_token_nobody_is_called(product):
    with product.client() as client:
        refused(client.post(f"{product.base_url}{EVENTS}", json={"add": [event(1)]}), 401)


def test_calls_from_a_page_reach_only_whom_its_person_may_see(folders):
    large = start_product(folders("large"), demo=False)
    try:
        large.manage("shell", "-c", CROWD)
        names = {name: large.new_person(groups=groups) for name, groups in GROUPS.items()}
        with large.host_api() as host:
            ids = {name: host.get(f"users/{username}/").json()["id"] for name, username in names.items()}
        with large.signed_in(names["anna"]) as page:
            page.headers["Sec-Fetch-Site"] = "same-origin"
            refused(page.post(EVENTS, json={"add": [event(ids["boris"], ids["clara"])]}), 400, "/add/0/users/1")
            assert page.post(EVENTS, json={"add": [event(ids["boris"])]}).status_code == 200
            everybody = {"type": "phone_call", "phone_number": PHONE}
            assert page.post(EVENTS, json={"add": [everybody]}).status_code == 200
        assert {name: _unread(large, username) for name, username in names.items()} == {
            "anna": 1,
            "boris": 2,
            "clara": 0,
        }
        with large.provider_api() as provider:
            assert provider.post(f"{large.base_url}{EVENTS}", json={"add": [everybody]}).status_code == 200
        assert _unread(large, names["clara"]) == 1
    finally:
        large.stop()


def _unread(product, username):
    with product.user_api(username) as api:
        return api.get("inbox/summary/").json()["unread"]


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/", DELETION, f"{DELETION}/"])
def test_the_schema_names_what_each_address_takes(product, path):
    with product.client() as client:
        schema = client.get(f"{product.base_url}/api/schema/", params={"format": "json"}).json()
    operation = schema["paths"][path]["post"]
    assert operation["requestBody"]["content"].keys() == {"application/json", FORM, "multipart/form-data"}
    assert {"sameOriginSession": []} in operation["security"]
    assert ({"bearer": []} in operation["security"]) == path.startswith(EVENTS)
    assert {"200", "400", "401", "403", "409", "413", "415"} <= operation["responses"].keys()
    assert ("429" in operation["responses"]) == path.startswith(EVENTS)
    assert [parameter["name"] for parameter in operation["parameters"]] == ["X-Notifcenter-User"]


def test_the_schema_names_the_fields_of_a_call(product):
    with product.client() as client:
        schema = client.get(f"{product.base_url}/api/schema/", params={"format": "json"}).json()
    fields, answered = (schema["components"]["schemas"][name]["properties"] for name in ("Event", "CallResponse"))
    assert {kind["type"] for kind in fields["phone_number"]["oneOf"]} == {"string", "number"}
    assert fields["users"]["oneOf"][0]["type"] == "array"
    assert answered.keys() == {"id", "uid", "element_id", "element_type", "phone_number"}

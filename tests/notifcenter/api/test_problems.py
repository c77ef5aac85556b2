"""Problems: what is wrong, where, all of it at once, and what to write instead."""

import httpx
import pytest

from tests.problems import CODES, refused
from tests.processes import PATIENCE

FILTERS = {"unread", "kind", "provider", "category", "q", "from", "until", "missed", "state"}


def told(problem):
    return {(error["pointer"], error["code"]) for error in problem["errors"]}


def test_all_mistakes_of_a_publication_come_at_once(provider_api):
    body = {
        "kind": "call",
        "recipients": ["nobody-of-that-name", 7.5],
        "text": "",
        "header": 5,
        "duration": -1,
        "element": {"id": {}, "type": "deal", "colour": 1},
        "linkk": "x",
    }
    problem = refused(provider_api.post("notifications/", json=body), 400, code="validation_failed")
    assert told(problem) == {
        ("/recipients/1", "type"),
        ("/text", "blank"),
        ("/header", "type"),
        ("/duration", "invalid"),
        ("/element/id", "type"),
        ("/element/type", "choice"),
        ("/element/colour", "unknown"),
        ("/linkk", "unknown"),
    }


def test_unknown_recipients_are_told_together_with_the_other_mistakes(provider_api):
    body = {"kind": "call", "recipients": ["nobody-of-that-name"], "text": "x", "colour": 1}
    problem = refused(provider_api.post("notifications/", json=body), 400)
    assert told(problem) == {("/recipients/0", "not_found"), ("/colour", "unknown")}


def test_a_missing_kind_does_not_hide_the_other_mistakes(provider_api):
    problem = refused(provider_api.post("notifications/", json={"text": 5, "colour": 1}), 400)
    assert told(problem) == {
        ("/kind", "required"),
        ("/recipients", "required"),
        ("/text", "type"),
        ("/colour", "unknown"),
    }


def test_too_long_is_told_as_such(provider_api, person):
    body = {"kind": "call", "recipients": [person], "text": "x" * 4001, "header": "x" * 256}
    problem = refused(provider_api.post("notifications/", json=body), 400)
    assert told(problem) == {("/text", "too_long"), ("/header", "too_long")}


def test_a_batch_tells_the_first_hundred_mistakes(provider_api):
    problem = refused(provider_api.post("notifications/batch/", json=[{"colour": 1}] * 1000), 400)
    assert len(problem["errors"]) == 100
    assert told(problem) >= {("/0/colour", "unknown"), ("/0/kind", "required")}


def test_all_mistakes_of_a_popup_come_at_once(provider_api):
    body = {
        "method": "show_message",
        "recipients": ["nobody-of-that-name"],
        "params": {"text": "<b> </b>", "colour": 1},
    }
    problem = refused(provider_api.post("popups/", json=body), 400)
    assert told(problem) == {
        ("/recipients/0", "not_found"),
        ("/params/header", "required"),
        ("/params/text", "blank"),
        ("/params/colour", "unknown"),
    }


def test_all_mistakes_of_a_device_come_at_once(user_api, person):
    problem = refused(user_api(person).post("devices/", json={"channel": "browser", "name": 5, "token": "x"}), 400)
    assert told(problem) == {("/name", "type"), ("/subscription", "required"), ("/token", "unknown")}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ({"kind": "calls"}, "'call'"),
        ({"kind": "call", "txt": "x"}, "'text'"),
        ({"kind": "call", "Recipients": []}, "'recipients'"),
        ({"kind": "call", "element": {"type": "contacts"}}, "'contact'"),
    ],
    ids=str,
)
def test_a_near_miss_is_told_what_was_probably_meant(provider_api, body, meant):
    problem = refused(provider_api.post("notifications/", json=body), 400)
    assert f"Did you mean {meant}?" in " ".join(error["detail"] for error in problem["errors"])


def test_a_near_miss_of_a_person_is_told_nothing(provider_api):
    body = {"kind": "call", "recipients": ["ann"], "text": "x"}
    (error,) = refused(provider_api.post("notifications/", json=body), 400)["errors"]
    assert "Did you mean" not in error["detail"]
    assert "anna" not in error["detail"]


def test_mistakes_of_the_query_name_their_parameters(user_api, person):
    answer = user_api(person).get("inbox/", params={"limit": "0", "unread": "yes", "cursor": "x", "unred": "1"})
    problem = refused(answer, 400)
    assert {(error["parameter"], error["code"]) for error in problem["errors"]} == {
        ("limit", "invalid"),
        ("unread", "invalid"),
        ("cursor", "invalid"),
        ("unred", "unknown"),
    }
    assert "Did you mean 'unread'?" in problem["detail"] + str(problem["errors"])


CALLS = [
    ("provider_api", "POST", "notifications/"),
    ("provider_api", "POST", "notifications/batch/"),
    ("provider_api", "POST", "popups/"),
    ("host_api", "PUT", "users/somebody/"),
    ("host_api", "PUT", "providers/telephony/"),
]


@pytest.mark.parametrize(("caller", "method", "path"), CALLS)
def test_an_unknown_query_parameter_is_400(request, caller, method, path):
    api = request.getfixturevalue(caller)
    problem = refused(api.request(method, path, params={"colour": "1"}, json={}), 400)
    assert ("colour", "unknown") in {(error.get("parameter"), error["code"]) for error in problem["errors"]}


def test_amocrms_addresses_ignore_unknown_query_parameters(product, host_api, person):
    user = host_api.put(f"users/{person}/", json={}).json()["id"]
    event = {"type": "phone_call", "phone_number": "+7", "users": [user]}
    with product.provider_api() as api:
        answer = api.post(f"{product.base_url}/api/v2/events?USER_HASH=1", json={"add": [event]})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", [{"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 256}])
def test_a_mistake_in_a_header_names_it(provider_api, person, header):
    body = {"kind": "call", "recipients": [person], "text": "x"}
    (error,) = refused(provider_api.post("notifications/", json=body, headers=header), 400)["errors"]
    assert error["header"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed_json"),
        (b'{"a": 1e400}', "malformed_json"),
        (b"\xff", "malformed_json"),
        (b"[]", "validation_failed"),
    ],
)
def test_what_is_no_json_is_told_apart_from_what_is_wrong_in_it(provider_api, content, code):
    answer = provider_api.post("notifications/", content=content, headers={"Content-Type": "application/json"})
    refused(answer, 400, code=code)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/api/v1/notifications", "/api/v1/notifications/"),
        ("/api/v1/notifications/batch", "/api/v1/notifications/batch/"),
        ("/v1/notifications/", "/api/v1/notifications/"),
        ("/v1/inbox", "/api/v1/inbox/"),
        ("/api/inbox/summary/", "/api/v1/inbox/summary/"),
        ("/api/v2/inbox/", "/api/v1/inbox/"),
        ("/api/v1//inbox/", "/api/v1/inbox/"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_slip_in_the_address_is_answered_with_the_right_one(product, method, path, meant):
    answer = httpx.request(method, product.base_url + path, timeout=PATIENCE)
    problem = refused(answer, 404)
    assert problem["address"] == meant
    assert meant in problem["detail"]


def test_an_address_that_nothing_is_near_to_leads_to_the_list(product):
    problem = refused(httpx.get(product.base_url + "/api/v1/no/such/thing/", timeout=PATIENCE), 404)
    assert "address" not in problem
    assert "/api/v1/" in problem["detail"]


def test_the_root_of_the_api_says_what_there_is(product):
    answer = httpx.get(product.base_url + "/api/v1/", timeout=PATIENCE)
    assert answer.status_code == 200
    calls = {call["path"]: call["methods"] for call in answer.json()["calls"]}
    assert calls["/api/v1/notifications/"] == ["GET", "POST"]
    assert calls["/api/v1/inbox/"] == ["GET"]


@pytest.mark.parametrize("scheme", ["Basic dXNlcjpwYXNz", "Token {}", "{}", "Bearer"])
def test_another_way_to_give_a_token_is_401_and_told_the_right_one(product, scheme):
    headers = {"Authorization": scheme.format(product.provider_token)}
    answer = httpx.post(f"{product.base_url}/api/v1/notifications/", json={}, headers=headers, timeout=PATIENCE)
    problem = refused(answer, 401, code="not_authenticated")
    assert "Bearer" in problem["detail"]
    assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("code", sorted(set().union(*CODES.values())))
def test_the_type_of_every_problem_leads_to_its_page(product, code):
    answer = httpx.get(f"{product.base_url}/api/problems/{code}/", timeout=PATIENCE)
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert code in answer.text


def test_a_problem_that_there_is_not_is_404(product):
    refused(httpx.get(f"{product.base_url}/api/problems/none_such/", timeout=PATIENCE), 404)


def test_the_schema_describes_the_problems_of_every_call(product):
    schema = httpx.get(f"{product.base_url}/api/schema/?format=json", timeout=PATIENCE).json()
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            responses = operation["responses"]
            assert {"400", "401", "403"} <= responses.keys(), f"{method} {path}"
            content = responses["401"]["content"]["application/problem+json"]["schema"]
            assert content == {"$ref": "#/components/schemas/Problem"}
    assert {"413", "415", "422", "429"} <= schema["paths"]["/api/v1/notifications/"]["post"]["responses"].keys()
    parameters = schema["paths"]["/api/v1/inbox/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == FILTERS | {"readable", "cursor", "limit"}

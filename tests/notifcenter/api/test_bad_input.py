"""What no API should choke on: each gets the right 4xx, says what to mend, stores and leaks nothing."""

import itertools
import json

import httpx
import pytest

from tests.problems import refused

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def unread(user_api, person):
    api = user_api(person)
    return lambda: api.get("inbox/summary/").json()["unread"]


def raw(provider_api, content, **headers):
    return provider_api.post("notifications/", content=content, headers=JSON | headers)


def body(person, **fields):
    return {"kind": "call", "recipients": [person], "text": "x"} | fields


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"nope", b'{"kind": "call",}', b"\xff\xfe", b'"text', b"{'kind': 'call'}", b'{"date": NaN}', b"\x00"],
)
def test_broken_json_is_400(provider_api, content):
    refused(raw(provider_api, content), 400)


@pytest.mark.parametrize("content", [b"[]", b"null", b"7", b'"call"', b"true"])
def test_json_that_is_no_object_is_400(provider_api, content):
    refused(raw(provider_api, content), 400)


@pytest.mark.parametrize("depth", [100, 5_000, 100_000])
def test_deep_nesting_is_400(provider_api, depth):
    refused(raw(provider_api, b'{"text":' + b"[" * depth + b"]" * depth + b"}"), 400)
    refused(raw(provider_api, b'{"a":' * depth + b"1" + b"}" * depth), 400)


@pytest.mark.parametrize("character", ["\\u0000", "\\u0007", "\\u001b", "\\ud800", "\\udfff", "\\u202e"])
@pytest.mark.parametrize("field", ["text", "header", "from"])
def test_control_characters_and_lone_surrogates_are_400(provider_api, person, unread, field, character):
    content = json.dumps(body(person, **{field: "a@b"})).replace("@", character).encode()
    refused(raw(provider_api, content), 400)
    assert unread() == 0


def test_a_control_character_in_a_recipients_name_is_400(provider_api):
    refused(provider_api.post("notifications/", json=body("an\x00na")), 400)


def test_surrogate_pairs_emoji_and_line_breaks_are_taken(provider_api, person, user_api):
    content = json.dumps(body(person, text="\U0001f4de one\ntwo\tthree")).encode()
    assert raw(provider_api, content).status_code == 201
    (item,) = user_api(person).get("inbox/").json()["results"]
    assert item["body"]["rows"][0]["text"] == "\U0001f4de one\ntwo\tthree"


@pytest.mark.parametrize("megabytes", [6, 10])
@pytest.mark.parametrize("path", ["notifications/", "notifications/batch/", "inbox/read/"])
def test_a_body_over_5_mb_is_413(provider_api, user_api, person, megabytes, path):
    api = user_api(person) if path.startswith("inbox") else provider_api
    content = b'{"text": "' + b"x" * (megabytes * 1024 * 1024) + b'"}'
    try:
        refused(api.post(path, content=content, headers=JSON), 413)
    except (httpx.WriteError, httpx.RemoteProtocolError) as error:
        pytest.fail(f"The connection was cut before an answer: {error}")


def test_a_body_over_5_mb_without_a_length_is_413(installation):
    pieces = itertools.chain([b'{"text": "'], itertools.repeat(b"x" * 65536, 6 * 16), [b'"}'])
    with installation.provider_api() as api:
        refused(api.post("notifications/", content=pieces, headers=JSON), 413)


def test_a_body_that_comes_in_pieces_without_a_length_is_read(installation):
    content = json.dumps(body(installation.new_person())).encode()
    with installation.provider_api() as api:
        answer = api.post("notifications/", content=iter([content[:10], content[10:]]), headers=JSON)
    assert answer.status_code == 201


def test_a_body_just_under_5_mb_is_read_and_judged(provider_api, person):
    refused(provider_api.post("notifications/", json=body(person, text="x" * (5 * 1024 * 1024 - 200))), 400, "/text")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_is_not_sent_as_json_is_415(provider_api, person, content_type):
    content = json.dumps(body(person)).encode()
    answer = provider_api.post("notifications/", content=content, headers={"Content-Type": content_type})
    refused(answer, 415)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_is_not_there_is_405(provider_api, method):
    refused(provider_api.request(method, "notifications/", json={}), 405)


def test_an_address_that_is_not_there_is_404(provider_api):
    refused(provider_api.get("no/such/thing/"), 404)


def test_a_field_given_twice_does_no_harm(provider_api, person):
    content = f'{{"kind":"call","text":"a","text":"b","recipients":["{person}"]}}'.encode()
    assert raw(provider_api, content).status_code in (201, 400)


def test_a_huge_number_is_400(provider_api, person):
    content = f'{{"kind":"call","text":"a","recipients":["{person}"],"duration":1{"0" * 5000}}}'.encode()
    refused(raw(provider_api, content), 400)


def test_ten_thousand_unknown_names_are_400(provider_api):
    names = [f"nobody-{number}" for number in range(10_000)]
    refused(provider_api.post("notifications/", json=body("x", recipients=names)), 400)


def test_a_header_of_the_mail_cannot_be_injected(provider_api, person, unread):
    answer = provider_api.post("notifications/", json=body(person, header="x\r\nBcc: everybody@example.com"))
    refused(answer, 400)
    assert unread() == 0


def test_an_error_shows_nothing_of_the_inside(provider_api):
    text = raw(provider_api, b"{").text
    assert "Traceback" not in text
    assert "/notifcenter/" not in text


HUGE = ["1" + "0" * 400, "1e400", "-1e400", "1" * 4000]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["date", "duration", "recipients"])
def test_a_number_that_no_float_holds_is_400(provider_api, person, field, number):
    value = f"[{number}]" if field == "recipients" else number
    fields = {"kind": '"call"', "text": '"a"', "recipients": f'["{person}"]'} | {field: value}
    content = "{" + ", ".join(f'"{name}": {text}' for name, text in fields.items()) + "}"
    refused(raw(provider_api, content.encode()), 400)


@pytest.mark.parametrize("installed", ["product", "production"])
def test_a_manifest_with_a_number_that_no_float_holds_is_400(request, installed):
    with request.getfixturevalue(installed).host_api() as api:
        answer = api.put("providers/telephony/", content=b'{"manifest": {"a": 1e400}}', headers=JSON)
        refused(answer, 400, code="malformed_json")
        answer = api.put("providers/telephony/", content=rb'{"manifest": {"b\u0000": "c\ud800d"}}', headers=JSON)
        refused(answer, 400)


def test_a_device_whose_expiration_no_float_holds_is_no_mistake_of_ours(user_api, person):
    content = b'{"channel": "browser", "subscription": {"endpoint": "x", "expirationTime": 1' + b"0" * 400 + b"}}"
    refused(user_api(person).post("devices/", content=content, headers=JSON), 400)

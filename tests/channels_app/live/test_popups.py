"""Popups by REST: shown on open pages, stored nowhere."""

import pytest

from tests.processes import wait_until

GOOD = {
    "show_message": {"header": "Break", "text": "Tea in <b>5</b> minutes", "date": 1566922308, "icon": "/tea.svg"},
    "show_message_error": {"header": "No line", "text": "The line is down", "link": "https://example.com/status"},
    "show_notification": {"text": {"header": "Call", "text": "+79990000000"}, "type": "call"},
}
BAD = [
    ("show_message", {"text": "no header"}, "/params/header"),
    ("show_message", {"header": "", "text": "empty header"}, "/params/header"),
    ("show_message", {"header": "no text"}, "/params/text"),
    ("show_message", {"header": "h" * 256, "text": "t"}, "/params/header"),
    ("show_message", {"header": "h", "text": "t" * 4001}, "/params/text"),
    ("show_message", {"header": "h", "text": "t", "link": "/x"}, "/params/link"),
    ("show_message", {"header": "h", "text": "t", "icon": "javascript:alert(1)"}, "/params/icon"),
    ("show_message", {"header": 7, "text": "t"}, "/params/header"),
    ("show_message", {"header": "h", "text": "t", "date": "tomorrow"}, "/params/date"),
    ("show_message_error", {"header": "h", "text": "t", "link": "javascript:alert(1)"}, "/params/link"),
    ("show_message_error", {"header": "h", "text": "t", "icon": "/x.svg"}, "/params/icon"),
    ("show_notification", {"text": {"header": "h", "text": "t"}}, "/params/type"),
    ("show_notification", {"text": {"header": "h", "text": "t"}, "type": "message"}, "/params/type"),
    ("show_notification", {"text": "t", "type": "call"}, "/params/text"),
    ("show_notification", {"text": {"header": "h"}, "type": "call"}, "/params/text/text"),
    ("show_banner", {"header": "h", "text": "t"}, "/method"),
]


@pytest.mark.parametrize("method", GOOD)
def test_a_popup_reaches_every_open_page_of_its_recipients(installation, method):
    anna, boris = installation.new_person(), installation.new_person()
    with installation.live(anna) as first, installation.live(anna) as second, installation.live(boris) as other:
        for page in (first, second, other):
            page.next("hello")
        answer = send(installation, method, [anna], GOOD[method])
        assert answer.status_code == 202
        for page in (first, second):
            assert page.next("popup") == {"type": "popup", "method": method, "params": GOOD[method]}
        assert other.is_quiet()


def test_it_tells_how_many_recipients_have_an_open_page(product):
    anna, boris, clara = product.new_person(), product.new_person(), product.new_person()
    with product.live(anna) as one, product.live(anna) as two, product.live(boris) as three:
        for page in (one, two, three):
            page.next("hello")
        answer = send(product, "show_message", [anna, boris, clara, anna], GOOD["show_message"])
    assert answer.json() == {"online": 2}


def test_with_many_processes_it_counts_them_all(production):
    anna, boris = production.new_person(), production.new_person()
    with production.live(anna) as page:
        page.next("hello")
        wait_until(
            lambda: send(production, "show_message", [anna, boris], GOOD["show_message"]).json() == {"online": 1}
        )


def test_everybody_may_be_addressed(product, person):
    with product.live(person) as page:
        page.next("hello")
        answer = send(product, "show_message", "all", GOOD["show_message"])
        assert answer.status_code == 202
        assert answer.json()["online"] >= 1
        assert page.next("popup")["params"]["header"] == "Break"


def test_nothing_is_stored(product, person):
    send(product, "show_message", [person], GOOD["show_message"])
    with product.user_api(person) as api:
        assert api.get("inbox/").json()["results"] == []
        assert api.get("inbox/summary/").json() == {"unread": 0}


def test_whoever_opens_a_page_later_never_sees_it(product, person):
    assert send(product, "show_message", [person], GOOD["show_message"]).json() == {"online": 0}
    with product.live(person, cursor=0) as page:
        page.next("hello")
        assert page.is_quiet()


def test_html_is_made_safe_on_the_way(product, person):
    with product.live(person) as page:
        page.next("hello")
        send(product, "show_message", [person], {"header": "h", "text": "a < b <img src=x onerror=alert(1)><i>ok</i>"})
        assert page.next("popup")["params"]["text"] == "a &lt; b <i>ok</i>"


@pytest.mark.parametrize(("method", "params", "pointer"), BAD)
def test_what_is_wrong_is_pointed_at(product, person, method, params, pointer):
    answer = send(product, method, [person], params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("recipients", [[], ["nobody-of-that-name"], [10**12], ["group:none"], "anna", None, [True]])
def test_recipients_must_exist(product, recipients):
    answer = send(product, "show_message", recipients, GOOD["show_message"])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith("/recipients")


@pytest.mark.parametrize("body", [[], "text", {}, {"method": "show_message", "recipients": ["anna"], "params": "x"}])
def test_a_body_of_another_shape_is_refused(product, body):
    with product.provider_api() as provider:
        assert provider.post("popups/", json=body).status_code == 400


def test_only_providers_may_send_them(product, person):
    body = {"method": "show_message", "recipients": [person], "params": GOOD["show_message"]}
    with product.client() as stranger, product.user_api(person) as user:
        assert stranger.post("popups/", json=body).status_code == 401
        assert user.post("popups/", json=body).status_code == 403


def send(product, method, recipients, params):
    with product.provider_api() as provider:
        return provider.post("popups/", json={"method": method, "recipients": recipients, "params": params})

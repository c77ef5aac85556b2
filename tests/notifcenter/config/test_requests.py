"""What the server does with requests that are too long, too slow, cut off or unreadable."""

import itertools
import json
import socket
import time
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tests.half_sent import half_sent
from tests.problems import refused
from tests.processes import PATIENCE, wait_until

HEAD_SECONDS = 20
UNFINISHED = {
    "half-sent": (300, [b"G", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"\r\n"]),
    "silent": (100, [b""]),
    "dripping": (1, [b"GET / HTTP/1.1\r\n"]),
}
"""How many connections begin so and never send a whole head."""


def connected(product):
    parts = urlsplit(product.base_url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def answer(product, raw):
    """The first line of the answer to these bytes, and nothing where the connection ends without one."""
    with connected(product) as wire:
        try:
            wire.sendall(raw)
            return wire.makefile("rb").readline()
        except ConnectionError:
            return b""


def is_closed(wire):
    """Whether the other side has ended the connection; asks without waiting."""
    wire.setblocking(False)
    try:
        return wire.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "headers",
    [b"X-Long: " + b"x" * 70_000, b"\r\n".join(b"X-%d: %s" % (n, b"y" * 1000) for n in range(70))],
    ids=["one", "many"],
)
def test_headers_over_64_kb_are_431(installation, headers):
    raw = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n\r\n"
    assert b" 431 " in answer(installation, raw)


def test_an_address_over_64_kb_is_431(product):
    assert b" 431 " in answer(product, b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


def test_headers_that_never_end_are_not_taken_for_long(installation):
    taken = 0
    with connected(installation) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Endless: ")
        try:
            while taken < 20_000_000:
                taken += wire.send(b"x" * 65536)
        except ConnectionError:
            pass
    assert taken < 20_000_000


def test_headers_of_32_kb_are_read(installation):
    raw = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 32_000 + b"\r\n\r\n"
    assert b" 200 " in answer(installation, raw)


@pytest.fixture(scope="module", params=["product", "production"])
def ended(request):
    """The seconds after which an installation had ended all connections of a kind; those of all kinds began at once."""
    installation = request.getfixturevalue(request.param)
    kinds = {kind: UNFINISHED[kind] for kind in UNFINISHED if kind != "silent" or request.param == "product"}
    wires = {kind: [connected(installation) for _ in range(number)] for kind, (number, _beginnings) in kinds.items()}
    begun, after = time.monotonic(), {}
    for kind, (_number, beginnings) in kinds.items():
        for wire, beginning in zip(wires[kind], itertools.cycle(beginnings), strict=False):
            wire.sendall(beginning)

    def all_ended():
        drip(wires["dripping"][0])
        for kind in wires.keys() - after.keys():
            if all(map(is_closed, wires[kind])):
                after[kind] = time.monotonic() - begun
        return len(after) == len(wires)

    with suppress(AssertionError):  # each kind has a test of its own
        wait_until(all_ended, HEAD_SECONDS + PATIENCE)
    for wire in itertools.chain(*wires.values()):
        wire.close()
    return after


def drip(wire):
    with suppress(ConnectionError):
        wire.send(b"X: y\r\n")


def test_half_sent_requests_are_ended(ended):
    assert "half-sent" in ended


@pytest.mark.parametrize("ended", ["product"], indirect=True)
def test_connections_that_say_nothing_are_ended(ended):
    assert "silent" in ended


def test_dripping_headers_do_not_keep_a_connection(ended):
    assert ended["dripping"] > HEAD_SECONDS / 2


def test_a_connection_is_used_again_for_the_next_request(product):
    connection = HTTPConnection(urlsplit(product.base_url).netloc, timeout=PATIENCE)
    wires = set()
    for _ in range(3):
        connection.request("GET", "/accounts/login/")
        wires.add(connection.sock)
        assert connection.getresponse().read()
    assert len(wires) == 1
    connection.close()


def test_a_request_that_is_cut_off_in_its_body_is_not_carried_out(installation):
    person = installation.new_person()
    body = json.dumps({"kind": "call", "recipients": [person], "text": "cut"}).encode()
    cut = {"Content-Length": str(len(body) + 10)}
    assert b" 201 " not in half_sent(publishing_url(installation), publishing(installation) | cut, body)
    assert_nothing_came_to(person, installation)


def test_a_request_in_chunks_that_is_cut_off_is_not_carried_out(product):
    person = product.new_person()
    body = json.dumps({"kind": "call", "recipients": [person], "text": "cut"}).encode()
    chunk, cut = b"%x\r\n%s\r\n" % (len(body), body), {"Transfer-Encoding": "chunked"}
    assert b" 201 " not in half_sent(publishing_url(product), publishing(product) | cut, chunk)
    assert_nothing_came_to(person, product)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_json_in_chunks_of_which_the_end_is_missing_is_not_carried_out(installation, share):
    """granian shows no broken connection: there the document itself must."""
    person = installation.new_person()
    body = json.dumps({"kind": "call", "recipients": [person], "text": "cut"}).encode()
    part = body[: int(len(body) * share)]
    chunk, cut = b"%x\r\n%s\r\n" % (len(part), part), {"Transfer-Encoding": "chunked"}
    assert b" 201 " not in half_sent(publishing_url(installation), publishing(installation) | cut, chunk)
    assert_nothing_came_to(person, installation)


def publishing_url(product):
    return f"{product.base_url}/api/v1/notifications/"


def publishing(product):
    return {"Content-Type": "application/json", "Authorization": f"Bearer {product.provider_token}"}


def assert_nothing_came_to(person, product):
    marker = product.publish(person, text="marker")
    with product.user_api(person) as api:
        assert [item["id"] for item in api.get("inbox/").json()["results"]] == [marker]


def test_a_request_in_chunks_that_is_whole_is_carried_out(installation):
    person = installation.new_person()
    body = json.dumps({"kind": "call", "recipients": [person], "text": "whole"}).encode()
    with installation.provider_api() as provider:
        headers = {"Content-Type": "application/json"}
        assert provider.post("notifications/", content=iter([body[:9], body[9:]]), headers=headers).status_code == 201


def test_a_form_that_is_cut_off_changes_nothing(product):
    person = product.new_person()
    with product.signed_in(person) as page:
        form = f"csrfmiddlewaretoken={page.cookies['csrftoken']}&language=en&timezone=UTC".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{product.base_url}/profile/"}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in page.cookies.items())}
        before = page.get("/api/v1/preferences/").json()
        half_sent(f"{product.base_url}/profile/", headers | {"Content-Length": str(len(form) + 500)}, form)
        assert page.get("/api/v1/preferences/").json() == before


def test_a_long_query_on_the_socket_is_answered(product):
    raw = (
        b"GET /ws/live/?cursor=" + b"1" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    line = answer(product, raw)
    assert line.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("path", ["/api/v1/inbox/", "/inbox/", "/admin/", "/accounts/login/", "/v3/inbox/delete"])
def test_nul_in_a_query_is_400(installation, path):
    answered = httpx.get(installation.base_url + path + "?q=a%00b&provider=%00", timeout=PATIENCE)
    assert answered.status_code == 400
    if path.startswith(("/api/", "/v3/")):
        refused(answered, 400)


@pytest.mark.parametrize("path", ["/api/v1/users/a%00b/", "/admin/auth/%00/", "/contacts%0a/", "/mail/choice/a%00/"])
def test_control_characters_in_a_path_are_400(installation, path):
    assert httpx.get(installation.base_url + path, timeout=PATIENCE).status_code == 400


@pytest.mark.parametrize("pk", ["²", "%C2%B2", "9" * 30, "x", "-1", "_00", "%2500"])
@pytest.mark.parametrize(
    "model", ["notifcenter/notification", "notifcenter/provider", "accounts/user", "notifcenter/delivery"]
)
def test_an_admin_page_of_what_is_no_key_is_never_our_mistake(installation, model, pk):
    with installation.signed_in("admin") as page:
        for part in ("change", "history", "delete"):
            assert page.get(f"/admin/{model}/{pk}/{part}/").status_code < 500

"""Who may listen, and what a page may do to the others."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts import tokens
from tests.channels_app.live.socket.pages import bearer, token_minted_earlier
from tests.live import Socket

DEACTIVATE = "from accounts.models import User; User.objects.filter(username={name!r}).update(is_active=False)"


def test_the_subprotocol_is_answered_as_it_was_offered(installation, someone):
    token = installation.user_token(someone)
    with bearer(installation, token) as socket:
        assert socket.subprotocol == f"bearer.{token}"
        assert socket.receive()["type"] == "hello"


def test_a_bearer_may_come_from_any_origin(installation, someone):
    token = installation.user_token(someone)
    with bearer(installation, token, origin="https://elsewhere.example") as socket:
        assert socket.receive()["type"] == "hello"


@pytest.mark.parametrize("bad", ["x", "ncu_x_y", "provider", "host"])
def test_a_bad_token_is_accepted_and_closed_with_4401(installation, bad):
    token = {"provider": installation.provider_token, "host": installation.management_token}.get(bad, bad)
    with bearer(installation, token) as socket:
        assert socket.close_code() == 4401
        assert socket.frames == []


def test_an_expired_token_is_closed_with_4401(product, person):
    lifetime = tokens.LIFETIME.total_seconds()
    with bearer(product, token_minted_earlier(product, person, lifetime - 60)) as socket:
        assert socket.receive()["type"] == "hello"
    with bearer(product, token_minted_earlier(product, person, lifetime + 1)) as socket:
        assert socket.close_code() == 4401
        assert socket.frames == []


def test_the_token_of_somebody_inactive_is_closed_with_4401(product, person):
    token = product.user_token(person)
    product.manage("shell", "-c", DEACTIVATE.format(name=person))
    with bearer(product, token) as socket:
        assert socket.close_code() == 4401
        assert socket.frames == []


def test_without_anything_to_show_it_is_refused_or_closed_with_4401(product):
    assert _outcome(product) in (403, 4401)
    assert _outcome(product, origin=product.base_url) in (403, 4401)


def test_a_session_of_this_site_is_let_in(product, person):
    cookies = _cookies(product, person)
    with _session(product, cookies, product.base_url) as socket:
        assert socket.receive()["type"] == "hello"
        product.publish(person)
        assert socket.next("notification")["cursor"] == 1


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://127.0.0.1.evil.example", None]
)
def test_a_session_from_another_origin_is_refused(product, origin):
    cookies = _cookies(product, "anna")
    assert _outcome(product, origin=origin, cookies=cookies) in (403, 4401)


def test_a_page_may_send_what_it_likes_without_harm(installation, someone):
    with installation.live(someone) as socket:
        socket.next("hello")
        for junk in ("{", "[]", '{"type": "read"}', "x" * 10_000, b"\x00\xff"):
            socket.connection.send(junk)
        installation.publish(someone)
        assert socket.next("notification")["cursor"] == 1


def test_a_frame_that_is_far_too_large_closes_only_that_page(installation, someone):
    with installation.live(someone) as large, installation.live(someone) as other:
        large.next("hello")
        other.next("hello")
        with suppress(ConnectionClosed):  # it may be shown out before it has said it all
            large.connection.send("x" * 2_000_000)
        assert large.close_code() in (1009, 1006)
        installation.publish(someone)
        assert other.next("notification")


def _session(product, cookies, origin):
    return Socket(product.live_url, cookies=cookies, origin=origin)


def _cookies(product, username):
    with product.signed_in(username) as page:
        return "; ".join(f"{name}={value}" for name, value in page.cookies.items())


def _outcome(product, **options):
    """The status a handshake was refused with, the code the socket was closed with, or the first frame."""
    try:
        with Socket(product.live_url, **options) as socket:
            return socket.receive()
    except ConnectionClosed as error:
        return error.rcvd.code
    except InvalidStatus as error:
        return error.response.status_code

"""An open socket is closed with 4401 within half a minute once its person is signed out, and only that session's."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from accounts import tokens
from tests.channels_app.live.socket.pages import token_minted_earlier
from tests.live import Socket
from tests.people import PASSWORD
from tests.product import Product

LIMIT = 30 + 10
"""Seconds; the second term is what a busy machine may add."""
MAKE_STAFF = """
from accounts.models import User
User.objects.filter(username={name!r}).update(is_staff=True)
"""
CHANGE_PEOPLE = """
from django.contrib.sessions.models import Session
from django.utils import timezone
from accounts.models import User
Session.objects.filter(pk={ended!r}).update(expire_date=timezone.now())
User.objects.filter(username={inactive!r}).update(is_active=False)
User.objects.filter(username={erased!r}).delete()
changed = User.objects.get(username={changed!r})
changed.set_password("something else 7")
changed.save()
"""


@dataclass
class Case:
    """Sockets by what becomes of their person, and how they were closed: None where one is open to the end."""

    product: Product
    stack: ExitStack
    sockets: dict[str, Socket] = field(default_factory=dict)
    codes: dict[str, int | None] = field(default_factory=dict)

    def page(self, name: str, person: str = "") -> tuple[httpx.Client, str]:
        """Open a page in a session of its own; gives the session and whose it is."""
        person = person or self.product.new_person()
        session = self.stack.enter_context(self.product.signed_in(person))
        cookies = "; ".join(f"{key}={value}" for key, value in session.cookies.items())
        self.keep(name, Socket(self.product.live_url, cookies=cookies, origin=self.product.base_url))
        return session, person

    def keep(self, name: str, socket: Socket) -> None:
        """A socket that is open now."""
        assert socket.next("hello")
        self.sockets[name] = self.stack.enter_context(socket)

    def watch(self) -> None:
        """Wait until each is closed, or as long as it may take."""
        end = time.monotonic() + LIMIT
        for name, socket in self.sockets.items():
            self.codes[name] = _close_code(socket, end)


@pytest.fixture(scope="module")
def codes(product: Product) -> Iterator[dict[str, int | None]]:
    with ExitStack() as stack:
        case = Case(product, stack)
        act = _open_pages(case)
        act()
        case.watch()
        yield case.codes


def _open_pages(case: Case) -> Callable[[], None]:
    """Opens them all; gives what ends some of the sign-ins."""
    product = case.product
    leaving, leaver = case.page("logged out")
    case.page("logged out in another browser", leaver)
    ended, _person = case.page("session ended")
    _session, changed = case.page("password changed by somebody else")
    _session, inactive = case.page("deactivated")
    _session, erased = case.page("erased")
    staff = product.new_person()
    product.manage("shell", "-v0", "-c", MAKE_STAFF.format(name=staff))
    here, _person = case.page("password changed by this session", staff)
    case.page("password changed by another session", staff)
    keyed = product.new_person()
    old = token_minted_earlier(product, keyed, tokens.LIFETIME.total_seconds() - 20)
    case.keep("token expired", Socket(product.live_url, token=old))
    case.keep("token good", product.live(keyed))

    def act() -> None:
        names = {"ended": ended.cookies["sessionid"], "inactive": inactive, "erased": erased, "changed": changed}
        product.manage("shell", "-v0", "-c", CHANGE_PEOPLE.format(**names))
        assert leaving.post("/accounts/logout/").status_code == 302
        form = {"old_password": PASSWORD, "new_password1": "something new 7", "new_password2": "something new 7"}
        assert here.post("/admin/password_change/", data=form).status_code == 302

    return act


def _close_code(socket: Socket, end: float) -> int | None:
    try:
        return socket.close_code(max(end - time.monotonic(), 0))
    except TimeoutError:
        return None


@pytest.mark.parametrize(
    "what",
    [
        "logged out",
        "session ended",
        "password changed by somebody else",
        "password changed by another session",
        "deactivated",
        "erased",
        "token expired",
    ],
)
def test_a_page_whose_person_is_signed_out_is_closed(codes: dict[str, int | None], what: str) -> None:
    assert codes[what] == 4401


@pytest.mark.parametrize("what", ["logged out in another browser", "password changed by this session", "token good"])
def test_a_page_whose_session_goes_on_stays_open(codes: dict[str, int | None], what: str) -> None:
    assert codes[what] is None

"""Erasing somebody on the running product: pages, sockets, mails that still wait."""

from pathlib import Path

import pytest

from tests.fakes.smtp import SmtpServer
from tests.processes import PATIENCE, wait_until
from tests.product import Product


def test_pages_of_an_erased_person_lose_their_socket_and_session(installation: Product) -> None:
    name = installation.new_person()
    with installation.signed_in(name) as browser, installation.host_api() as host, installation.live(name) as page:
        page.next("hello")
        installation.publish(name)
        page.next("notification")
        answer = host.delete(f"users/{name}/")
        assert answer.status_code == 200, answer.text
        assert answer.json()["erased"]["notifcenter_notification"] == 1
        assert page.close_code(seconds=30 + PATIENCE) == 4401
        assert browser.get("/inbox/").status_code == 302
        assert host.get(f"users/{name}/").status_code == 404
        assert installation.manage("audit") == ""


def test_what_was_written_to_an_erased_person_is_gone_from_the_data_folder(product: Product) -> None:
    name, other = product.new_person(), product.new_person()
    product.publish(name, other, text="To both")
    product.wait_for_mail(f"{name}@")
    product.wait_for_mail(f"{other}@")
    assert '"mail": 1' in product.manage("erase", name)
    texts = [path.read_bytes() for path in Path(product.data_dir / "mail").glob("*.eml")]
    assert not [text for text in texts if f"{name}@".encode() in text]
    with product.user_api(other) as api:
        assert api.get("inbox/summary/").json() == {"unread": 1}


@pytest.fixture
def deaf(smtp: SmtpServer) -> SmtpServer:
    """A mail server that takes nothing for the moment."""
    smtp.answer = "451 Try again later"
    return smtp


def test_mail_that_still_waits_for_an_erased_person_never_leaves(start_product, deaf: SmtpServer) -> None:
    own = start_product(EMAIL_URL=deaf.url)
    erased, other = own.new_person(), own.new_person()
    own.publish(erased, other)
    wait_until(lambda: deaf.attempts >= 2, what="two attempts")
    own.manage("erase", erased)
    deaf.answer = "250 OK"
    assert deaf.wait_for(f"{other}@example.com")
    assert deaf.to(f"{erased}@example.com") == []

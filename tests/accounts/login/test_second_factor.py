"""The second factor of staff, where the company asks for one."""

import re
import time
from base64 import b32decode

import httpx
import pytest
from django_otp.oath import TOTP

from tests.people import PASSWORD
from tests.processes import PATIENCE
from tests.product import start_product

MAKE_STAFF = """
from accounts.models import User
User.objects.create_user("keeper", "keeper@example.com", {password!r}, is_staff=True, is_superuser=True)
"""

QR_CODE = 'class="segno"'


@pytest.fixture(scope="module")
def strict(folders):
    running = start_product(folders("strict"), STAFF_SECOND_FACTOR="1")
    yield running
    running.stop()


@pytest.fixture
def sign_in(strict):
    clients = []

    def begin(name="admin"):
        client = httpx.Client(base_url=strict.base_url, timeout=PATIENCE, follow_redirects=True)
        clients.append(client)
        client.get("/accounts/login/")
        submit(client, "/accounts/login/", username=name, password=PASSWORD)
        return client

    yield begin
    for client in clients:
        client.close()


def submit(client, path, **fields):
    fields["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
    return client.post(path, data=fields, headers={"Referer": str(client.base_url)})


def code(secret):
    totp = TOTP(b32decode(secret + "=" * (-len(secret) % 8)))
    totp.time = time.time()
    return f"{totp.token():06d}"


def test_staff_set_the_app_up_once_and_then_enter_with_its_code_or_a_printed_one(sign_in):
    client = sign_in()
    page = client.get("/admin/")
    assert page.url.path == "/accounts/second_factor/"
    assert QR_CODE in page.text
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.text)[1]
    assert submit(client, "/accounts/second_factor/", code="000000").status_code == 400
    assert client.get("/admin/").url.path == "/accounts/second_factor/"
    printed = re.findall(r"<code>([a-z2-7]+)</code>", _set_up(client, secret).text)
    assert len(printed) == 10
    assert client.get("/admin/").url.path == "/admin/"

    another = sign_in()
    page = another.get("/admin/")
    assert QR_CODE not in page.text
    assert submit(another, "/accounts/second_factor/", code=printed[0]).url.path == "/admin/"
    third = sign_in()
    third.get("/admin/")
    assert submit(third, "/accounts/second_factor/", code=printed[0]).status_code == 400


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_code_leads_nowhere_else(sign_in, target):
    page = sign_in().get("/accounts/second_factor/", params={"next": target})
    assert re.search(r'name="next" value="([^"]*)"', page.text)[1] == "/admin/"


def _set_up(client, secret):
    end = time.monotonic() + PATIENCE  # after a wrong code the library makes one wait a second
    while (page := submit(client, "/accounts/second_factor/", code=code(secret))).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.2)
    return page


def test_everybody_else_signs_in_as_ever(sign_in):
    client = sign_in("anna")
    assert client.get("/profile/").url.path == "/profile/"
    assert client.get("/accounts/second_factor/").status_code == 404


def test_a_new_password_by_mail_does_not_pass_the_second_factor(strict, sign_in):
    strict.manage("shell", "-v0", "-c", MAKE_STAFF.format(password=PASSWORD))
    first = sign_in("keeper")
    page = first.get("/admin/")
    _set_up(first, re.search(r"<code>([A-Z2-7]+)</code>", page.text)[1])
    visitor = sign_in("nobody-at-all")
    submit(visitor, "/accounts/password_reset/", email="keeper")
    text = strict.wait_for_mail("keeper@example.com")[-1].get_body(("plain",)).get_content()
    form = visitor.get(re.search(r"http\S+/accounts/password_reset/\S+", text)[0])
    submit(visitor, form.url.path, new_password1="another-Pa55word", new_password2="another-Pa55word")
    submit(visitor, "/accounts/login/", username="keeper", password="another-Pa55word")
    page = visitor.get("/admin/")
    assert page.url.path == "/accounts/second_factor/"
    assert QR_CODE not in page.text

"""What the logs say of log-ins and of those who try what they may not."""

import re

import httpx
import pytest

from tests.people import PASSWORD
from tests.processes import PATIENCE, wait_until


@pytest.fixture
def visitor(product):
    with httpx.Client(base_url=product.base_url, timeout=PATIENCE) as client:
        client.get("/accounts/login/")
        yield client


def sign_in(visitor, name, password):
    form = {"username": name, "password": password, "csrfmiddlewaretoken": visitor.cookies["csrftoken"]}
    return visitor.post("/accounts/login/", data=form, headers={"Referer": str(visitor.base_url)})


def test_staff_read_who_signed_in_and_who_failed_and_no_password(product, person, visitor):
    assert sign_in(visitor, person, "not-that-one").status_code == 200
    assert sign_in(visitor, person, PASSWORD).status_code == 302
    with product.signed_in("admin") as admin:
        for log in ("accesslog", "accessfailurelog"):
            page = admin.get(f"/admin/axes/{log}/?username={person}").text
            rows = re.findall(r"<tr>.*?</tr>", page[page.index("<tbody>") :], re.DOTALL)
            assert len(rows) == 1
            assert person in rows[0]
            assert "not-that-one" not in page


def test_password_fields_hide_what_is_typed_and_name_it_for_password_managers(visitor):
    page = visitor.get("/accounts/login/").text
    [field] = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field


@pytest.mark.parametrize(
    ("request_of", "logged"),
    [
        (lambda client: client.get("/api/v1/inbox/", headers={"Authorization": "Bearer ncu_x"}), "Unauthorized: /api/"),
        (lambda client: client.post("/accounts/login/", data={"username": "x"}), "Forbidden"),
        (lambda client: client.get("/", headers={"Host": "evil.example"}), "evil.example"),
        (lambda client: client.get("/profile/a%00b/"), "Control characters"),
    ],
    ids=["a bad token", "a form without its token", "another host", "a forged address"],
)
def test_who_tries_to_get_around_is_in_the_log(product, visitor, request_of, logged):
    [process], before = product.processes, len(product.processes[0].output)
    assert request_of(visitor).status_code >= 400
    wait_until(lambda: logged in process.output[before:], what=f"{logged} in the log")

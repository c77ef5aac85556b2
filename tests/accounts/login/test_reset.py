"""A forgotten password: asked for, mailed, set anew; nobody learns who has an account."""

import re

import httpx
import pytest

from tests.people import PASSWORD
from tests.processes import PATIENCE

RESET = "/accounts/password_reset/"


@pytest.fixture
def visitor(product):
    with httpx.Client(base_url=product.base_url, timeout=PATIENCE, follow_redirects=True) as client:
        yield client


def submit(visitor, page, **fields):
    visitor.get(page)
    fields["csrfmiddlewaretoken"] = visitor.cookies["csrftoken"]
    return visitor.post(page, data=fields, headers={"Referer": str(visitor.base_url)})


def link_to(product, person):
    text = product.wait_for_mail(f"{person}@example.com")[-1].get_body(("plain",)).get_content()
    return re.search(r"http\S+/accounts/password_reset/\S+", text)[0]


def test_a_person_sets_a_new_password_by_the_link_of_the_mail(product, person, visitor):
    submit(visitor, RESET, email=f"{person}@example.com")
    link = link_to(product, person)
    form = visitor.get(link)
    page = str(form.url)
    done = submit(visitor, page, new_password1="another-Pa55word", new_password2="another-Pa55word")
    assert done.url.path == "/accounts/login/"
    signed_in = submit(visitor, "/accounts/login/", username=person, password="another-Pa55word")
    assert signed_in.url.path != "/accounts/login/"
    visitor.cookies.clear()
    assert "new_password1" not in visitor.get(link).text


def test_the_answer_is_the_same_whether_the_account_exists(product, person, visitor):
    def answer(name):
        page = submit(visitor, RESET, email=name)
        return page.status_code, re.sub(r'value="[^"]*"', "", page.text).replace(name, "")

    assert answer(person) == answer("nobody-of-that-name") == answer("nobody@example.net")


def test_who_asks_too_often_has_to_wait_and_may_still_sign_in(product, person, visitor):
    for _ in range(5):
        assert submit(visitor, RESET, email=person).status_code == 200
    refused = submit(visitor, RESET, email=person)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert submit(visitor, "/accounts/login/", username=person, password=PASSWORD).url.path != "/accounts/login/"

"""Our own pages where something goes wrong: in both languages and themes, with a way back."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.processes import PATIENCE

BREAK = "from accounts.models import User; User.objects.filter(username={name!r}).update(timezone='Nowhere')"
MAKE_STAFF = "from accounts.models import User; User.objects.filter(username={name!r}).update(is_staff=True)"
SUBMIT = """size => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/profile/" });
  const field = Object.assign(document.createElement("textarea"), { name: "much", value: "x".repeat(size) });
  form.append(field);
  document.body.append(form);
  form.submit();
}"""
TOO_MUCH = 5 * 1024 * 1024 + 1
TITLES = {
    "ru": {
        "/inbox/%01": "Запрос не удалось прочитать",
        "/admin/notifcenter/provider/": "Нет доступа к этой странице",
        "/none-such/": "Такой страницы нет",
        1: "Страница устарела",
        TOO_MUCH: "Слишком большой объём данных",
    },
    "en": {
        "/inbox/%01": "Запрос не удалось прочитать",  # before anybody looks who is signed in
        "/admin/notifcenter/provider/": "This page is not open to you",
        "/none-such/": "There is no such page",
        1: "The page had expired",
        TOO_MUCH: "This is too large",
    },
}


def check(page, title):
    """The page says what happened, looks like ours, is usable by everybody, and leads back."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('main a')).borderRadius") == "8px"
    expect(page.locator("main a[href='/']")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("ru", "light"), ("en", "dark")])
def test_each_error_is_a_page_of_ours(product, page_as, language, scheme):
    person = product.new_person(language=language)
    product.manage("shell", "-c", MAKE_STAFF.format(name=person))
    page = page_as(person, "/inbox/", color_scheme=scheme, viewport={"width": 390, "height": 844})
    for place, title in TITLES[language].items():
        if isinstance(place, str):
            page.goto(place)
        else:
            page.goto("/inbox/")
            page.evaluate(SUBMIT, place)
        check(page, title)
    page.locator("main a[href='/']").click()
    expect(page.locator("#inbox")).to_be_visible()
    product.publish(person, kind="call", date=1566922308)
    product.manage("shell", "-c", BREAK.format(name=person))
    assert page.goto("/inbox/").status == 500
    check(page, {"ru": "Что-то пошло не так", "en": "Something went wrong"}[language])


def test_the_statuses_are_those_of_the_errors(product, person):
    with product.signed_in(person) as session:
        big = session.post("/profile/", data={"much": "x" * TOO_MUCH})
        wrong = [session.get(path).status_code for path in ("/inbox/%01", "/none-such/")]
        del session.headers["X-CSRFToken"]
        expired = session.post("/profile/", data={}, headers={"Referer": f"{product.base_url}/profile/?a=1"})
        foreign = session.post("/profile/", data={}, headers={"Referer": "https://evil.example/profile/"})
    assert (big.status_code, wrong, expired.status_code) == (413, [400, 404], 403)
    assert '<a class="nc-page-button nc-primary" href="/profile/?a=1">Назад</a>' in expired.text
    assert "evil.example" not in foreign.text


def test_too_many_requests_are_told_when_to_come_back(product):
    with httpx.Client(base_url=product.base_url, timeout=PATIENCE) as client:
        client.get("/accounts/password_reset/")
        form = {"email": "nobody-at-all", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answers = [client.post("/accounts/password_reset/", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Повторите позже" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) <= 900


def test_programs_get_problems_in_place_of_pages(product, person):
    with product.signed_in(person) as session:
        answer = session.get("/api/none-such/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"

"""Widgets of our own, on a page of ours and on one of another site, in Chromium and in Firefox."""

import json
from types import SimpleNamespace

import pytest

from tests.pages.widget_pages import (
    Chromium,
    OtherSite,
    access_of,
    add_host,
    sign_in,
    start_widget,
    wait_for,
)
from tests.product import start_product

POPUP = "#popups_inbox .popup-inbox > .notification__item.notification-inner"
POPUPS = f"[...document.querySelectorAll('{POPUP}')]"
ONLINE = "window[Symbol.for('notifcenter')].feed?.connection() === 'online'"

EXAMPLES = [
    (
        "show_message",
        {"header": "Внимание", "text": "Связь есть", "date": 1566922308, "icon": "https://example.com/i.png"},
    ),
    ("show_message_error", {"header": "Внимание", "text": "Связи нет"}),
    ("show_notification", {"text": {"header": "Исходящий", "text": "Набор +79990000001"}, "type": "call"}),
    ("show_notification", {"text": {"header": "Сбой", "text": "Виджет не отвечает"}, "type": "error"}),
    (
        "show_message",
        {"header": "Warning", "text": "Connected", "date": 19534084500, "icon": "https://example.com/i.png"},
    ),
    ("show_message_error", {"header": "Warning", "text": "Connection lost"}),
    ("show_notification", {"text": {"header": "Outgoing", "text": "Dialing +19990000002"}, "type": "call"}),
    (
        "add_error",
        {"header": "Сбой", "text": "Контакт не найден", "date": 1566922308, "link": "/contacts/list/?term=999"},
    ),
    ("add_error", {"header": "Error", "text": "No contact", "date": 19534085310, "link": "/contacts/list/?term=999"}),
    (
        "add_call",
        {
            "text": "Звонок от +7(999)000 00 03",
            "date": 1566922308,
            "from": "Ольга Новая",
            "to": "Пётр Старый",
            "element": {"id": 18221, "type": "contact"},
            "duration": 250,
            "link": "https://example.com/talk.mp3",
        },
    ),
    (
        "add_call",
        {"text": "Звонок от +7(999)000 00 04", "from": "Ольга", "to": "Пётр", "click_link": "/contacts/add/?phone=999"},
    ),
]
"""The calls of amoCRM's documentation, with words of our own."""

ODD = {
    "link": ["https://a.example/b c.mp3", "#", "www.example.com", False, "javascript:void(0)", 0, {}, "//evil.example"],
    "click_link": [
        "/contacts/add/?name=Ann Lee",
        "#",
        "www.example.com/x",
        False,
        "javascript:void(0)",
        "\\x",
        "contacts/1",
    ],
    "element": [
        {"id": "12 34", "type": "contact"},
        {"id": 7, "type": 1},
        {"id": 7, "type": "2"},
        {"id": 7, "type": "contacts"},
        {"id": 7, "type": "customer"},
        {"id": None, "type": "lead"},
        {"id": 1.5, "type": "lead"},
        "contact",
        False,
        [],
    ],
    "date": ["yesterday", -5, {}, "NaN", 10**30],
    "duration": ["long", -1, {}, "65"],
    "from": [79990000000, None, {"a": 1}, True],
    "header": [7, None, ["x"]],
    "widget_code": ["nobody", 5, {}],
}
"""What published widgets pass beside a text."""


@pytest.fixture(scope="module")
def other_site(folders):
    site = OtherSite(folders("other-site"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def installation(folders, other_site):
    running = start_product(folders("widgets"), CORS_ALLOWED_ORIGINS=other_site.url, CRM_URL=other_site.url)
    other_site.allow(running)
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def driver(request):
    if request.param == "firefox":
        firefox = request.getfixturevalue("running_firefox")
        firefox.forget()
        yield firefox
        firefox.open("about:blank")
        return
    page = request.getfixturevalue("browser").new_page(locale="ru-RU")
    yield Chromium(page)
    page.close()


@pytest.fixture(scope="module", params=["ours", "elsewhere"])
def host(request, driver, installation, other_site):
    """A page with the widget host and its reader."""
    person = installation.new_person(first_name="Ольга", last_name="Новая", groups=["sales"])
    open_page = {"ours": _open_ours, "elsewhere": _open_elsewhere}[request.param]
    again = lambda: open_page(driver, installation, other_site, person)  # noqa: E731
    again()
    crm = other_site.url
    return SimpleNamespace(driver=driver, person=person, product=installation, kind=request.param, again=again, crm=crm)


@pytest.fixture(autouse=True)
def no_error_in_firefox(driver):
    yield
    assert getattr(driver, "errors", []) == []


def _open_ours(driver, product, _site, person):
    if not driver.evaluate("location.href").startswith(product.base_url) or not driver.evaluate("'APP' in window"):
        sign_in(driver, product, person)
    else:
        driver.open(f"{product.base_url}/profile/")
        if driver.evaluate("APP.constant('user').login") != person:
            driver.evaluate("(document.querySelector('form[action=\"/accounts/logout/\"]').submit(), 1)")
            wait_for(driver, "location.pathname === '/accounts/login/'")
            sign_in(driver, product, person)
    add_host(driver)
    start_widget(driver, "reach")
    wait_for(driver, ONLINE)


def _open_elsewhere(driver, product, site, person):
    driver.open(site.write(product, access_of(product, person), body="<p><notifcenter-bell></notifcenter-bell></p>"))
    wait_for(driver, ONLINE)


def add(host, method, params):
    """The outcome of an add_* call: an id, or the problem."""
    call = f"APP.notifications.{method}({json.dumps(params)}, {{ done: settle, fail: settle }})"
    return host.driver.evaluate(f"new Promise((settle) => {call})")


def newest(host):
    """The one published last; a repeat of an earlier error may come above it a second later."""
    with host.product.user_api(host.person) as mine:
        return max(mine.get("inbox/").json()["results"], key=lambda item: item["id"])


def close_all(host):
    """And forget which errors were closed: cookies know no ports, so the next page would not show them."""
    wait_for(
        host.driver, f"({POPUPS}.forEach((popup) => popup.querySelector('button').click()), {POPUPS}.length === 0)"
    )
    host.driver.evaluate("document.cookie = 'notifcenter_dismissed=; path=/; max-age=0'")


def shows(host, text):
    wait_for(host.driver, f"{POPUPS}.some((popup) => popup.textContent.includes({json.dumps(text)}))")


def test_what_init_reaches_for_is_there_as_soon_as_the_script_has_run(host):
    reached = host.driver.evaluate("window.reached")
    assert reached["account"] == ["number", True, "string", True]
    assert reached["first_user"]
    assert reached["user"] == ["number", host.person, False, "", ""]
    assert reached["user_rights"] is False
    assert reached["manager"] == [True, True, host.person, True, False]
    assert reached["group"] == [True, "string"]
    assert reached["unknown"] == {}
    assert reached["system"] == ["amohash", "amouser", "area", "domain", "subdomain"]
    assert reached["amouser"] == host.person
    assert reached["widget"] == [True, "Y"]
    assert reached["entity"] == ["", "", False, False, None]
    assert reached["page"] == ["ru", "click", "boolean", "function"]
    assert reached["status"]
    assert reached["calling"] is False
    assert reached["same"]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_of_the_documentation_works_alone(host, number):
    method, params = EXAMPLES[number]
    if method.startswith("add_"):
        assert add(host, method, params) == newest(host)["id"]
    else:
        host.driver.evaluate(f"(AMOCRM.notifications.{method}({json.dumps(params)}), 1)")
    text = params["text"]["text"] if isinstance(params["text"], dict) else params["text"]
    shows(host, text.replace("+7(999)000 00 0", "+7 999 000-00-0") if method == "add_call" else text)
    close_all(host)


def test_a_telephony_widget_runs_from_its_call_to_a_click_in_its_popup(host):
    assert start_widget(host.driver, "telephony")
    widget = "WidgetHost.widgets.telephony"
    message = {
        "from": "+7 (999) 000 00 05",
        "to": "User Name",
        "duration": 65,
        "link": "https://example.com/talk.mp3",
        "text": '<a class="own-phone" data-phone="+79990000005">call back</a>',
        "element": {"id": 1003619, "type": "contact"},
    }
    host.driver.evaluate(f"({widget}.add_call_notify({json.dumps(message)}), 1)")
    wait_for(host.driver, f"{widget}.outcomes.length === 2")
    host.driver.evaluate(f"({widget}.report('no server'), 1)")
    wait_for(host.driver, f"{widget}.outcomes.length === 4")
    assert host.driver.evaluate(f"{widget}.outcomes") == ["call done", "call always", "error done", "error always"]
    shows(host, "call back")
    host.driver.click(f"{POPUP} .own-phone")
    assert wait_for(host.driver, "window.dialled") == "+79990000005"
    with host.product.user_api(host.person) as mine:
        assert host.driver.evaluate("window.dialled_in") in [
            item["id"] for item in mine.get("inbox/").json()["results"]
        ]
    close_all(host)


@pytest.mark.parametrize("field", ODD)
def test_a_bad_extra_never_loses_the_call(host, field):
    for value in ODD[field]:
        outcome = add(host, "add_call", {"text": f"T {field}", field: value})
        assert isinstance(outcome, str), (value, outcome)
        if field in ("link", "date", "header", "widget_code"):
            outcome = add(host, "add_error", {"text": f"T {field}", field: value})
            assert isinstance(outcome, str), (value, outcome)
    close_all(host)


def test_plain_slips_in_links_and_elements_are_mended(host):
    add(host, "add_call", {"text": "T", "click_link": "/contacts/add/?name=Ann Lee"})
    assert newest(host)["click"]["value"] == "/contacts/add/?name=Ann%20Lee"
    add(host, "add_call", {"text": "T", "click_link": "www.example.com"})
    assert newest(host)["click"]["value"] == "https://www.example.com"
    for kind, path in ((1, "contacts"), (2, "leads"), (3, "companies")):
        add(host, "add_call", {"text": "T", "element": {"id": 7, "type": kind, "name": "Ann"}})
        assert newest(host)["click"]["value"] == f"/{path}/detail/7"
    shows(host, "Ann")
    close_all(host)


def test_text_and_header_in_one_are_taken_by_all_five(host):
    both = {"text": {"header": "Inner header", "text": "Inner text"}}
    for method in ("show_message", "show_message_error", "show_notification"):
        host.driver.evaluate(f"(APP.notifications.{method}({json.dumps(both)}), 1)")
        shows(host, "Inner text")
        assert "{" not in host.driver.evaluate(f"{POPUPS}[0].textContent")
        close_all(host)
    for method in ("add_call", "add_error"):
        add(host, method, both | {"header": "Outer header"})
        item = newest(host)
        assert (item["body"]["title"], item["body"]["rows"][0]["text"]) == ("Outer header", "Inner text")
        add(host, method, both)
        assert newest(host)["body"]["title"] == "Inner header"
    close_all(host)


def test_a_bare_string_is_a_text(host):
    host.driver.evaluate("(APP.notifications.show_message('Just a text', 'success'), 1)")
    shows(host, "Just a text")
    host.driver.evaluate("(APP.notifications.add_alert({ text: 'An alert', color: 'red' }), 1)")
    shows(host, "An alert")
    assert isinstance(add(host, "add_call", "A bare call"), str)
    shows(host, "A bare call")
    close_all(host)


def test_popups_outlive_a_swapped_body_an_emptied_corner_and_a_second_script(host):
    show = "(APP.notifications.show_notification({{ type: 'call', text: {{ header: 'H', text: {0} }} }}), 1)"
    host.driver.evaluate(show.format("'Before'"))
    shows(host, "Before")
    for act in (
        "document.body.replaceWith(document.createElement('body'))",
        "document.getElementById('popups_inbox').textContent = ''",
        "document.getElementById('popups_inbox').remove()",
        'document.body.innerHTML = \'<div id="popups_inbox"><div class="popup-inbox"></div></div>\'',
    ):
        host.driver.evaluate(f"({act}, 1)")
        shows(host, "Before")
    again = "Object.assign(document.createElement('script'), { src: SDK, onload: settle, onerror: settle })"
    sdk = json.dumps(f"{host.product.base_url}/static/notifcenter/sdk.js")
    host.driver.evaluate(f"new Promise((settle) => document.head.append({again.replace('SDK', sdk)})).then(() => 1)")
    host.driver.evaluate(show.format("'After'"))
    shows(host, "After")
    shows(host, "Before")
    host.product.publish(host.person, header="Still live")
    shows(host, "Still live")
    host.again()


def test_a_link_leads_to_the_host_application_or_a_tab_of_its_own(host):
    add(
        host,
        "add_error",
        {"text": '<a href="/leads/1">lead</a> <a href="https://x.example/y">far</a>', "link": "/tasks/"},
    )
    shows(host, "lead")
    links = host.driver.evaluate(
        f"Object.fromEntries({POPUPS}.flatMap((popup) => [...popup.querySelectorAll('a')])"
        ".map((link) => [link.textContent, [link.getAttribute('href'), link.target]]))"
    )
    base, target = ("", "") if host.kind == "elsewhere" else (host.crm, "_blank")
    assert links["lead"] == [f"{base}/leads/1", target]
    assert links["far"] == ["https://x.example/y", "_blank"]
    assert [f"{base}/tasks/", target] in links.values()
    close_all(host)
    host.driver.evaluate("""(APP.notifications.show_message({ header: 'H', text: '<a href="/own">own</a>' }), 1)""")
    shows(host, "own")
    assert host.driver.evaluate(f"{POPUPS}[0].querySelector('.nc-text a').getAttribute('href')") == "/own"
    close_all(host)


def test_the_bell_is_a_button_and_its_panel_is_on_the_screen(host):
    host.product.publish(host.person, header="In the panel")
    shows(host, "In the panel")
    place = "notifcenter-bell" if host.kind == "elsewhere" else "[data-notifcenter-bell]"
    host.driver.click(f"{place} > button.nc-bell")
    wait_for(
        host.driver,
        "[...document.querySelectorAll('.nc-panel .nc-row')].some((row) => row.textContent.includes('In the panel'))",
    )
    edges = "(({ x, y, right, bottom }) => [x, y, right, bottom])"
    box = host.driver.evaluate(f"{edges}(document.querySelector('.nc-panel').getBoundingClientRect())")
    width, height = host.driver.evaluate("[innerWidth, innerHeight]")
    assert box[0] >= 0
    assert box[1] >= 0
    assert box[2] <= width
    assert box[3] <= height
    host.driver.click(f"{place} > button.nc-bell")
    wait_for(host.driver, "document.querySelector('.nc-panel').hidden")

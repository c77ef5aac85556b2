"""What widgets in the wild do: each must work without an edit."""

import pytest
from playwright.sync_api import expect

POPUP = "#popups_inbox .notification__item.notification-inner"
ADD = """([method, params]) => new Promise((settle) => APP.notifications[method](params, {
    done: (id) => settle({ done: id }), fail: (problem) => settle({ fail: problem }) }))"""
JQUERY = """$ = window.$ = (element) => ({
    on: (type, selector, handler) => element.addEventListener(type, (event) => {
        const found = event.target.closest(selector); if (found) handler.call(found, event) }),
    closest: (selector) => element.closest(selector),
})"""
"""As much of jQuery as these widgets use: delegated events and closest."""


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    return page_as(person)


def newest(product, person):
    with product.user_api(person) as mine:
        return mine.get("inbox/").json()["results"][0]


def test_a_date_object(page):
    page.evaluate("APP.notifications.show_message({ header: 'H', text: 'T', date: new Date(1566922308000) })")
    expect(page.locator(POPUP)).to_contain_text("27 авг. 2019")


def test_dates_of_all_kinds(page):
    page.evaluate(
        """() => { for (const date of [1566922308000, '1566922308', '2019-08-27T16:11:48Z', 1566922308])
        APP.notifications.show_message({ header: 'H', text: 'T', date }) }"""
    )
    expect(page.locator(POPUP, has_text="27 авг. 2019")).to_have_count(4)


def test_a_date_object_in_what_is_stored(page, product, person):
    answer = page.evaluate(ADD.replace("params, {", "{ ...params, date: new Date() }, {"), ["add_call", {"text": "T"}])
    assert answer["done"] == newest(product, person)["id"]


def test_a_call_with_only_a_text(page, product, person):
    answer = page.evaluate(ADD, ["add_call", {"text": "Only a text"}])
    item = newest(product, person)
    assert answer == {"done": item["id"]}
    assert item["body"]["rows"][0]["text"] == "Only a text"
    expect(page.locator(POPUP)).to_contain_text("Only a text")


def test_a_link_in_the_text_is_caught_by_its_class(page, product, person):
    page.evaluate(JQUERY)
    page.evaluate("$(document).on('click', '.my-phone', function () { window.dialled = this.dataset.phone })")
    text = 'Call <a class="my-phone" data-phone="+7999">back</a>'
    page.evaluate(ADD, ["add_call", {"header": "Missed", "text": text}])
    page.locator(f"{POPUP} a.my-phone").click()
    page.wait_for_function("() => window.dialled === '+7999'")
    page.locator("button.nc-bell").click()
    page.locator(".nc-panel a.my-phone").click()
    assert page.url.endswith("/")


def test_an_element_id_of_zero_or_a_string(page, product, person):
    for pk in (0, "12", "abc-1"):
        params = {"text": "T", "element": {"id": pk, "type": "contact", "name": "Ann", "more": 1}}
        assert "done" in page.evaluate(ADD, ["add_call", params])
        assert newest(product, person)["click"]["value"] == f"/contacts/detail/{pk}"


def test_a_call_with_no_sensible_argument_throws_nothing(page):
    uncaught = []
    page.on("pageerror", lambda error: uncaught.append(error))
    for method in ("show_message", "show_message_error", "show_notification", "add_call", "add_error"):
        for argument in ("", "null", "42", "' '", "[]"):
            with page.expect_console_message(lambda message: message.type == "error"):
                page.evaluate(f"APP.notifications.{method}({argument})")
    assert uncaught == []
    expect(page.locator(POPUP)).to_have_count(0)


def test_a_callback_registered_twice_is_called_once_by_the_later(page, product, person):
    product.new_provider_token("once", "--init-once")
    page.reload()
    page.evaluate(
        """() => { window.heard = [];
        APP.addNotificationCallback('once', () => heard.push('first'));
        APP.addNotificationCallback('once', (data) => heard.push(data.id)); }"""
    )
    pk = product.publish(person)
    page.wait_for_function("() => heard.length")
    assert page.evaluate("heard") == [pk]


def test_amocrm_instead_of_app(page):
    page.evaluate("AMOCRM.notifications.show_message({ header: 'H', text: 'By its other name' })")
    expect(page.locator(POPUP)).to_contain_text("By its other name")
    assert page.evaluate("AMOCRM === APP")


def test_an_item_deleted_through_amocrms_own_address(page, product, person):
    product.publish(person, kind="call", header="To be gone")
    expect(page.locator(POPUP)).to_contain_text("To be gone")
    status = page.evaluate(
        f"""async () => {{
        const inside = document.querySelector('{POPUP} strong');
        const id = inside.closest('.notification__item.notification-inner').dataset.id;
        const body = JSON.stringify({{ id: [id], all: false }});
        const headers = {{ 'Content-Type': 'application/json' }};
        return (await fetch('/v3/inbox/delete', {{ method: 'POST', headers, body }})).status }}"""
    )
    assert status == 200
    expect(page.locator(POPUP)).to_have_count(0)
    expect(page.locator(".nc-badge")).to_be_hidden()


def test_a_second_script_on_the_page_changes_nothing(page, product, person):
    page.evaluate("window.before = APP.notifications.show_message")
    page.add_script_tag(url="/static/notifcenter/sdk.js")
    assert page.evaluate("before === APP.notifications.show_message")
    product.publish(person, header="Once only")
    expect(page.locator(POPUP, has_text="Once only")).to_have_count(1)


def test_a_text_that_is_no_string_is_made_one(page):
    page.evaluate("APP.notifications.show_message({ header: 7, text: { a: 1 } })")
    expect(page.locator(POPUP)).to_contain_text('{"a":1}')


def test_what_is_too_long_is_shortened(page, product, person):
    params = {"header": "h" * 300, "text": "t" * 5000, "link": "/" + "l" * 3000}
    assert "done" in page.evaluate(ADD, ["add_error", params])
    item = newest(product, person)
    assert item["body"]["title"] == "h" * 254 + "…"
    assert item["body"]["rows"][0]["text"] == "t" * 3999 + "…"


def test_an_empty_header_alone_passes_with_a_warning(page):
    with page.expect_console_message(lambda message: message.type == "warning"):
        page.evaluate("APP.notifications.show_message({ header: '', text: 'Only text' })")
    expect(page.locator(POPUP)).to_contain_text("Only text")


def test_an_unknown_type_shows_as_a_plain_message(page):
    page.evaluate("APP.notifications.show_notification({ text: { header: 'H', text: 'T' }, type: 'sms' })")
    expect(page.locator(f"{POPUP}.nc-message")).to_be_visible()


def test_a_failed_add_says_why(page):
    answer = page.evaluate(ADD, ["add_call", {"header": "No text"}])
    assert answer["fail"]["status"] == 400
    assert answer["fail"]["errors"][0]["pointer"] == "/text"


def test_what_widgets_reach_for_in_init_is_there(page, person):
    assert page.evaluate("APP.constant('user').login") == person
    assert page.evaluate("APP.constant('managers')[APP.constant('user').id].login") == person
    assert page.evaluate("[APP.click_event, APP.lang_id, APP.isCard(), APP.data.is_card]") == [
        "click",
        "ru",
        False,
        False,
    ]
    assert page.evaluate("'telephony' in APP.widgets.list") is True


@pytest.mark.parametrize("body", ["json", "form"])
def test_a_widget_of_the_page_posts_a_call_as_amocrm_documents_it(page, product, person, body):
    status, item = page.evaluate(
        """async (kind) => {
        const users = Object.keys(APP.constant('account').users).find((id) => +id === APP.constant('user').id);
        const entry = { type: 'phone_call', phone_number: '+79991234567', users };
        const form = new URLSearchParams(Object.entries(entry).map(([name, value]) => [`add[0][${name}]`, value]));
        const json = { body: JSON.stringify({ add: [entry] }), headers: { 'Content-Type': 'application/json' } };
        const answer = await fetch('/api/v2/events/', { method: 'POST', ...(kind === 'json' ? json : { body: form }) });
        return [answer.status, (await answer.json())._embedded.items[0]];
        }""",
        body,
    )
    assert status == 200
    assert item["phone_number"] == "+79991234567"
    expect(page.locator(POPUP)).to_contain_text("+7 999 123-45-67")
    assert newest(product, person)["id"] == item["id"]

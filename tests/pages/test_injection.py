"""Nothing a provider or a widget sends ever runs on a page."""

import pytest
from playwright.sync_api import expect

from notifcenter import content

ATTACKS = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<svg onload='window.hacked = 1'><circle r=9></svg>",
    "<a href='javascript:window.hacked=1' class='bait'>bait</a>",
    "<a href='JaVaScRiPt&colon;window.hacked=1' class='bait'>bait</a>",
    "<a href='&#1;javascript:window.hacked=1' class='bait'>bait</a>",
    "<a href='data:text/html,<script>parent.hacked=1</script>' class='bait'>bait</a>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>",
    "<b onmouseover='window.hacked = 1' style='position:fixed;inset:0'>over</b>",
    "<details open ontoggle='window.hacked = 1'>x</details>",
    "<form action='javascript:window.hacked=1'><button class='bait'>bait</button></form>",
    "<p/onclick=window.hacked=1 class=bait>bait</p>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<template><script>window.hacked=1</script></template>",
    '"><script>window.hacked=1</script>',
    "{{constructor.constructor('window.hacked=1')()}}",
]
LINKS = [
    "javascript:window.hacked=1",
    "//evil.example",
    "/\\evil.example",
    "data:text/html,x",
    "https:evil",
    " /x",
    "\tjavascript:1",
]
SHOWS = ["show_message", "show_message_error", "show_notification"]


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    page = page_as(person)
    page.on("dialog", lambda dialog: pytest.fail(f"A dialog opened: {dialog.message}"))
    return page


def assert_nothing_ran(page, where):
    page.locator(f"{where} :is(.bait, b)").evaluate_all(
        """(baits) => { for (const bait of baits) for (const type of ['mouseover', 'click'])
        bait.dispatchEvent(new MouseEvent(type)) }"""
    )
    page.wait_for_timeout(50)  # an image's error comes a moment later
    assert page.evaluate("window.hacked") is None
    assert (
        page.locator(f"{where} :is(script, iframe, form, svg:not(.nc-icon), [style], [onclick], [onerror])").count()
        == 0
    )
    assert page.locator(f"{where} a[href^='java' i], {where} a[href^='data' i]").count() == 0


def test_popups_run_nothing(page):
    for attack in ATTACKS:
        fields = {"header": attack, "text": attack, "icon": attack, "link": attack, "date": attack, "type": attack}
        for method in SHOWS:
            params = fields | ({"text": {"header": attack, "text": attack}} if method == "show_notification" else {})
            page.evaluate("([method, params]) => APP.notifications[method](params)", [method, params])
        page.locator("#popups_inbox .nc-popup").first.wait_for()
        assert_nothing_ran(page, "#popups_inbox")
        page.locator("#popups_inbox .nc-popup .nc-close").evaluate_all("(all) => all.forEach((one) => one.click())")
        expect(page.locator("#popups_inbox .nc-popup")).to_have_count(0)


def test_links_of_popups_lead_nowhere_bad(page):
    for link in (link for link in LINKS if link != " /x"):
        page.evaluate("(link) => APP.notifications.show_message_error({ header: 'H' + link, text: 'T', link })", link)
        shown = page.locator("#popups_inbox .nc-popup")
        expect(shown).to_have_count(1)
        assert shown.locator("a[href]").count() == 0, link
        shown.locator(".nc-close").click()
        expect(shown).to_have_count(0)


def test_stored_notifications_run_nothing(product, page, person):
    body = [
        {"kind": "message", "recipients": [person], "text": f"Seen {attack}", "header": attack[:255]}
        for attack in ATTACKS
    ]
    with product.provider_api() as provider:
        assert provider.post("notifications/batch/", json=body).status_code == 201
    page.locator("button.nc-bell").click()
    expect(page.locator(".nc-panel .nc-row")).to_have_count(len(ATTACKS))
    assert_nothing_ran(page, ".nc-panel")
    assert_nothing_ran(page, "#popups_inbox")
    page.goto("/inbox/")
    expect(page.locator(".nc-page .nc-row .nc-select")).to_have_count(len(ATTACKS))
    assert_nothing_ran(page, "#inbox .nc-row")


def test_the_page_without_scripts_shows_the_same_safely(product, context_as, person):
    for attack in ATTACKS[:4]:
        product.publish(person, text=f"Seen {attack}", header=attack)
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/inbox/")
    expect(page.locator("#inbox .nc-row")).to_have_count(4)
    assert page.locator("#inbox :is(script, iframe, svg, [onerror], [onload])").count() == 0


def test_the_page_judges_links_as_the_server_does(page):
    judge = "(link) => import('/static/notifcenter/shared/links.js').then((module) => module.isSafeLink(link))"
    for link in ["/x", "https://e.example/a?b=1", "tel:+7", "mailto:a@b.example", *LINKS, "", "ftp://x", "x"]:
        assert page.evaluate(judge, link) == content.is_safe_link(link), link


def test_the_page_keeps_the_same_html_as_the_server(page):
    clean = """(text) => import('/static/notifcenter/shared/safe-html.js').then(({ safeHtml }) => {
        const place = document.createElement('div');
        place.append(safeHtml(text, location.href));
        return place.innerHTML.replaceAll(' dir="auto"', '') })"""
    for text in ["a<br>b", "<p>x</p><b>y</b><strong>z</strong>", "<i><em><u>q</u></em></i>", "1 < 2 & 3", *ATTACKS[:3]]:
        assert page.evaluate(clean, text) == content.safe_html(text)


def test_no_field_changes_what_every_object_has(page):
    for method in SHOWS:
        page.evaluate(
            """(method) => APP.notifications[method](JSON.parse(
            '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "header": "x", "text": "x"}'
            ))""",
            method,
        )
    page.locator("#popups_inbox .nc-popup").nth(len(SHOWS) - 1).wait_for()
    assert page.evaluate("({}).polluted === undefined && [].polluted === undefined")


def test_the_browser_stores_nothing_of_what_was_read(product, page, person):
    product.publish(person, text="A most private matter", header="Private")
    page.get_by_text("A most private matter").first.wait_for()
    stored = page.evaluate(
        """async () => {
        const names = await caches.keys(), kept = [];
        for (const name of names) for (const request of await (await caches.open(name)).keys()) kept.push(request.url);
        return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, kept]); }"""
    )
    assert "rivate" not in stored
    assert "/api/" not in stored
    assert "/inbox/" not in stored


def test_a_name_cannot_end_the_json_of_a_page(product, page_as):
    name = "</script><script>window.hacked = 1</script>"
    page = page_as(product.new_person(first_name=name))
    assert page.evaluate("window.hacked") is None
    assert name in page.evaluate("Object.values(APP.constant('managers')).map((one) => one.title).join('\\n')")

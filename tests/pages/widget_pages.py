"""Pages with a widget host on them: one of ours and one of another site, in each browser, driven alike."""

import html
import http.server
import json
import threading
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.people import PASSWORD
from tests.processes import PATIENCE, ROOT, free_port, wait_until
from tests.product import Product

HOST = ROOT / "tests" / "widget_host"
SCRIPTS = ["amd.js", "jquery.js", "base.js"]
POLICY = (
    "default-src 'none'; script-src 'self' {host}; style-src {host}; connect-src {host} {live};"
    " img-src 'self' {host} https:"
)


START = 'if (APP.constant("user").id) WidgetHost.start("reach", require.latest());'
"""As a host's bundle does where it knows who is signed in."""


class Driver(Protocol):
    """A browser with one tab, whichever it is."""

    def open(self, url: str) -> None:
        """Go there."""

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of its promise."""

    def click(self, selector: str) -> None:
        """Click on the first that matches."""


class Chromium:
    """A Playwright page as a driver."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> None:
        """Go there."""
        self.page.goto(url)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of its promise."""
        return self.page.evaluate(f"() => ({expression})")

    def click(self, selector: str) -> None:
        """Click on the first that matches."""
        self.page.locator(selector).first.click()


class OtherSite:
    """A site that is not ours: it serves the widget host's files, and the pages that are written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.policy = ""
        folder.mkdir(parents=True, exist_ok=True)
        for path in HOST.rglob("*.js"):
            (folder / path.name).write_text(path.read_text())
        handler = partial(_handler(self), directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def allow(self, product: Product) -> None:
        """Have its pages say that they use the product's SDK, and nothing else of any site."""
        self.policy = POLICY.format(host=product.base_url, live=product.base_url.replace("http", "ws"))

    def write(self, product: Product, access: dict[str, Any], body: str = "", before: str = "", **data: str) -> str:
        """The address of a page with the host, the SDK and a body; ``before`` is a script that runs ahead of it."""
        traits = {"data-token": access["token"], "data-page": access["page"], **data}
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in traits.items() if value)
        (self.folder / "before.js").write_text(before)
        scripts = "".join(f'<script src="/{name}"></script>' for name in [*SCRIPTS, "before.js"])
        sdk = f'<script src="{product.base_url}/static/notifcenter/sdk.js"{written}></script>'
        widget = '<script src="/reach.js"></script><script src="/after.js"></script>'
        (self.folder / "after.js").write_text(START)
        page = f"<!doctype html><meta charset=utf-8><title>CRM</title><body>{scripts}{body}{sdk}{widget}</body>"
        (self.folder / "page.html").write_text(page)
        return f"{self.url}/page.html"

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def _handler(site: OtherSite) -> type[http.server.SimpleHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", site.policy)
            self.send_header("Cache-Control", "no-store")
            super().end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def access_of(product: Product, username: str) -> dict[str, Any]:
    """What the host application gets for a page of somebody: token, expiry, page."""
    with product.host_api() as host:
        answer: dict[str, Any] = host.post(f"users/{username}/token/").raise_for_status().json()
    return answer


def sign_in(driver: Driver, product: Product, username: str, path: str = "/profile/") -> None:
    """Sign in as somebody, and go to one of our pages."""
    driver.open(f"{product.base_url}/accounts/login/?next={path}")
    fill = f"""(() => {{
        document.querySelector("[name=username]").value = {json.dumps(username)};
        document.querySelector("[name=password]").value = {json.dumps(PASSWORD)};
        setTimeout(() => document.querySelector("[name=password]").form.submit());
    }})()"""
    driver.evaluate(fill)
    wait_until(lambda: _is_at(driver, path), PATIENCE, f"signed in at {path}")


def add_host(driver: Driver) -> None:
    """Put the widget host on the page that is open; its policy admits no script tags of others."""
    for name in SCRIPTS:
        driver.evaluate(f"(() => {{ {(HOST / name).read_text()} }})()")


def start_widget(driver: Driver, name: str) -> bool:
    """Run one of the tests' widgets on the page that is open."""
    source = (HOST / "widgets" / f"{name}.js").read_text()
    started: bool = driver.evaluate(
        f"(() => {{ {source}; return WidgetHost.start({json.dumps(name)}, require.latest()) }})()"
    )
    return started


def wait_for(driver: Driver, expression: str) -> Any:
    """The value of an expression as soon as it is true."""
    return wait_until(lambda: driver.evaluate(expression), PATIENCE, expression)


def _is_at(driver: Driver, path: str) -> bool:
    try:
        return bool(driver.evaluate(f"location.pathname === {json.dumps(path)} && document.readyState === 'complete'"))
    except Exception:  # the page is being left
        return False

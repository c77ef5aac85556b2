"""What tests share. Each xdist worker starts its own, on free ports and in its own temporary folder."""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebError, expect, sync_playwright

from tests.fakes.smtp import SmtpServer
from tests.firefox import Firefox, firefox_binary
from tests.pages.pictures import write_sheet
from tests.processes import PATIENCE, ROOT
from tests.product import Product
from tests.product import start_product as start
from tests.production import start_production as start_many
from tests.servers import Postgres, Redis, postgres_binaries

LONGEST = "test_production_faults.py"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PAGE_ERRORS: list[str] = []
"""What pages threw in this test and nobody caught."""


def pytest_configure() -> None:
    """Django must not mind playwright's loop on the main thread; SIGTERM ends the tests as Ctrl-C does, tidily."""
    expect.set_options(timeout=PATIENCE * 1000)  # a busy machine may take its time
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: at the end one of the two workers would wait for the other."""
    items.sort(key=lambda item: item.path.name != LONGEST)


def missing(what: str) -> NoReturn:
    """Skip where the machine lacks something; on a check machine fail instead."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def folders() -> Iterator[Callable[[str], Path]]:
    """Makes paths of new folders, which are gone when the tests are over."""
    root = Path(tempfile.mkdtemp(prefix="notifcenter-tests-"))
    root.chmod(0o755)  # PostgreSQL runs as somebody else
    numbers = itertools.count()
    yield lambda name: root / f"{name}-{next(numbers)}"
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def product(folders: Callable[[str], Path]) -> Iterator[Product]:
    """The product as ``make run`` starts it, on SQLite with demo data. Shared: use people of your own, never "all"."""
    running = start(folders("product"), from_nothing=True)
    yield running
    running.stop()


@pytest.fixture
def start_product(folders: Callable[[str], Path]) -> Iterator[Callable[..., Product]]:
    """Starts one more product with settings of its own: ``start_product(EMAIL_URL=…)``."""
    with ExitStack() as running:

        def begin(*arguments: str, data_dir: Path | None = None, demo: bool = True, **env: str) -> Product:
            fresh = start(
                data_dir or folders("product"), *arguments, demo=demo, checkout=ROOT, from_nothing=False, **env
            )
            running.callback(fresh.kill)
            return fresh

        yield begin


@pytest.fixture(scope="session")
def postgres(folders: Callable[[str], Path]) -> Iterator[Postgres]:
    """A PostgreSQL cluster; ``new_database(name)`` is empty, ``migrated_database(name)`` has the tables."""
    binaries = postgres_binaries() or missing("PostgreSQL")
    server = Postgres(folders("postgres"), binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server(folders: Callable[[str], Path]) -> Iterator[Redis]:
    """A Redis server."""
    binary = shutil.which("redis-server") or missing("redis-server")
    server = Redis(folders("redis"), binary)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def production(folders: Callable[[str], Path], postgres: Postgres, redis_server: Redis) -> Iterator[Product]:
    """The product in its production shape: web, live, worker and beat apart, on PostgreSQL and Redis."""
    running = start_many(folders("production"), postgres.migrated_database("production"), redis_server.url)
    yield running
    running.stop()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A mail server that keeps what it gets."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, or the one playwright brought."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        path = path or playwright.chromium.executable_path
        if not Path(path).exists():
            missing("Chromium")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        listen_for_errors(browser)
        yield browser
        browser.close()


def listen_for_errors(browser: Browser) -> None:
    """Keep what any page of any of its contexts throws and nobody catches."""
    make_context, make_page = browser.new_context, browser.new_page

    def note(error: WebError) -> None:
        PAGE_ERRORS.append(f"{error.page and error.page.url}: {error.error}")

    def new_context(**options: Any) -> BrowserContext:
        context = make_context(**options)
        context.on("weberror", note)
        return context

    def new_page(**options: Any) -> Page:
        page = make_page(**options)
        page.context.on("weberror", note)
        return page

    browser.new_context, browser.new_page = new_context, new_page  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def running_firefox(folders: Callable[[str], Path]) -> Iterator[Firefox]:
    """The machine's Firefox."""
    browser = Firefox(firefox_binary() or missing("Firefox"), folders("firefox"))
    yield browser
    browser.stop()


@pytest.fixture
def firefox(running_firefox: Firefox) -> Iterator[Firefox]:
    """The machine's Firefox, signed in nowhere; an error that a page throws and nobody catches fails the test."""
    running_firefox.forget()
    running_firefox.errors.clear()
    yield running_firefox
    running_firefox.open("about:blank")
    assert running_firefox.errors == []


@pytest.fixture(autouse=True)
def no_page_error() -> Iterator[None]:
    """An error that a page throws and nobody catches fails the test."""
    PAGE_ERRORS.clear()
    yield
    assert PAGE_ERRORS == []


@pytest.fixture
def context_as(browser: Browser, product: Product) -> Iterator[Callable[..., BrowserContext]]:
    """Gives a browser of its own, signed in as somebody: ``context_as("anna", color_scheme="dark")``."""
    with ExitStack() as opened:

        def sign_in(username: str, on: Product = product, **options: Any) -> BrowserContext:
            options = {"base_url": on.base_url, "locale": "ru-RU"} | options
            context = browser.new_context(**options)
            context.set_default_timeout(PATIENCE * 1000)
            opened.callback(context.close)
            cookies = on.session_cookies(username)
            context.add_cookies([{"name": name, "value": cookies[name], "url": on.base_url} for name in cookies])
            return context

        yield sign_in


@pytest.fixture
def page_as(context_as: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Gives a page signed in as somebody, at ``path``: ``page_as("anna", "/profile/")``."""

    def open_page(username: str, path: str = "/sandbox/", **options: Any) -> Page:
        page = context_as(username, **options).new_page()
        page.goto(path)
        return page

    return open_page


@pytest.fixture(params=["product", "production"])
def installation(request: pytest.FixtureRequest) -> Product:
    """Each shape of the product in turn: one process on SQLite, and many on PostgreSQL and Redis."""
    running: Product = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def person(product: Product) -> str:
    """The username of somebody with an empty centre."""
    return product.new_person()


@pytest.fixture
def provider_api(product: Product) -> Iterator[httpx.Client]:
    """A caller with a token of the demo provider ``telephony``."""
    with product.provider_api() as client:
        yield client


@pytest.fixture
def host_api(product: Product) -> Iterator[httpx.Client]:
    """A caller with a management token."""
    with product.host_api() as client:
        yield client


@pytest.fixture
def user_api(product: Product) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives a caller with a user token: ``user_api("anna")``."""
    with ExitStack() as opened:
        yield lambda username: opened.enter_context(product.user_api(username))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The pictures that the tests of pages drew, on one sheet."""
    if not hasattr(session.config, "workerinput"):
        write_sheet()

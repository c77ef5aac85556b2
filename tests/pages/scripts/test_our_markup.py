"""What our scripts and styles look for is ours alone: other people's HTML cannot carry it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from notifcenter.our_markup import is_our_class, is_our_data
from tests.processes import ROOT

STATIC, TEMPLATES = ROOT / "static" / "notifcenter", ROOT / "templates"
OF_DJANGO = {"breadcrumbs", "data-actions-icnt"}
"""The admin's own, on pages that show no text of others."""
APART = (TEMPLATES / "channels" / "email", TEMPLATES / "admin")
"""Mails, from which the classes of others are taken altogether, and the admin."""
PAGES = [path for path in TEMPLATES.rglob("*.html") if not any(folder in path.parents for folder in APART)]
SHEETS, SCRIPTS = list(STATIC.rglob("*.css")), list(STATIC.rglob("*.js"))


def classes(path: Path) -> set[str]:
    text = path.read_text()
    if path.suffix == ".css":
        selectors = re.findall(r"([^{};]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
        return {name for selector in selectors for name in re.findall(r"\.([a-zA-Z_-][\w-]*)", selector)}
    if path.suffix == ".html":
        values = re.findall(r'\bclass="([^"]*)"', text)
        return {name for value in values for name in re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", value).split()}
    values = re.findall(r"(?:class: |className = |classList\.\w+\()[\"'`]([^\"'`]*)", text)
    return {name for value in values for name in re.sub(r"\$\{[^}]*\}?", " ", value).split()}


def data(path: Path) -> set[str]:
    text = path.read_text()
    named = set(re.findall(r"\bdata-[a-z]+(?:-[a-z]+)*", text))
    properties = re.findall(r"dataset\.(\w+)", text) if path.suffix == ".js" else []
    return named | {"data-" + re.sub(r"[A-Z]", lambda letter: "-" + letter[0].lower(), name) for name in properties}


def test_every_class_of_ours_begins_with_nc():
    named = {name: path.name for path in (*PAGES, *SHEETS, *SCRIPTS) for name in classes(path)}
    assert len(named) > 100
    assert {name: where for name, where in named.items() if not is_our_class(name) and name not in OF_DJANGO} == {}


def test_every_data_attribute_of_ours_is_known():
    named = {name: path.name for path in (*PAGES, *SHEETS, *SCRIPTS) for name in data(path) if name != "data-nc"}
    assert len(named) > 20
    assert {name: where for name, where in named.items() if not is_our_data(name) and name not in OF_DJANGO} == {}


def test_pages_and_server_know_the_same():
    server = set(re.findall(r"data-[a-z-]+[a-z]", (ROOT / "notifcenter" / "our_markup.py").read_text()))
    assert {name for name in data(STATIC / "shared" / "our-markup.js") if name != "data-nc"} == server - {"data-nc"}


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_text_loses_what_is_ours_and_keeps_the_rest(product, page_as, person, is_stored):
    text = '<b class="nc-panel NC-x popup-inbox theirs" data-id="1" data-state="sent" data-phone="7">hello</b>'
    page = page_as(person, "/profile/")
    page.wait_for_selector("#popups_inbox", state="attached")
    if is_stored:
        product.publish(person, text=text)
    else:
        page.evaluate("(text) => APP.notifications.show_message({header: 'x', text})", text)
    word = page.locator("#popups_inbox b", has_text="hello")
    expect(word).to_have_class("theirs")
    names = word.evaluate("(element) => element.getAttributeNames().sort()")
    assert names == ["class", "data-phone"]

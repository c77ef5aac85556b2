"""Pictures of pages and their states, in ``.test-output/pictures``, and one sheet of them all to look at."""

from html import escape
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.processes import ROOT

HEAD = """<!doctype html><title>Pictures</title><style>
body { display: flex; flex-wrap: wrap; gap: 1rem; background: #888 } figure { margin: 0 } img { max-width: 40rem }
</style>"""
FOLDER = ROOT / ".test-output" / "pictures"
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "phone-dark": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
    },
}


def look(page: Page, name: str, view: str) -> None:
    """Draw what is on the screen; axe must find nothing, and nothing may be wider than the screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{view}.png")
    found = Axe().run(page.main_frame).response["violations"]
    assert [(name, each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= VIEWS[view]["viewport"]["width"], name


def write_sheet() -> None:
    """One page with all pictures that there are."""
    figures = [
        f'<figure><img src="{escape(file.name)}"><figcaption>{escape(file.stem)}</figcaption></figure>'
        for file in sorted(FOLDER.glob("*.png"))
    ]
    if figures:
        Path(FOLDER / "index.html").write_text(f"{HEAD}{''.join(figures)}", encoding="utf-8")

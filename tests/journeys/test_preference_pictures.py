"""The pictures in docs/images: taken of every page; `PICTURES=1` keeps the new ones."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.builders import a_subject
from tests.journeys.scene import DESKTOP, a_past, visit

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 3 * 1024 * 1024  # bytes, all together
PAGES = {
    "choices": "/preferences/choices/",
    "theme": "/preferences/choices/marketing/",
    "purpose": "/preferences/choices/marketing.messages/",
    "delicate": "/preferences/choices/sensitive/",
    "hours": "/preferences/hours/",
    "why": "/preferences/why/",
    "history": "/preferences/history/",
    "tell": "/preferences/tell/",
}
PHONE = {"width": 390, "height": 780}


def test_every_page_has_its_picture(site: str, chromium: Browser, tmp_path: Path) -> None:
    folder = KEPT if os.environ.get("PICTURES") else tmp_path
    key = a_subject().subject_key
    a_past(key)
    for suffix, viewport, scheme in (("", DESKTOP, "light"), ("-phone", PHONE, "dark")):
        page = visit(chromium, site, key, viewport=viewport, color_scheme=scheme)
        for name, path in PAGES.items():
            page.goto(site + path)
            page.screenshot(path=folder / f"preferences-{name}{suffix}.png")
        _saved(page, site)
        page.screenshot(path=folder / f"preferences-saved{suffix}.png")
        page.context.clear_cookies(name="venia_visit")
        page.goto(f"{site}/preferences/")
        page.screenshot(path=folder / f"preferences-entry{suffix}.png")
    taken = {picture.name for picture in folder.glob("preferences-*.png")}
    kept = {picture.name: picture.stat().st_size for picture in KEPT.glob("preferences-*.png")}
    assert taken == set(kept), "run this test with PICTURES=1"
    assert sum(kept.values()) < LARGEST


def _saved(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/choices/personalisation/")
    page.locator("#personalisation-recommendations button:not([aria-pressed=true])").first.click()
    page.wait_for_selector(".outcome")
    page.evaluate("scrollTo(0, 0)")

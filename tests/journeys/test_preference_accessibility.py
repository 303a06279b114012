"""No barrier in any page or state: axe at WCAG 2.2 AA, keyboard, small screens, large text."""

from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from consent.act import Kind as Act
from portal import links, saving
from portal.models import Kind
from tests.builders import AT, a_subject, an_event
from tests.journeys.scene import PHONE, a_past, visit

pytestmark = pytest.mark.browser

LANGUAGES = ("es", "pt-br", "en")
PAGES = (
    "/preferences/choices/",
    "/preferences/choices/marketing/",
    "/preferences/choices/sensitive/",
    "/preferences/choices/service/",
    "/preferences/choices/marketing.messages/",
    "/preferences/choices/advice.health/",
    "/preferences/choices/service.delivery/",
    "/preferences/hours/",
    "/preferences/why/",
    "/preferences/history/",
    "/preferences/tell/",
    "/preferences/told/",
)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def barriers(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}})
    return [
        f"{page.url} {rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes']]}"
        for rule in found.response["violations"]
    ]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))


def _saved(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/choices/marketing/")
    page.locator("#marketing-offers button[value=yes]").click()
    page.wait_for_selector(".outcome")


def _missing(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/choices/personalisation.recommendations/")
    page.locator("button[value=yes]").click()
    page.wait_for_selector(".outcome.warn")


def _paused(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/choices/")
    page.locator("form[action$='/pause'] button").click()
    page.wait_for_selector("form[action$='/resume']")


def _conflict(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/choices/marketing/")
    page.evaluate("document.querySelectorAll('[name=seen]').forEach(e => e.value = '1')")
    page.locator("#marketing-offers button[value=no]").click()
    page.wait_for_selector(".outcome.warn")


def _own_hours(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/hours/")
    page.locator("[name='rule.phone'][value=own]").check()
    page.locator("[name='closes.phone']").fill("01:00")
    page.locator("main button.primary").click()
    page.wait_for_selector(".problem")


def _told(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/tell/")
    page.locator("textarea").fill("…")
    page.locator("main button.primary").click()
    page.wait_for_selector(".status.wait")


def _guess_removed(page: Page, site: str) -> None:
    page.goto(f"{site}/preferences/why/")
    page.locator("button[name=guess]").click()
    page.wait_for_selector("#removed")


STATES: tuple[Callable[[Page, str], None], ...] = (
    _saved,
    _missing,
    _paused,
    _conflict,
    _own_hours,
    _told,
    _guess_removed,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(site: str, chromium: Browser, language: str) -> None:
    key = a_subject().subject_key
    decisions = a_past(key)
    page = visit(chromium, site, key, language=language)
    found = []
    for path in (*PAGES, f"/preferences/why/{decisions[0]}"):
        page.goto(site + path)
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_state(site: str, chromium: Browser, language: str) -> None:
    key = a_subject().subject_key
    a_past(key)
    page = visit(chromium, site, key, language=language)
    found = []
    for reach in STATES:
        reach(page, site)
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_for_strangers_and_newcomers(
    site: str, chromium: Browser, language: str
) -> None:
    key = a_subject().subject_key
    page = visit(chromium, site, key, language=language)
    found = []
    for path in ("/preferences/why/", "/preferences/history/", "/preferences/told/"):
        page.goto(site + path)
        found += barriers(page)
    page.context.clear_cookies(name="venia_visit")
    for path in (
        "/preferences/",
        "/preferences/code",
        links.stop_path(key, at=AT),
        "/s/x",
        "/confirm/x",
        "/x",
    ):
        page.goto(site + path)
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("door", [Kind.FULL, Kind.GUARDIAN])
def test_axe_finds_nothing_for_children_and_guardians(
    site: str, chromium: Browser, door: Kind
) -> None:
    key = a_subject(birth_date=date(2016, 3, 1), guardian=True).subject_key
    page = visit(chromium, site, key, door=door)
    found = []
    for path in PAGES:
        page.goto(site + path)
        found += barriers(page)
    assert found == []


def test_axe_finds_nothing_in_the_dark_and_on_a_phone(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    a_past(key)
    page = visit(chromium, site, key, viewport=PHONE, color_scheme="dark")
    found = []
    for path in PAGES:
        page.goto(site + path)
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_at_320_pixels(site: str, chromium: Browser, language: str) -> None:
    key = a_subject().subject_key
    a_past(key)
    page = visit(chromium, site, key, language=language, viewport=PHONE)
    wide = []
    for path in PAGES:
        page.goto(site + path)
        wide += [path] if scrolls_sideways(page) else []
    for reach in STATES:
        reach(page, site)
        wide += [page.url] if scrolls_sideways(page) else []
    assert wide == []


def test_nothing_is_lost_when_text_is_twice_as_large(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    a_past(key)
    page = visit(chromium, site, key, viewport={"width": 640, "height": 450})
    wide = []
    for path in PAGES:
        page.goto(site + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [path] if scrolls_sideways(page) else []
    assert wide == []


def test_everything_works_from_the_keyboard_with_the_focus_in_sight(
    site: str, chromium: Browser
) -> None:
    key = a_subject().subject_key
    page = visit(chromium, site, key)
    page.goto(f"{site}/preferences/choices/marketing/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"parseFloat({style}.outlineWidth)") >= 3
        assert page.evaluate(f"{style}.outlineStyle") == "solid"
        if page.evaluate("document.activeElement.value") == "yes":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".outcome")
    assert page.evaluate("document.activeElement.id") == "outcome"
    assert saving.acts_so_far(key) == 1


def test_the_language_of_the_page_is_told(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    an_event(key, Act.REFUSED, "marketing.offers")
    for language, told in (("es", "es"), ("pt-br", "pt-BR"), ("en", "en")):
        page = visit(chromium, site, key, language=language)
        assert page.locator("html").get_attribute("lang") == told

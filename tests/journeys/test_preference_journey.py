"""The whole way of one person, in each language, with and without JavaScript."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page

from consent import queries
from portal import codes
from pseudonymize.queries import contact
from tests.builders import a_subject
from tests.journeys.scene import DESKTOP, a_past

pytestmark = pytest.mark.browser


def come_in(page: Page, site: str, subject_key: int) -> None:
    """Come in by the code that an e-mail brings."""
    page.goto(f"{site}/preferences/")
    page.locator("#email").fill(contact(subject_key, "email") or "")
    page.locator("main button.primary").click()
    codes.send_due(at=timezone.now())
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    page.locator("#code").fill(found[0])
    page.locator("main button.primary").click()
    page.wait_for_url("**/preferences/choices/")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_a_person_comes_in_looks_around_and_decides(
    site: str, chromium: Browser, language: str, script: bool
) -> None:
    key = a_subject(locale="es").subject_key
    a_past(key)
    before = queries.history(key).count()
    page = chromium.new_context(viewport=DESKTOP, java_script_enabled=script).new_page()
    page.goto(f"{site}/preferences/")
    page.locator(f".languages button[value={language}]").click()
    come_in(page, site, key)
    page.locator("a[href$='/choices/marketing/']").click()
    page.locator("#marketing-offers button[value=yes]").click()
    page.wait_for_selector("#marketing-offers button[value=yes][aria-pressed=true]")
    assert page.locator(".outcome a[href*='/receipts/']").count() == 1
    page.locator(".main-nav a").nth(1).click()
    assert page.locator("article.decision").count() == 4
    page.locator(".main-nav a").nth(2).click()
    page.locator("[name='rule.sms'][value=never]").check()
    page.locator("main button.primary").click()
    page.wait_for_selector(".outcome")
    page.locator(".main-nav a").nth(3).click()
    assert page.locator(".act").count() == before + 2
    page.locator(".foot-links a").first.click()
    page.locator("main button.primary").click()
    page.wait_for_selector("article.card")
    page.locator("form[action$='/leave'] button").first.click()
    page.wait_for_selector("#email")
    page.goto(f"{site}/preferences/choices/")
    assert "/preferences/?next=" in page.url

"""The pages that show erasures in a real browser: three languages, no barrier, no wide page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from pseudonymize import holds
from rights.contact import doors
from rights.erasure import operations as erasures
from rights.erasure import retention
from rights.operations import Acting
from tests.builders import a_subject
from tests.journeys.test_preference_accessibility import barriers, scrolls_sideways
from tests.journeys.test_rights_pages import LANGUAGES, a_page, log_in
from tests.portal.test_erasing import a_case, under_way

pytestmark = pytest.mark.browser


def a_company_at_work() -> list[str]:
    """Put an erasure, a blocked one, a hold and a proposal on record; return the desk's paths."""
    now = timezone.now()
    blocked = a_case()
    erasures.hurry(under_way(blocked).pk, Acting("person", now))
    held = a_subject("BR").subject_key
    until = date(2099, 1, 1)
    holds.place(held, reason="Juicio", owner="user:dpo", ends_on=until, actor="user:dpo", at=now)
    a_subject("BR", at=now - timedelta(days=12 * 365))
    retention.propose(at=now)
    fresh = a_case()
    cases = [f"/desk/requests/{one.pk}" for one in (blocked, fresh)]
    return ["/desk/erasures/", "/desk/holds/", "/desk/retention/", *cases]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_erasure(
    site: str, chromium: Browser, language: str
) -> None:
    paths, found = a_company_at_work(), []
    desk = a_page(chromium, site, language)
    log_in(desk, site)
    for path in paths:
        desk.goto(site + path)
        desk.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(desk)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_a_person_sees_their_erasure(
    site: str, chromium: Browser, language: str
) -> None:
    request = a_case()
    under_way(request)
    page = a_page(chromium, site, language, phone=True)
    page.goto(f"{site}/rights/in/{doors.link(request, at=timezone.now())}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert barriers(page) == []
    assert not scrolls_sideways(page)
    page.locator("button[value=stop]").click()
    page.wait_for_load_state()
    assert barriers(page) == []


def test_nothing_scrolls_sideways_on_a_phone(site: str, chromium: Browser) -> None:
    paths = a_company_at_work()
    desk = a_page(chromium, site, "es", phone=True)
    log_in(desk, site)
    wide = []
    for path in paths:
        desk.goto(site + path)
        desk.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        wide += [path] if scrolls_sideways(desk) else []
    assert wide == []

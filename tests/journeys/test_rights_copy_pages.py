"""Copies and corrections in a real browser: three languages, no barrier, no script needed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from rights.access import fetching
from rights.contact import doors
from rights.models import Notice, Package, RightsRequest
from rights.rectifying.changes import Told
from tests.builders import a_grant, a_subject
from tests.journeys.scene import visit
from tests.journeys.test_preference_accessibility import barriers, scrolls_sideways
from tests.journeys.test_rights_pages import LANGUAGES, a_page, a_request, log_in
from tests.rights.access.packages import made
from tests.rights.requests import the

pytestmark = pytest.mark.browser
WRONG = (Told("email", "ines@prueba.example", "ines.nueva@prueba.example", "Cambió"),)


def a_copy() -> Package:
    """Return a package that waits for its owner; it was made a moment ago."""
    key = a_subject().subject_key
    a_grant(key)
    yesterday = timezone.localdate() - timedelta(days=1)
    return made(key, day=yesterday.isoformat())


def a_correction() -> RightsRequest:
    """Return a request that says what is wrong, with a recipient to be told and a review."""
    key = a_subject().subject_key
    request = a_request("rectification", identity="document", subject_key=key, changes=WRONG)
    right = the(request, "rectification")
    Notice.objects.create(right=right, recipient="alameda-seguros", begun_at=timezone.now())
    return request


def paths(package: Package, correction: RightsRequest) -> list[str]:
    """Return every page on which a copy or a correction stands; the own pages come last."""
    now = timezone.now()
    desk = [f"/desk/requests/{package.right.request_id}", f"/desk/requests/{correction.pk}"]
    own = [f"/rights/in/{doors.link(one, at=now)}" for one in (correction, package.right.request)]
    fetch = [f"/rights/copy/{fetching.link(package, at=now)}", "/rights/copy/gone"]
    return ["/desk/copies/", *desk, "/rights/new", *own, *fetch]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_copies_and_corrections_stand(
    site: str, chromium: Browser, language: str
) -> None:
    page = a_page(chromium, site, language)
    log_in(page, site)
    found = []
    for path in paths(a_copy(), a_correction()):
        page.goto(site + path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(page)
    assert found == []


def test_axe_finds_nothing_where_a_visitor_says_what_is_wrong(site: str, chromium: Browser) -> None:
    page = visit(chromium, site, a_subject().subject_key)
    page.goto(f"{site}/preferences/rights/")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = barriers(page)
    page.fill("#wrong-old-1", "Rosa")
    page.fill("#wrong-new-1", "Rosa")
    page.locator("main form[enctype] button.primary").click()
    page.wait_for_selector("#problems")
    assert found + barriers(page) == []


def test_nothing_is_lost_on_a_phone(site: str, chromium: Browser) -> None:
    page = a_page(chromium, site, "es", phone=True)
    log_in(page, site)
    wide = []
    for path in paths(a_copy(), a_correction()):
        page.goto(site + path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        wide += [path] if scrolls_sideways(page) else []
    assert wide == []


def test_without_scripts_the_copy_is_downloaded(site: str, chromium: Browser) -> None:
    package = a_copy()
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{site}/rights/in/{doors.link(package.right.request, at=timezone.now())}")
    page.goto(f"{site}/rights/copy/{fetching.link(package, at=timezone.now())}")
    with page.expect_download() as waiting:
        page.locator("button.plain").first.click()
    assert waiting.value.suggested_filename == f"access-{package.right.request_id}.zip"
    assert Package.objects.get().fetched_at

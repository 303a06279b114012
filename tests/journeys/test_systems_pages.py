"""What officers and people see of systems, in a real browser: three languages, no barrier."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from rights.casework.events import Acting
from rights.contact import doors
from rights.models import RequestedRight, SystemTask
from rights.systems import errands
from rights.systems.declaration import Work
from tests.builders import a_subject
from tests.journeys.test_preference_accessibility import barriers, scrolls_sideways
from tests.journeys.test_rights_pages import LANGUAGES, a_page, a_request, log_in
from tests.rights.requests import the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.browser


def a_right(company: Company, *, refused: bool = True) -> RequestedRight:
    """Return a right that the shop has answered and, unless it is `refused`, the CRM too."""
    if refused:
        company.crm.behave(status=401)
    key = a_subject().subject_key
    right = the(a_request("access", identity="document", subject_key=key), "access")
    by = Acting("system", timezone.now())
    changes = {"changes": [{"kind": "name", "category": "user.name", "old": "Ros", "new": "Rosa"}]}
    errands.send(key, Work.EXPORT, by, right=right)
    errands.send(key, Work.RECTIFY, by, right=right, payload=changes)
    driven(at=timezone.now())
    return right


def paths(right: RequestedRight) -> list[str]:
    """Return every page on which systems stand."""
    tasks = SystemTask.objects.filter(system="crm").values_list("pk", flat=True)
    own = f"/rights/in/{doors.link(right.request, at=timezone.now())}"
    desk = ["/desk/", "/desk/systems/", f"/desk/requests/{right.request_id}"]
    return [*desk, *(f"/desk/systems/{number}" for number in tasks), own]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_systems_stand(
    site: str, chromium: Browser, company: Company, language: str
) -> None:
    page = a_page(chromium, site, language)
    right = a_right(company)
    log_in(page, site)
    found = []
    for path in paths(right):
        page.goto(site + path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(page)
    assert found == []


def test_nothing_of_it_is_lost_on_a_phone(site: str, chromium: Browser, company: Company) -> None:
    page = a_page(chromium, site, "es", phone=True)
    right = a_right(company)
    log_in(page, site)
    wide = []
    for path in paths(right):
        page.goto(site + path)
        wide += [path] if scrolls_sideways(page) else []
    assert wide == []


def test_an_officer_confirms_a_task_with_the_keyboard_alone(
    site: str, chromium: Browser, company: Company
) -> None:
    a_right(company, refused=False)
    page = a_page(chromium, site, "en")
    log_in(page, site)
    page.goto(f"{site}/desk/systems/")
    page.get_by_role("link", name="Archive of call recordings").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#note")
    page.locator("[id='field-calls.recording']").fill("One call of 3 May")
    page.locator("#note").fill("Listened to it")
    page.locator("form:has(#note) button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/systems/")
    assert SystemTask.objects.get(system="recordings").outcome == "done"

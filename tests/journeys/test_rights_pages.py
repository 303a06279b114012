"""The form, the own page and the desk in a real browser: three languages, no barrier, no mouse."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from rights.casework.sealed import Typed
from rights.contact import doors
from rights.models import RightsRequest
from rights.operations import Acting, NewRequest, open_request
from tests.builders import a_subject
from tests.journeys.scene import DESKTOP, PHONE
from tests.journeys.test_preference_accessibility import barriers, scrolls_sideways
from tests.portal.officers import an_officer

pytestmark = pytest.mark.browser
LANGUAGES = ("es", "pt-br", "en")
INES = Typed(name="Inés Prueba", email="ines@prueba.example")
DESK = (
    "/desk/",
    "/desk/intake/",
    "/desk/reviews/",
    "/desk/registers/",
    "/desk/erasures/",
    "/desk/holds/",
    "/desk/retention/",
    "/desk/feelings/",
    "/desk/letters/",
    "/desk/text/",
    "/desk/figures/",
)


def a_page(browser: Browser, site: str, language: str, *, phone: bool = False) -> Page:
    context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale=language)
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    return context.new_page()


def a_request(*rights: str, identity: str = "", **fields: object) -> RightsRequest:
    new = NewRequest(
        rights=rights or ("access", "erasure"),
        country="ES",
        identity=identity,
        typed=INES,
        **fields,  # type: ignore[arg-type]
    )
    return open_request(new, Acting("person", timezone.now()))


def log_in(page: Page, site: str) -> None:
    """Give the page the session of an officer, without the time that a password's hash takes."""
    client = Client()
    client.force_login(an_officer(password=None))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    name = str(settings.SESSION_COOKIE_NAME)
    page.context.add_cookies([{"name": name, "value": str(session), "url": site}])


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_form_and_the_own_page(
    site: str, chromium: Browser, language: str
) -> None:
    page = a_page(chromium, site, language)
    found = []
    for path in ("/rights/new", "/rights/new?place=MX", "/rights/sent", "/rights/again"):
        page.goto(site + path)
        found += barriers(page)
    page.goto(f"{site}/rights/new")
    page.locator("main form[method=post] button.primary").click()
    page.wait_for_selector("#problems")
    found += barriers(page)
    for request in (a_request(), a_request(identity="document")):
        page.goto(f"{site}/rights/in/{doors.link(request, at=timezone.now())}")
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_at_the_desk(site: str, chromium: Browser, language: str) -> None:
    page = a_page(chromium, site, language)
    page.goto(f"{site}/desk/login")
    found = barriers(page)
    log_in(page, site)
    cases = [a_request(), a_request(identity="document", subject_key=a_subject().subject_key)]
    for path in (*DESK, *(f"/desk/requests/{one.pk}" for one in cases)):
        page.goto(site + path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(page)
    assert found == []


def test_nothing_is_lost_on_a_phone(site: str, chromium: Browser) -> None:
    page = a_page(chromium, site, "es", phone=True)
    log_in(page, site)
    request = a_request(identity="document")
    wide = []
    paths = ("/rights/new", *DESK, f"/desk/requests/{request.pk}")
    for path in paths:
        page.goto(site + path)
        wide += [path] if scrolls_sideways(page) else []
    page.goto(f"{site}/rights/in/{doors.link(request, at=timezone.now())}")
    wide += [page.url] if scrolls_sideways(page) else []
    assert wide == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_asks_and_reads_when_the_answer_comes(
    site: str, chromium: Browser, language: str
) -> None:
    page = a_page(chromium, site, language)
    page.goto(f"{site}/rights/new?place=ES")
    page.locator("[name=rights][value=access]").check()
    page.locator("[name=rights][value=objection]").check()
    page.locator("#name").fill("Inés Prueba")
    page.locator("#email").fill("ines@prueba.example")
    page.locator("main form[method=post] button.primary").click()
    page.wait_for_url("**/rights/sent?n=*")
    request = RightsRequest.objects.get()
    assert str(request.pk) in page.locator("main").inner_text()
    page.goto(f"{site}/rights/in/{doors.link(request, at=timezone.now())}")
    assert page.url == f"{site}/rights/mine"
    assert page.locator("main .card h3").count() >= 4


def test_an_officer_answers_from_the_queue_with_the_keyboard_alone(
    site: str, chromium: Browser
) -> None:
    request = a_request("access", identity="document")
    page = a_page(chromium, site, "en")
    log_in(page, site)
    page.goto(f"{site}/desk/")
    page.get_by_role("link", name=str(request.pk), exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/requests/{request.pk}")
    page.locator("summary", has_text="Answer").focus()
    page.keyboard.press("Enter")
    page.locator("#answer-access-words").fill("Here is your copy.")
    page.locator("form:has(#answer-access-words) button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Carry it out")
    assert request.rights.get().state == "answered"

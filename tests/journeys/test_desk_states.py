"""No barrier in any state of the desk: something to decide, something wrong, nothing at all."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from policies import registers
from portal import feelings
from portal.feelings import ALIKE, Said
from portal.models import About
from rights.models import RightsRequest
from tests.builders import a_grant, a_subject
from tests.journeys.scene import decided
from tests.journeys.test_preference_accessibility import barriers
from tests.journeys.test_rights_pages import a_page, a_request, log_in

pytestmark = pytest.mark.browser
# Each language in one of the two schemes, so that contrast is measured in both.
LANGUAGES = (("es", "light"), ("pt-br", "dark"), ("en", "dark"))
_RETENTION = {
    "action": {"name": "retain", "properties": {"automated": True}},
    "resource": {"type": "purpose", "id": "prediction.behaviour"},
    "context": {"channel": "push", "planned_at": "2026-11-24T12:00:00+01:00"},
}


def something_of_everything() -> RightsRequest:
    """Let a decision wait, people complain alike, a switch be thrown; return a request."""
    now = timezone.now()
    key = a_subject().subject_key
    a_grant(key, "prediction.behaviour")
    decided(key, _RETENTION)
    for _ in range(ALIKE):
        said = Said(About.INVASIVE, words="Too much.", purpose="marketing.offers", rule="consent")
        feelings.tell(a_subject().subject_key, said, at=now)
    registers.suspend("channel", "email", reason="A test.", actor="user:dpo", at=now)
    return a_request("access", "erasure", identity="document", subject_key=key)


def _case(page: Page, site: str, request: RightsRequest) -> None:
    page.goto(f"{site}/desk/requests/{request.pk}")


def _found(page: Page, site: str, request: RightsRequest) -> None:
    page.goto(f"{site}/desk/")
    page.locator("#q").fill("nobody@prueba.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search")


def _previewed(page: Page, site: str, request: RightsRequest) -> None:
    _case(page, site, request)
    page.locator("#together ~ details > summary").click()
    for right in ("access", "erasure"):
        page.locator(f"#t-outcome-{right}").select_option("granted")
    page.locator("#together ~ details button[name=preview]").click()
    page.wait_for_selector("article.sheet")


def _refused(page: Page, site: str, request: RightsRequest) -> None:
    _case(page, site, request)
    page.locator("#together ~ details > summary").click()
    page.locator("#together ~ details button.primary").click()
    page.wait_for_selector(".outcome.warn")


def _letter_rejected(page: Page, site: str, request: RightsRequest) -> None:
    page.goto(f"{site}/desk/letters/")
    page.locator("#text").fill("x\n\n{nobody}")
    page.locator("button[name=preview]").click()
    page.wait_for_selector(".outcome.warn")


def _letter_shown(page: Page, site: str, request: RightsRequest) -> None:
    page.goto(f"{site}/desk/letters/")
    page.locator("button[name=preview]").click()
    page.wait_for_selector("article.sheet")


def _intake_refused(page: Page, site: str, request: RightsRequest) -> None:
    page.goto(f"{site}/desk/intake/")
    page.locator("form.form button.primary").click()
    page.wait_for_selector(".outcome.warn")


def _visited(path: str) -> Callable[[Page, str, RightsRequest], None]:
    def reach(page: Page, site: str, request: RightsRequest) -> None:
        page.goto(site + path)

    return reach


STATES = (
    _visited("/desk/?show=late"),
    _visited("/desk/reviews/"),
    _visited("/desk/feelings/"),
    _visited("/desk/registers/"),
    _visited("/desk/figures/"),
    _case,
    _found,
    _previewed,
    _refused,
    _letter_rejected,
    _letter_shown,
    _intake_refused,
)


@pytest.mark.parametrize(("language", "scheme"), LANGUAGES)
def test_axe_finds_nothing_in_any_state_of_the_desk(
    site: str, chromium: Browser, language: str, scheme: str
) -> None:
    page = a_page(chromium, site, language)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site}/desk/login")
    page.locator("#username").fill("dpo")
    page.locator("#password").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".outcome.warn")
    found = barriers(page)
    log_in(page, site)
    request = something_of_everything()
    for reach in STATES:
        reach(page, site, request)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += barriers(page)
    assert found == []


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_only_what_is_said_is_printed(site: str, chromium: Browser, language: str) -> None:
    page = a_page(chromium, site, language)
    log_in(page, site)
    request = a_request("access", identity="document")
    page.goto(f"{site}/desk/requests/{request.pk}")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.locator("main button:visible").count() == 0

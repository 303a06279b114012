"""The pictures of the desk in docs/images; `PICTURES=1` keeps the new ones."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from consent.act import Kind
from rights import operations
from rights.models import RightsRequest
from rights.operations import Acting, NewRequest, open_request
from tests.builders import a_grant, a_subject, an_event
from tests.journeys.scene import a_past
from tests.journeys.test_rights_pages import INES, a_page, log_in

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 1024 * 1024  # bytes, all together
_WAITING = (
    ("ES", ("access", "erasure"), 24),
    ("MX", ("access",), 9),
    ("BR", ("rectification",), 4),
    ("CO", ("erasure",), 2),
    ("AR", ("access",), 1),
    ("CL", ("rectification",), 1),
)


def a_week_of_work() -> RightsRequest:
    """Let requests of every law wait, and some be answered; return one of a known person."""
    now, today = timezone.now(), timezone.localdate()
    for country, rights, days in _WAITING:
        _opened(country, *rights, received_on=today - timedelta(days=days))
    for country in ("ES", "BR"):
        done = _opened(country, "access", received_on=today - timedelta(days=3))
        operations.answer(done.rights.get().pk, "granted", Acting("user:dpo", now, "Here it is."))
    people = [a_subject().subject_key for _ in range(4)]
    for key in people:
        a_past(key)
    for key in people[:2]:
        a_grant(key, "marketing.offers")
        an_event(key, Kind.WITHDRAWN, "prediction.behaviour")
    return _opened("ES", "access", "rectification", subject_key=people[0])


def _opened(country: str, *rights: str, **fields: object) -> RightsRequest:
    new = NewRequest(
        rights=rights,
        country=country,
        identity="document",
        typed=INES,
        **fields,  # type: ignore[arg-type]
    )
    return open_request(new, Acting("person", timezone.now()))


def test_the_desk_has_its_pictures(site: str, chromium: Browser, tmp_path: Path) -> None:
    folder = KEPT if os.environ.get("PICTURES") else tmp_path
    request = a_week_of_work()
    page = a_page(chromium, site, "es")
    log_in(page, site)
    pages = {"queue": "/desk/", "case": f"/desk/requests/{request.pk}", "figures": "/desk/figures/"}
    for name, path in pages.items():
        page.goto(site + path)
        page.screenshot(path=folder / f"desk-{name}.png")
    page.set_viewport_size({"width": 390, "height": 780})
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/desk/")
    page.screenshot(path=folder / "desk-queue-phone.png")
    taken = {picture.name for picture in folder.glob("desk-*.png")}
    kept = {picture.name: picture.stat().st_size for picture in KEPT.glob("desk-*.png")}
    assert taken == set(kept), "run this test with PICTURES=1"
    assert sum(kept.values()) < LARGEST

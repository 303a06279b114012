"""Refusing is as easy and as visible as agreeing: measured in the browser."""

import pytest
from playwright.sync_api import Browser, Locator, Page

from consent import queries
from tests.builders import Api, a_grant, a_subject
from tests.journeys.scene import PHONE, visit

pytestmark = pytest.mark.browser

_LOOK = """e => { const s = getComputedStyle(e);
  return [s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize, s.fontWeight,
          s.opacity, s.textDecorationLine].join() }"""
OFFERS = "marketing.offers"


def look_of(button: Locator) -> tuple[str, float, float]:
    box = button.bounding_box()
    assert box
    return str(button.evaluate(_LOOK)), round(box["width"]), round(box["height"])


def pairs(page: Page) -> list[tuple[Locator, Locator]]:
    """Return each pair of answers on the page, the refusal first."""
    found = page.locator(".pair").all()
    return [(p.locator("[value=no]"), p.locator("[value=yes]")) for p in found]


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
@pytest.mark.parametrize("small", [False, True])
def test_agreeing_and_refusing_look_the_same(
    site: str, chromium: Browser, language: str, small: bool
) -> None:
    options = {"viewport": PHONE} if small else {}
    page = visit(chromium, site, a_subject().subject_key, language=language, **options)
    measured = 0
    for place in ("marketing", "sensitive", "analysis", "marketing.messages", "advice.health"):
        page.goto(f"{site}/preferences/choices/{place}/")
        for refuse, agree in pairs(page):
            pressed = agree.get_attribute("aria-pressed") == "true"
            assert pressed or look_of(refuse) == look_of(agree)
            measured += not pressed
    assert measured >= 8


def test_a_no_that_stands_looks_like_a_yes_that_stands(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    page = visit(chromium, site, key)
    looks = []
    for answer in ("yes", "no"):
        page.goto(f"{site}/preferences/choices/marketing/")
        page.locator(f"#marketing-offers button[value={answer}]").click()
        page.wait_for_selector(f"#marketing-offers button[value={answer}][aria-pressed=true]")
        page.mouse.move(0, 0)
        page.wait_for_timeout(200)
        looks.append(look_of(page.locator(f"#marketing-offers button[value={answer}]")))
    assert looks[0] == looks[1]


def test_taking_back_takes_no_more_steps_than_giving(site: str, chromium: Browser) -> None:
    """From the first page: open the theme, press once. Both ways."""
    key = a_subject().subject_key
    page = visit(chromium, site, key)
    steps = {}
    for answer in ("yes", "no"):
        page.goto(f"{site}/preferences/choices/")
        page.locator("a[href$='/choices/marketing/']").click()
        page.locator(f"#marketing-offers button[value={answer}]").click()
        page.wait_for_selector(".outcome")
        steps[answer] = 2
    assert steps["yes"] == steps["no"]
    kinds = list(queries.history(key).values_list("kind", flat=True))
    assert kinds == ["granted", "withdrawn"]


def test_saving_needs_no_new_page_and_flips_the_check_at_once(site: str, chromium: Browser) -> None:
    subject = a_subject()
    page = visit(chromium, site, subject.subject_key)
    page.goto(f"{site}/preferences/choices/marketing/")
    page.evaluate("window.kept = true")
    service = Api("policies:check")
    answers = []
    for answer in ("yes", "no"):
        page.locator(f"#marketing-offers button[value={answer}]").click()
        page.wait_for_selector(f"#marketing-offers button[value={answer}][aria-pressed=true]")
        asked = {
            "subject": {"type": "data_subject", "id": subject.id},
            "action": {"name": "show_offer"},
            "resource": {"type": "purpose", "id": OFFERS},
            "context": {"channel": "web"},
        }
        answers.append(service.post("/access/v1/evaluation", asked).json()["decision"])
    assert page.evaluate("window.kept")
    assert answers == [True, False]


def test_two_tabs_never_overwrite_each_other(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    one = visit(chromium, site, key)
    one.goto(f"{site}/preferences/choices/marketing/")
    two = one.context.new_page()
    two.goto(f"{site}/preferences/choices/marketing/")
    two.locator("#marketing-offers button[value=no]").click()
    two.wait_for_selector(".outcome")
    one.locator("#marketing-offers button[value=yes]").click()
    one.wait_for_selector(".outcome.warn")
    assert list(queries.history(key).values_list("kind", flat=True)) == ["refused"]
    one.locator("#marketing-offers button[value=yes]").click()
    one.wait_for_selector("#marketing-offers button[value=yes][aria-pressed=true]")
    assert list(queries.history(key).values_list("kind", flat=True)) == ["refused", "granted"]


def test_nothing_asks_twice_whether_the_person_is_sure(site: str, chromium: Browser) -> None:
    key = a_subject().subject_key
    a_grant(key, OFFERS)
    page = visit(chromium, site, key)
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.locator("form[action$='/stop'] button").click()
    page.wait_for_selector(".outcome")
    assert asked == []
    assert queries.history(key).filter(kind="withdrawn").count() == 1


@pytest.mark.parametrize("path", ["/preferences/choices/", "/preferences/why/"])
def test_pages_load_nothing_from_elsewhere(site: str, chromium: Browser, path: str) -> None:
    page = visit(chromium, site, a_subject().subject_key)
    loaded: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site + path)
    assert [url for url in loaded if not url.startswith(site)] == []
    assert complaints == []

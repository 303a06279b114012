"""A person with a past, for the pages to show, and a browser that is already inside."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from consent.act import Kind
from policies import asking, operations
from portal import links
from portal.models import Kind as Door
from pseudonymize import queries as subjects
from tests.builders import a_grant, an_event

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 720}
_HISTORY = "user.behavior.purchase_history"
_ASKED: tuple[dict[str, Any], ...] = (
    {
        "action": {"name": "recommend"},
        "resource": {"type": "purpose", "id": "personalisation.basic"},
        "context": {
            "channel": "web",
            "data": [
                {"category": "user.behavior.browsing_history", "origin": "observed"},
                {"category": _HISTORY, "origin": "observed", "collected_for": "security.fraud"},
            ],
        },
    },
    {
        "action": {"name": "send_message"},
        "resource": {"type": "purpose", "id": "marketing.messages"},
        "context": {"channel": "whatsapp", "data": [{"category": _HISTORY, "origin": "observed"}]},
    },
    {
        "action": {"name": "predict", "properties": {"predicts": "churn"}},
        "resource": {"type": "purpose", "id": "prediction.behaviour"},
        "context": {"data": [{"category": "user.account", "origin": "provided"}]},
    },
    {
        "action": {"name": "show_offer"},
        "resource": {"type": "purpose", "id": "marketing.offers"},
        "context": {"channel": "app", "data": [{"category": _HISTORY, "origin": "observed"}]},
    },
)


def a_past(subject_key: int) -> list[str]:
    """Let the person have decided a few things, and be decided about; return the decisions."""
    now = timezone.now()
    then = now - timedelta(days=40)
    proof = {"evidence": {"double_opt_in_at": then.isoformat()}}
    a_grant(subject_key, "personalisation.basic", at=then, **proof)
    a_grant(subject_key, "marketing.messages", channels=["email", "push"], at=then, **proof)
    a_grant(subject_key, "prediction.behaviour", at=then, **proof)
    an_event(subject_key, Kind.REFUSED, "sharing.partners", at=then + timedelta(hours=1))
    return [decided(subject_key, asked) for asked in _ASKED]


def decided(subject_key: int, asked: dict[str, Any]) -> str:
    """Let a decision about the person be made, and return its id."""
    subject = {"type": "data_subject", "id": subjects.public_id(subject_key)}
    now = timezone.now()
    named = asking.named({"subject": subject} | asked, at=now)
    return str(operations.decide([named], caller="test", at=now)[0]["context"]["id"])


def visit(browser: Browser, site: str, subject_key: int, **options: Any) -> Page:
    """Return a page that came in by a link; `options` are those of a browser context."""
    door = options.pop("door", Door.FULL)
    language = options.pop("language", "es")
    context: BrowserContext = browser.new_context(
        **{"viewport": DESKTOP, "locale": {"pt-br": "pt-BR"}.get(language, language)} | options
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    context.set_default_timeout(10_000)
    page = context.new_page()
    link = links.issue(subject_key, kind=door, actor="system", at=timezone.now())
    page.goto(site + link.path)
    return page

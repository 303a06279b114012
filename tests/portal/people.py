"""Visitors of the pages."""

from django.test import Client
from django.utils import timezone

from consent import queries
from policies import asking, operations
from portal import links
from portal.models import Kind
from pseudonymize.queries import public_id

BROWSER = "Test browser 1.0"


def inside(subject_key: int, *, door: Kind = Kind.FULL, language: str = "en") -> Client:
    """Return a browser that came in by a link, reading in `language`."""
    client = Client(headers={"User-Agent": BROWSER})
    client.cookies["django_language"] = language
    link = links.issue(subject_key, kind=door, actor="system", at=timezone.now())
    client.get(link.path)
    return client


def version(page: str) -> str:
    """Return the version that a page's forms carry."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def permitted(subject_key: int, purpose: str, action: str, channel: str = "app") -> bool:
    """Return what a policy check says now."""
    asked = {
        "subject": {"type": "data_subject", "id": public_id(subject_key)},
        "action": {"name": action},
        "resource": {"type": "purpose", "id": purpose},
        "context": {"channel": channel, "planned_at": "2026-11-24T12:00:00+01:00"},
    }
    now = timezone.now()
    return bool(operations.decide([asking.named(asked, at=now)], caller="t", at=now)[0]["decision"])


def decide(client: Client, purpose: str, decision: str, **more: object) -> str:
    """Answer on the page that a person has in front of them; return the page that follows."""
    page = client.get(f"/preferences/choices/{purpose}/").content.decode()
    sent = {"decision": decision, "seen": version(page), "notice": "1.0", **more}
    reply = client.post(f"/preferences/choices/{purpose}/decide", sent, follow=True)
    return reply.content.decode()


def acts(subject_key: int) -> list[tuple[str, str]]:
    """Return kind and purpose of every act of a person, oldest first."""
    return list(queries.history(subject_key).values_list("kind", "purpose"))

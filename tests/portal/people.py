"""Visitors of the pages."""

from django.test import Client
from django.utils import timezone

from portal import links
from portal.models import Kind

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

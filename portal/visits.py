"""Who is looking at the pages: a short visit, bound to one browser, that can be ended."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from audit import operations as audit
from portal.links import digest
from portal.models import Kind, Visit

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=4)
_STEP = timedelta(minutes=1)  # how often a visit notes that it was seen


@transaction.atomic
def begin(subject_key: int, *, kind: str, browser: str, at: datetime) -> str:
    """Let a browser in and return its cookie; `browser` is what it says of itself."""
    token = secrets.token_urlsafe(32)
    visit = Visit.objects.create(
        digest=digest(token),
        subject_id=subject_key,
        kind=Kind(kind),
        browser=_fingerprint(browser),
        opened_at=at,
        seen_at=at,
    )
    details = {"visit": visit.pk, "kind": kind}
    audit.record(
        "portal.visit_begun", actor="person", at=at, subject_key=subject_key, details=details
    )
    return token


def current(token: str, *, browser: str, at: datetime) -> Visit | None:
    """Return the visit that a cookie stands for; None when it is over or of another browser."""
    visit = Visit.objects.filter(digest=digest(token), ended_at=None).first()
    if visit is None or bytes(visit.browser) != _fingerprint(browser):
        return None
    if at - visit.seen_at > IDLE or at - visit.opened_at > LONGEST:
        return None
    if at - visit.seen_at > _STEP:
        Visit.objects.filter(pk=visit.pk).update(seen_at=at)
    return visit


def end(token: str, *, at: datetime) -> None:
    """End a visit; its cookie is worth nothing afterwards."""
    Visit.objects.filter(digest=digest(token), ended_at=None).update(ended_at=at)


def end_all(subject_key: int, *, at: datetime) -> int:
    """End every visit of a subject, wherever it is; returns how many there were."""
    return Visit.objects.filter(subject_id=subject_key, ended_at=None).update(ended_at=at)


def drop_old(*, at: datetime) -> int:
    """Delete the visits that can no longer be current; returns how many."""
    dropped, _ = Visit.objects.filter(opened_at__lte=at - LONGEST).delete()
    return dropped


def _fingerprint(browser: str) -> bytes:
    return salted_hmac("portal.visits", browser, algorithm="sha256").digest()

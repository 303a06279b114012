"""Every way of one person into the pages, closed at once: erasure ends with it."""

from datetime import datetime

from django.db import transaction

from audit import operations as audit
from portal import codes, links, visits


@transaction.atomic
def close_all(subject_key: int, *, at: datetime) -> int:
    """
    End every visit, link and code of a subject, stop link included; returns how many there were.

    Twice is harmless, and it works for whoever is blocked or erased already.
    """
    ended = visits.end_all(subject_key, at=at)
    ended += links.revoke_all(subject_key)
    ended += codes.forget(subject_key)
    if ended:
        audit.record("portal.doors_closed", actor="system", at=at, subject_key=subject_key)
    return ended

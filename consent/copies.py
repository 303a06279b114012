"""What is kept of a person in this app, for their own copy of it (GDPR art. 15.3). Reads only."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from consent import answers, compact, ledger, queries
from consent.models import Circumstance, ConsentEvent, FrequencySpend

_SALT = 16


def acts(subject_key: int, *, until: datetime) -> Iterator[tuple[ConsentEvent, dict[str, Any]]]:
    """
    Yield the acts recorded by `until` with what is told of each, oldest first.

    :raises SubjectErased, SubjectBlocked: when evidence can no longer be opened.
    """
    rows = queries.history(subject_key).filter(recorded_at__lte=until)
    for event in rows.select_related("receipt").iterator(chunk_size=500):
        told = answers.past_act(event)
        told["details"] = event.details or None
        told["evidence"] = _evidence(event)
        yield event, told


def _evidence(event: ConsentEvent) -> Any:
    if event.evidence_digest is None:
        return None
    plaintext = ledger.evidence_of(event)
    return None if plaintext is None else json.loads(plaintext[_SALT:])


def receipts(subject_key: int, *, until: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield number and signed document of each receipt, oldest first."""
    rows = queries.history(subject_key).filter(recorded_at__lte=until, receipt__isnull=False)
    for event in rows.select_related("receipt").iterator(chunk_size=500):
        yield str(event.receipt.pk), json.loads(answers.receipt(event))


def standing(subject_key: int) -> dict[str, Any]:
    """Return what the person allows now, and what holds for them as a whole."""
    permission = queries.permission(subject_key)
    told = answers.state(permission, [])
    told["contact_hours"] = compact.hours_to_json(permission.person.contact_hours)
    return told


def circumstances(subject_key: int, *, until: datetime) -> Iterator[Circumstance]:
    """Yield every circumstance that was told by `until`, ended or not, oldest first."""
    rows = Circumstance.objects.filter(subject_id=subject_key, told_at__lte=until)
    yield from rows.order_by("pk").iterator(chunk_size=500)


def contact_uses(subject_key: int, *, until: datetime) -> Iterator[FrequencySpend]:
    """
    Yield each use of the person's attention that a decision had spent, oldest first.

    What is planned for after `until` belongs to it: it was spent when it was decided.
    """
    rows = FrequencySpend.objects.filter(subject_id=subject_key)
    yield from rows.order_by("pk").iterator(chunk_size=500)

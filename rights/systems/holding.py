"""Hold an errand while it changes: the subject first, then the request, then the errand."""

from typing import Any

from audit import operations as audit
from pseudonymize import operations as subjects
from rights.casework import events
from rights.casework.events import Acting
from rights.casework.holding import held_right
from rights.models import Errand, RequestedRight


def lock(subject_key: int, right: RequestedRight | None) -> None:
    """Make everybody else who would change the person, or the right's request, wait."""
    subjects.lock(subject_key)
    if right is not None:
        held_right(right.pk)


def held(errand_id: int) -> Errand:
    """Return an errand that nobody else changes until the transaction ends."""
    known = Errand.objects.select_related("right").get(pk=errand_id)
    lock(known.subject_key, known.right)
    row = Errand.objects.select_for_update(no_key=True).get(pk=errand_id)
    if known.right is not None:
        row.right = RequestedRight.objects.select_related("request").get(pk=known.right.pk)
    return row


def note(errand: Errand, kind: str, by: Acting, *, details: dict[str, Any] | None = None) -> None:
    """Record what happened to an errand: with its request where it has one, else in the trail."""
    told = {"errand": errand.public_id, "work": errand.work} | (details or {})
    if errand.right is not None:
        events.note(errand.right.request, kind, by, right=errand.right, details=told)
        return
    audit.record(
        f"rights.{kind}",
        actor=by.actor,
        at=by.at,
        subject_key=errand.subject_key,
        details=told | {"cause": errand.cause},
    )

"""A right ends; with the last one the request is closed, and what need not stay is destroyed."""

from datetime import datetime, timedelta

from django.db import transaction

from pseudonymize import envelopes, holds
from rights import execution
from rights.access import destruction
from rights.casework import clocks
from rights.casework.events import Acting, day_of, note
from rights.lifecycle import CLOSED, State
from rights.models import (
    Attachment,
    Change,
    DecisionReview,
    Door,
    Erasure,
    IdentityCode,
    Letter,
    Message,
    RequestedRight,
    RightsRequest,
)
from rights.systems import keeping

# The controller proves for years that it answered (LOPDGDD arts. 12.4 and 72: three). What was
# written is kept that long for a proved person who is not erased; the record of acts stays.
KEPT = timedelta(days=3 * 365)
_LEFT = {State.WITHDRAWN, State.ABANDONED}


def close(right: RequestedRight, by: Acting, *, why: str) -> None:
    """End every clock of a right that has reached a closed state, and perhaps its request."""
    clocks.end_all(right, on=day_of(right.request, by), why=why)
    clocks.settle(right)
    execution.ended(right, Acting(by.actor, by.at))
    states = set(right.request.rights.values_list("state", flat=True))
    if states <= CLOSED:
        _close_request(right.request, {State(state) for state in states}, by)


def _close_request(request: RightsRequest, states: set[State], by: Acting) -> None:
    request.closed_at = by.at
    request.save(update_fields=["closed_at"])
    note(request, "closed", by)
    if states <= _LEFT and not request.identity:
        forget(request, by)


@transaction.atomic
def forget(request: RightsRequest, by: Acting) -> bool:
    """
    Destroy what was written in a request; returns whether there was anything. Twice is harmless.

    The record of acts and dates stays, and it names nobody.
    """
    if not envelopes.destroy(request.envelope):
        return False
    destruction.destroy_of(request, Acting(by.actor, by.at), why="forgotten")
    keeping.forget_of(request)
    Change.objects.filter(right__request=request).update(told=None)
    DecisionReview.objects.filter(right__request=request).update(words=None)
    note(request, "destroyed", Acting(by.actor, by.at))
    request.envelope = request.typed = request.address = None
    request.save(update_fields=["envelope", "typed", "address"])
    Message.objects.filter(request=request).delete()
    Attachment.objects.filter(request=request, destroyed_at=None).update(
        content=None, name=None, destroyed_at=by.at
    )
    Letter.objects.filter(request=request).update(text=b"", pdf=b"", due_at=None)
    Door.objects.filter(request=request).delete()
    IdentityCode.objects.filter(request=request).delete()
    return True


def forget_old(*, at: datetime) -> int:
    """
    Destroy what was written in requests closed long ago; returns in how many.

    Left alone are people under a legal hold, and those whose erasure is still to be told.
    """
    old = RightsRequest.objects.filter(closed_at__lte=at - KEPT, envelope__isnull=False)
    running = Erasure.objects.filter(ended_at=None).values("subject_key")
    over = old.exclude(subject_key__isnull=False, subject_key__in=running)
    return sum(
        forget(request, Acting("system", at))
        for request in over
        if request.subject_key is None or holds.standing(request.subject_key, on=at.date()) is None
    )

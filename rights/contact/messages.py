"""Words both ways, beside the letters."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rights.casework.events import Acting, note
from rights.casework.sealed import seal_text, text_of
from rights.models import Message, RightsRequest

LONGEST = 4000
_LABEL = "message"


@dataclass(frozen=True, slots=True)
class Said:
    """A message with its words opened."""

    from_person: bool
    words: str
    at: datetime
    by: str
    read: bool


@transaction.atomic
def write(request: RightsRequest, *, from_person: bool, by: Acting) -> Message | None:
    """Keep a message, whose words are `by.words`; None for an empty one."""
    words = by.words.strip()[:LONGEST]
    if not words:
        return None
    row = Message.objects.create(
        request=request,
        from_person=from_person,
        text=seal_text(request, words, label=_LABEL),
        written_by=by.actor,
        written_at=by.at,
    )
    details = {"message": row.pk, "from_person": from_person}
    note(request, "message", Acting(by.actor, by.at), details=details)
    return row


def said(request: RightsRequest) -> list[Said]:
    """Return the messages of a request, oldest first, with their words."""
    return [
        Said(
            from_person=row.from_person,
            words=text_of(request, row.text, label=_LABEL),
            at=row.written_at,
            by=row.written_by,
            read=row.read_at is not None,
        )
        for row in request.messages.order_by("pk")
    ]


def mark_read(request: RightsRequest, *, from_person: bool, at: datetime) -> int:
    """Note that the other side has read what one side wrote; returns how many were new."""
    return request.messages.filter(from_person=from_person, read_at=None).update(read_at=at)

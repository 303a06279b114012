"""Everything that happens to a request is an event, and an entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from audit import operations as audit
from jurisdictions.zones import time_zones
from rights.casework.sealed import seal_text
from rights.lifecycle import State, moved
from rights.models import RequestedRight, RequestEvent, RightsRequest

NOTE = "note"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when (aware), and in which words: words are sealed, codes are not."""

    actor: str  # key:<kid>, user:<id>, person or system
    at: datetime
    words: str = ""


def legal_day(at: datetime, country: str) -> date:
    """Return the day of `at` where the controller of `country` sits: its first time zone."""
    zones = time_zones(country, None)
    return at.astimezone(ZoneInfo(zones[0] if zones else "UTC")).date()


def day_of(request: RightsRequest, by: Acting) -> date:
    """Return the legal day on which somebody acts on a request."""
    return legal_day(by.at, request.country)


def note(
    request: RightsRequest,
    kind: str,
    by: Acting,
    *,
    right: RequestedRight | None = None,
    **fields: Any,
) -> RequestEvent:
    """Record that something happened; `fields` are state, reason (a code) and details."""
    event = event_of(request, kind, by, right=right, **fields)
    event.save(force_insert=True)
    _audit([event], request, by)
    return event


def note_all(request: RightsRequest, events: Sequence[RequestEvent], by: Acting) -> None:
    """Record events made by `drafted`, in this order."""
    RequestEvent.objects.bulk_create(events)
    _audit(events, request, by)


def drafted(right: RequestedRight, kind: str, by: Acting, **fields: Any) -> RequestEvent:
    """Return an event about a right, not yet recorded."""
    return event_of(right.request, kind, by, right=right, **fields)


def move(
    right: RequestedRight, wanted: State, kind: str, by: Acting, **fields: Any
) -> RequestedRight:
    """
    Move a right to another state and record it; the caller saves the right's other members.

    :raises IllegalMove: when our procedure has no such step.
    """
    right.state = moved(State(right.state), wanted)
    note(right.request, kind, by, right=right, state=right.state, **fields)
    return right


def event_of(request: RightsRequest, kind: str, by: Acting, **fields: Any) -> RequestEvent:
    """Return an event of a request, not yet recorded."""
    words = seal_text(request, by.words, label=NOTE) if request.envelope else None
    return RequestEvent(request=request, kind=kind, actor=by.actor, at=by.at, note=words, **fields)


def _audit(events: Sequence[RequestEvent], request: RightsRequest, by: Acting) -> None:
    audit.record_all(
        audit.Entry(
            action=f"rights.{event.kind}",
            actor=by.actor,
            at=by.at,
            subject_key=request.subject_key,
            details={
                "request": request.pk,
                "right": event.right.right if event.right else None,
                "state": event.state,
            },
        )
        for event in events
    )

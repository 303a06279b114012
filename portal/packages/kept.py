"""What the pages themselves keep of a person, for their own copy: visits, and what they told."""

from collections.abc import Iterator

from portal import feelings
from portal.models import Visit
from rights.access.asking import Asked, register
from rights.access.tables import Row


def visits(asked: Asked) -> Iterator[Row]:
    """When the person was in the preference center; the browser is known by a digest only."""
    rows = Visit.objects.filter(subject_id=asked.subject_key, opened_at__lte=asked.until)
    for visit in rows.order_by("pk"):
        yield {"opened_at": visit.opened_at, "seen_at": visit.seen_at}


def conversations(asked: Asked) -> Iterator[Row]:
    """What the person said, what was answered, and what was changed for it."""
    for said in reversed(feelings.conversations(asked.subject_key)):
        case = said.case
        if case.opened_at <= asked.until:
            yield {
                "opened_at": case.opened_at,
                "about": case.about,
                "decision": f"dec_{case.decision}" if case.decision else None,
                "purpose": case.purpose or None,
                "words": said.words or None,
                "answer": said.answer or None,
                "answered_at": case.answered_at,
                "change": said.change or None,
            }


def give() -> None:
    """Let packages have these tables."""
    register("visits", visits)
    register("conversations", conversations)

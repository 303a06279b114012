"""What is kept of a person in this app, for their own copy of it (GDPR art. 15.3). Reads only."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from policies.codes import Effect
from policies.models import DecisionRecord, Outcome, Review

_CHUNK = 500


def decisions(
    subject_key: int, *, until: datetime
) -> Iterator[tuple[DecisionRecord, Outcome | None]]:
    """Yield the decisions about a person made by `until`, oldest first, with what was done."""
    rows = DecisionRecord.objects.filter(subject_key=subject_key, at__lte=until)
    waiting: list[DecisionRecord] = []
    for row in _oldest_first(rows):
        waiting.append(row)
        if len(waiting) == _CHUNK:
            yield from _with_outcomes(waiting)
            waiting = []
    yield from _with_outcomes(waiting)


def _oldest_first(rows: QuerySet[DecisionRecord]) -> Iterator[DecisionRecord]:
    return rows.order_by("at", "id").iterator(chunk_size=_CHUNK)


def _with_outcomes(
    rows: Sequence[DecisionRecord],
) -> Iterator[tuple[DecisionRecord, Outcome | None]]:
    found = Outcome.objects.in_bulk([row.id for row in rows])
    for row in rows:
        yield row, found.get(row.id)


def shared(subject_key: int) -> dict[str, datetime]:
    """
    Return to which recipients a person's data went, and when last, by key of the register.

    A permit to share counts unless its caller said that nothing was executed.
    """
    found: dict[str, datetime] = {}
    permits = DecisionRecord.objects.filter(subject_key=subject_key, effect=Effect.PERMIT)
    named = [row for row in _oldest_first(permits) if row.question.get("recipient")]
    for record, outcome in _with_outcomes(named):
        if outcome is None or outcome.outcome == "executed":
            found[record.question["recipient"]["id"]] = record.at
    return found


def weighty(subject_key: int, *, most: int) -> list[DecisionRecord]:
    """
    Return the newest decisions by machine that change something for a person, newest first.

    Where none does, the newest by machine.
    """
    rows = DecisionRecord.objects.filter(subject_key=subject_key).order_by("-at", "-id")
    automated: list[DecisionRecord] = []
    found: list[DecisionRecord] = []
    for row in rows.iterator(chunk_size=_CHUNK):
        properties = row.question.get("properties", {})
        if properties.get("automated"):
            (found if properties.get("significant_effect") else automated).append(row)
        if len(found) == most:
            break
    return found or automated[:most]


def reviews(subject_key: int, *, until: datetime) -> Iterator[Review]:
    """Yield the reviews by people that were opened by `until`, oldest first."""
    rows = Review.objects.filter(subject_key=subject_key, opened_at__lte=until)
    yield from rows.order_by("opened_at").iterator(chunk_size=_CHUNK)

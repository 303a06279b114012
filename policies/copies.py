"""What is kept of a person in this app, for their own copy of it (GDPR art. 15.3). Reads only."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from policies.models import DecisionRecord, Outcome, Review

_CHUNK = 500


def decisions(
    subject_key: int, *, until: datetime
) -> Iterator[tuple[DecisionRecord, Outcome | None]]:
    """Yield the decisions about a person made by `until`, oldest first, with what was done."""
    rows = DecisionRecord.objects.filter(subject_key=subject_key, at__lte=until).order_by(
        "at", "id"
    )
    waiting: list[DecisionRecord] = []
    for row in rows.order_by("at", "id").iterator(chunk_size=_CHUNK):
        waiting.append(row)
        if len(waiting) == _CHUNK:
            yield from _with_outcomes(waiting)
            waiting = []
    yield from _with_outcomes(waiting)


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
    rows = DecisionRecord.objects.filter(
        subject_key=subject_key, question__recipient__isnull=False, answer__effect="permit"
    )
    for record, outcome in _with_outcomes(list(rows.order_by("at"))):
        if outcome is None or outcome.outcome == "executed":
            found[record.question["recipient"]["id"]] = record.at
    return found


def weighty(subject_key: int, *, most: int) -> list[DecisionRecord]:
    """Return the newest decisions by machine that change something for a person, newest first."""
    rows = DecisionRecord.objects.filter(
        subject_key=subject_key, question__properties__automated=True
    ).order_by("-at")
    found = rows.filter(question__properties__significant_effect=True)[:most]
    return list(found) or list(rows[:most])


def reviews(subject_key: int, *, until: datetime) -> Iterator[Review]:
    """Yield the reviews by people that were opened by `until`, oldest first."""
    rows = Review.objects.filter(subject_key=subject_key, opened_at__lte=until)
    yield from rows.order_by("opened_at").iterator(chunk_size=_CHUNK)

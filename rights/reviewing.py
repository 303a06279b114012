"""A person looks again at what a machine decided, and says what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from policies import copies
from policies import queries as policies
from rights.access import phrases
from rights.casework.answers import ReasonMissing
from rights.casework.events import Acting, note
from rights.casework.holding import held_right
from rights.casework.sealed import seal_text, text_of, typed
from rights.lifecycle import UNANSWERED, State
from rights.models import DecisionReview, RequestedRight, RightsRequest

CONFIRMED, CHANGED = "confirmed", "changed"
OUTCOMES = (CONFIRMED, CHANGED)
_MOST = 5  # decisions of one request, where the person names none
_LABEL = "review"
_PREFIX = "dec_"


class ReviewClosed(Exception):
    """A decision is reviewed once, and before the right is answered."""

    code = "decision_review_closed"

    def __init__(self) -> None:
        super().__init__("This was reviewed or answered already. Reload the page.")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A decision under review with its record, for who looks at it; `record` None: dropped."""

    row: DecisionReview
    record: Any
    sentence: str
    words: str


def open_for(right: RequestedRight, by: Acting) -> list[DecisionReview]:
    """
    Open a review of the decisions that the person names, else of the newest that matter.

    Source: GDPR art. 22.3; LGPD art. 20; Ley 21.719 art. 8 bis; LFPDPPP art. 26 II.
    """
    key = right.request.subject_key
    if key is None:
        return []
    chosen = _named(right, key) or [row.id for row in copies.weighty(key, most=_MOST)]
    known = set(right.reviews.values_list("decision", flat=True))
    rows = [
        DecisionReview(right=right, decision=number, opened_at=by.at)
        for number in chosen
        if number not in known
    ]
    DecisionReview.objects.bulk_create(rows)
    if rows:
        details = {"decisions": [f"{_PREFIX}{row.decision}" for row in rows]}
        note(right.request, "decision_review.opened", by, right=right, details=details)
    return rows


def _named(right: RequestedRight, key: int) -> list[UUID]:
    words = typed(right.request)
    found = []
    for word in words.words.replace(",", " ").split() if words else ():
        number = _number(word.strip(".;:()"))
        record = policies.decision(number) if number else None
        if record is not None and record.subject_key == key:
            found.append(record.id)
    return list(dict.fromkeys(found))


def _number(word: str) -> UUID | None:
    if not word.startswith(_PREFIX):
        return None
    try:
        return UUID(word.removeprefix(_PREFIX))
    except ValueError:
        return None


def reviewed(right: RequestedRight) -> list[Reviewed]:
    """Return the decisions under review, each with its record, in the order they were opened."""
    return [_reviewed(row, right) for row in right.reviews.order_by("pk")]


def _reviewed(row: DecisionReview, right: RequestedRight) -> Reviewed:
    request = right.request
    record = policies.decision(row.decision)
    sentence = phrases.sentence(record.answer, request.locale) if record else ""
    return Reviewed(row, record, sentence, text_of(request, row.words, label=_LABEL))


@transaction.atomic
def decide(review_id: int, outcome: str, by: Acting) -> DecisionReview:
    """
    Record what a person found: the decision stands, or is changed; `by.words` tell the person why.

    :raises ReviewClosed: reviewed or answered already.
    :raises ReasonMissing: without words, or with another outcome.
    """
    number = DecisionReview.objects.filter(pk=review_id).values_list("right_id", flat=True).first()
    if number is None:
        raise ReviewClosed
    right = held_right(number)
    if outcome not in OUTCOMES or not by.words.strip():
        raise ReasonMissing
    rows = DecisionReview.objects.filter(pk=review_id, outcome="")
    if State(right.state) not in UNANSWERED or not rows.exists():
        raise ReviewClosed
    rows.update(
        outcome=outcome,
        words=seal_text(right.request, by.words, label=_LABEL),
        decided_by=by.actor,
        decided_at=by.at,
    )
    row = DecisionReview.objects.get(pk=review_id)
    details = {"decision": f"{_PREFIX}{row.decision}"}
    acting = Acting(by.actor, by.at)
    note(right.request, "decision_review.decided", acting, right=right, details=details)
    return row


def of(request: RightsRequest) -> list[DecisionReview]:
    """Return the decisions that a request asked a person to look at."""
    return list(DecisionReview.objects.filter(right__request=request).order_by("pk"))


def waiting(right: RequestedRight) -> Sequence[DecisionReview]:
    """Return the decisions that nobody has looked at yet."""
    return list(right.reviews.filter(outcome="").order_by("pk"))

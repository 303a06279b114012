"""Human review: a person decides about a person, once, for one request."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import operations as audit
from consent.state import is_within
from jurisdictions.load import laws
from policies import binary
from policies.decision import Decision
from policies.engine import request_hash
from policies.facts import Facts
from policies.models import Review
from policies.policy import Policy
from policies.question import Question

_WAITING = """
SELECT DISTINCT ON (request_hash) request_hash, public_id, status FROM policies_review
WHERE request_hash = ANY ($1::text[]) AND status = 'open' AND expires_at > $2 AND used_at IS NULL
ORDER BY request_hash, id
"""


class ReviewUnknown(Exception):
    """There is no such review."""

    code = "review_unknown"

    def __init__(self) -> None:
        super().__init__("No such review. Use the id of an answer's `context.review`.")


class ReviewClosed(Exception):
    """A review is decided once, while it is open."""

    code = "review_closed"

    def __init__(self, status: str) -> None:
        super().__init__(f"This review is {status}. Ask the policy check again for a new one.")


class SecondPersonNeeded(Exception):
    """Sensitive data need four eyes."""

    code = "second_person_needed"

    def __init__(self) -> None:
        super().__init__(
            "Recorded. Sensitive data need the approval of a second person, at the desk or by a "
            "key of their own."
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What a caller is told of a review."""

    id: str
    status: str


def open_for(
    question: Question, decision: Decision, facts: Facts, policy: Policy, decision_id: UUID
) -> Opened | None:
    """
    Return the open review of this very request, or open one; None when the person is unknown.

    The task tells the reviewer what is asked and why a human must decide; the person's click
    trail is not part of it.
    """
    if facts.person is None:
        return None
    bound = request_hash(question, facts)
    waiting = Review.objects.filter(
        request_hash=bound, status="open", expires_at__gt=facts.at, used_at=None
    ).first()
    review = waiting or Review.objects.create(
        public_id=f"rev_{secrets.token_hex(13)}",
        request_hash=bound,
        decision=decision_id,
        subject_key=facts.person.subject_key,
        purpose=question.purpose,
        action=question.action,
        task=task_of(question, decision),
        sensitive=_is_sensitive(decision, policy.purposes[question.purpose].data_categories),
        opened_at=facts.at,
        expires_at=facts.at + timedelta(hours=policy.bundle.review.open_hours),
    )
    return Opened(review.public_id, review.status)


def waiting_for(asked: Sequence[tuple[Question, Facts]]) -> list[Opened | None]:
    """
    Return the open review of each request, in order, as `open_for` would; None: none is open.

    Opens none. One statement reads them all. The requests are of one moment.
    """
    if not asked:
        return []
    bound = [request_hash(question, facts).encode() for question, facts in asked]
    at = binary.moment(asked[0][1].at)
    rows = binary.run(_WAITING, [binary.array("text", bound), at])
    found = {digest: Opened(_text(id), _text(status)) for digest, id, status in rows}
    return [found.get(digest) for digest in bound]


def _text(form: bytes | None) -> str:
    return (form or b"").decode()


def task_of(question: Question, decision: Decision) -> dict[str, Any]:
    """Return what a reviewer sees: the request, the reasons, and the milder ways there are."""
    return {
        "channel": question.channel,
        "planned_at": question.planned_at.isoformat(),
        "data": [
            {"category": item.category, "origin": item.origin, "collected_for": item.collected_for}
            for item in question.data
        ],
        "recipient": question.recipient.id if question.recipient else None,
        "predicts": question.properties.predicts,
        "reasons": [finding.code for finding in decision.findings],
        "laws": list(decision.laws),
        "alternatives": ["reject", "let_a_person_act", "ask_the_subject", "use_less_data"],
    }


def decide_review(
    public_id: str, *, approve: bool, reason: str, person: str, at: datetime, hours: int
) -> Review:
    """
    Record a named person's decision. An approval of sensitive data counts from the second one.

    :raises ReviewUnknown: no such review.
    :raises ReviewClosed: already decided, or expired.
    :raises SecondPersonNeeded: recorded, and still open for a second person.
    """
    with transaction.atomic():
        review = _open_one(public_id, at)
        second_missing = approve and review.sensitive and not _is_another(review.decided_by, person)
        if second_missing:
            review.decided_by, review.reason = person, reason
        else:
            _close(review, approve=approve, reason=reason, person=person, at=at, hours=hours)
        review.save()
        audit.record(
            "review.seconded" if second_missing else f"review.{review.status}",
            actor=person,
            at=at,
            subject_key=review.subject_key,
            details={"review": review.public_id, "decision": str(review.decision)},
        )
    if second_missing:
        raise SecondPersonNeeded
    return review


def consume(public_id: str, *, decision_id: UUID, at: datetime) -> bool:
    """Use up an approval, in the check's own transaction; False when another was faster."""
    used = Review.objects.filter(public_id=public_id, used_at=None).update(used_at=at)
    if used:
        details = {"review": public_id, "decision": str(decision_id)}
        audit.record("review.used", actor="system", at=at, details=details)
    return bool(used)


def end_for(subject_key: int, *, at: datetime) -> int:
    """End what waits for a person about a subject who is blocked or gone; returns how many."""
    rows = Review.objects.filter(subject_key=subject_key, used_at=None)
    open_ones = rows.filter(status__in=["open", "approved"])
    return open_ones.update(status="ended", decided_at=at, decided_by="system", task={})


def waiting(*, at: datetime) -> list[Review]:
    """Return the open reviews that have not expired, oldest first."""
    return list(Review.objects.filter(status="open", expires_at__gt=at).order_by("opened_at"))


def override_rate(*, since: datetime) -> dict[str, int]:
    """Return how many reviews people approved and rejected since `since` (inclusive)."""
    decided = Review.objects.filter(decided_at__gte=since)
    return {status: decided.filter(status=status).count() for status in ("approved", "rejected")}


def _is_another(first: str, second: str) -> bool:
    """
    Return whether two persons signed, each by a door of their own.

    One person stays one, at the desk (user:<name>) and by any key (key:<kid>/<person>); and one
    key does not vouch for two.
    """
    (door, person), (other_door, other) = _signed(first), _signed(second)
    return bool(first) and person != other and door != other_door


def _signed(signature: str) -> tuple[str, str]:
    """Return by which door a signature came, and whose it is."""
    door, slash, person = signature.partition("/")
    if not slash:
        person = door.removeprefix("user:")
    return door, person.strip().casefold()


def _is_sensitive(decision: Decision, categories: Sequence[str]) -> bool:
    """Sensitive under a law of the person: in the data that may be used, else in the purpose."""
    sensitive = {key for code in decision.laws for key in laws()[code].sensitive}
    return any(is_within(category, sensitive) for category in decision.permitted or categories)


def _open_one(public_id: str, at: datetime) -> Review:
    review = Review.objects.select_for_update().filter(public_id=public_id).first()
    if review is None:
        raise ReviewUnknown
    if review.status != "open":
        raise ReviewClosed(review.status)
    if review.expires_at <= at:
        raise ReviewClosed("expired")
    return review


def _close(
    review: Review, *, approve: bool, reason: str, person: str, at: datetime, hours: int
) -> None:
    review.status = "approved" if approve else "rejected"
    if review.decided_by and approve:
        review.seconded_by = person
    else:
        review.decided_by = person
    review.reason, review.decided_at = reason, at
    if approve:
        review.expires_at = at + timedelta(hours=hours)

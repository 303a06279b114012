"""Decides the questions of the past with the real engine, and tells what became of some."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from config.demo.memory import Known, Registers, facts_at
from config.demo.questions import Posed
from policies import operations, past, queries, reviews
from policies.facts import ReviewFacts
from policies.identifiers import uuid7_at
from policies.operations import Judged
from policies.policy import Policy

_UNDECIDED_FOR = timedelta(days=5)  # what is younger is left for whoever opens the desk
_REVIEWERS = ("user:dpo", "user:deputy")
_FACTORS = ("compras de los últimos meses", "productos que miraste", "tu propia elección")
_SENTENCE = "Te lo mostramos porque nos diste tu permiso y encaja con tus compras."
_EXECUTED, _NOT_EXECUTED = "executed", "not_executed"


@dataclass(frozen=True, slots=True)
class Company:
    """What is known when the past is decided. `end` is where it ends."""

    known: Mapping[int, Known]
    registers: Registers
    callers: Mapping[str, str]  # by name, the public half of the key
    policy: Policy
    end: datetime
    rng: Random = field(default_factory=lambda: Random("alameda outcomes"))  # noqa: S311


def make(posed: Sequence[Posed], company: Company) -> int:
    """
    Decide `posed`, oldest first, each on the facts of its moment; returns how many were decided.

    Callers tell the outcome of some. Officers decide most of the reviews that are not from the
    last days, and what they approve is asked again.
    """
    outcomes: list[tuple[UUID, str, datetime]] = []
    waiting: list[tuple[Posed, Judged]] = []
    for one, judged in _decided([(each, None) for each in posed], company):
        outcome = _outcome(judged, company)
        if outcome:
            outcomes.append((one.id, outcome, one.at + timedelta(minutes=4)))
        if judged.spends and one.question.channel and outcome != _NOT_EXECUTED:
            company.known[one.person.number].spent.append((one.question.channel, one.at))
        if judged.review:
            waiting.append((one, judged))
    approved = list(_reviewed(waiting, company))
    again = sum(1 for _ in _decided(approved, company))
    _tell(outcomes, company)
    return len(posed) + again


def _decided(
    posed: Iterable[tuple[Posed, ReviewFacts | None]], company: Company
) -> Iterator[tuple[Posed, Judged]]:
    asked = {one.id: (one, review) for one, review in posed}
    questions = (
        past.Asked(
            one.id,
            one.question,
            facts_at(
                company.known[one.person.number],
                one.question,
                company.registers,
                caller=company.callers[one.caller],
                review=review,
            ),
        )
        for one, review in asked.values()
    )
    for judged in past.decide_past(questions, company.policy):
        yield asked[judged.id][0], judged


def _outcome(judged: Judged, company: Company) -> str | None:
    """Return what the caller told of a decision; mostly of those that reserved attention."""
    drawn = company.rng.random()
    if not judged.permitted or drawn > (0.5 if judged.spends else 0.02):
        return None
    return _NOT_EXECUTED if drawn < 0.05 and judged.spends else _EXECUTED


def _tell(outcomes: Sequence[tuple[UUID, str, datetime]], company: Company) -> None:
    for id, outcome, at in outcomes:
        record = queries.decision(id)
        if record is None or at >= company.end:
            continue
        executed = outcome == _EXECUTED
        operations.record_outcome(
            record,
            outcome,
            factors=company.rng.sample(_FACTORS, 2) if executed else (),
            sentence=_SENTENCE if executed else "",
            caller=record.caller,
            at=at,
        )


def _reviewed(
    waiting: Sequence[tuple[Posed, Judged]], company: Company
) -> Iterator[tuple[Posed, ReviewFacts]]:
    """Decide old reviews; yield the questions whose use was approved, as they are asked again."""
    seen = set()
    for one, judged in waiting:
        if judged.review is None or judged.review.id in seen:
            continue
        seen.add(judged.review.id)
        fresh = one.at > company.end - _UNDECIDED_FOR
        if fresh or company.rng.random() < 0.25:
            continue
        at = one.at + timedelta(hours=company.rng.randint(2, 70))
        if approval := _approval(judged.review.id, at, company):
            yield _again(one, approval.id, at, company), approval


def _approval(public_id: str, at: datetime, company: Company) -> ReviewFacts | None:
    """Let officers decide; what is sensitive takes two of them."""
    approve = company.rng.random() < 0.65
    reason = "Encaja con lo que la persona espera." if approve else "Basta con una oferta general."
    hours = company.policy.bundle.review.approval_hours
    for person in _REVIEWERS:
        with suppress(reviews.SecondPersonNeeded):
            row = reviews.decide_review(
                public_id, approve=approve, reason=reason, person=person, at=at, hours=hours
            )
            facts = ReviewFacts(row.public_id, row.status, row.request_hash, row.expires_at)
            return facts if approve else None
    return None


def _again(one: Posed, review: str, decided_at: datetime, company: Company) -> Posed:
    """Return the same question some hours after its review was decided."""
    at = decided_at + timedelta(minutes=company.rng.randint(5, 600))
    id = uuid7_at(int(at.timestamp() * 1000), company.rng.getrandbits(74))
    return replace(one, id=id, question=replace(one.question, planned_at=at, review=review))

"""Decides, and stores each decision before its answer leaves."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import DatabaseError, connection, transaction

from audit import operations as audit
from consent.circumstances import give_back, spend
from policies import precedents, queries, reading, records, reviews, telling
from policies.batches import Semantic
from policies.codes import Effect
from policies.judging import Judged as Judged
from policies.judging import judge, judged_in_order
from policies.models import DecisionRecord, Outcome
from policies.policy import Policy
from policies.question import Question
from policies.reading import Named, Reading
from policies.telling import Told
from pseudonymize.operations import lock

_AI_PURPOSE = "content.generated"
EACH = Semantic()

Admit = Callable[[bytes | None], None]
"""Is shown the stored key of the caller, as `reading.Reading.key`; raises to refuse it."""


class NotRecorded(Exception):
    """What cannot be stored is not answered."""

    code = "not_recorded"
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("The decision could not be stored, so it is not given. Try again.")


class OutcomeKnown(Exception):
    """An outcome is told once."""

    code = "outcome_known"

    def __init__(self) -> None:
        super().__init__("The outcome of this decision is on record and cannot be changed.")


def decide(
    named: Sequence[Named],
    *,
    caller: str,
    at: datetime,
    semantic: Semantic = EACH,
    admit: Admit | None = None,
) -> list[dict[str, Any]]:
    """Answer questions as `told` does; returns the answers as plain values."""
    made = told(named, caller=caller, at=at, semantic=semantic, admit=admit)
    return [msgspec.json.decode(one.answer) for one in made]


def told(
    named: Sequence[Named],
    *,
    caller: str,
    at: datetime,
    semantic: Semantic = EACH,
    admit: Admit | None = None,
) -> list[Told]:
    """
    Answer questions, in order, on one snapshot of the facts, and store every answer first.

    Reads once and writes once for all of them. A reservation or a review also locks the person,
    so that neither is ever spent twice. `at` is aware. With a short-circuit semantic the answers
    end at the item that decides. `admit` is asked before anything is decided, with the key of
    `caller` as the same snapshot has it.

    :raises NoPolicy: when no bundle is in force; nothing is decided then.
    :raises NotRecorded: when the database does not take the decisions; none is given then.
    """
    try:
        return _decide(named, caller=caller, at=at, semantic=semantic, admit=admit)
    except DatabaseError as error:
        raise NotRecorded from error


def _decide(
    named: Sequence[Named], *, caller: str, at: datetime, semantic: Semantic, admit: Admit | None
) -> list[Told]:
    questions = reading.distinct(named)
    binding = any(question.reserve or question.review for question in questions)
    also = _also(questions)
    with transaction.atomic() if binding else nullcontext():
        kid = caller if admit else None
        read = reading.read(named, also=also, caller=caller, at=at, kid=kid)
        if admit:
            admit(read.key)
        if binding:
            for key in sorted({f.person.subject_key for f in read.facts if f.person}):
                lock(key)
            read = reading.read(named, also=also, caller=caller, at=at)
        policy = queries.policy(read.policy, read.catalogue)
        if not binding and semantic == EACH:
            return _each(read, policy)
        judged = judged_in_order(named, read.facts, policy, semantic)
        if not binding and not any(one.decision.effect is Effect.NEEDS_HUMAN for one in judged):
            return store(judged, policy)
        with transaction.atomic():  # with what the decisions bring about, or not at all
            return store([carried_out(one, policy) for one in judged], policy)


def _each(read: Reading, policy: Policy) -> list[Told]:
    """Decide questions that do not bear on each other; only a new review brings something about."""
    by_precedent = precedents.told(read, policy)
    made = [one or _by_engine(read, n, policy) for n, one in enumerate(by_precedent)]
    asking = [one for one in made if isinstance(one, Judged)]
    waiting = reviews.waiting_for([(one.named.question, one.facts) for one in asking])
    with transaction.atomic() if None in waiting else nullcontext():
        asked = iter(
            replace(one, review=found) if found else carried_out(one, policy)
            for one, found in zip(asking, waiting, strict=True)
        )
        return _kept(
            [one if isinstance(one, Told) else telling.told(next(asked), policy) for one in made]
        )


def _by_engine(read: Reading, number: int, policy: Policy) -> Told | Judged:
    """Return what is told; or what a human must still be asked."""
    one = judge(read.asked[number], read.facts_of(number), policy)
    return one if _asks_a_human(one) else telling.told(one, policy)


def _also(questions: Iterable[Question]) -> str:
    """What AI made rests on the ground of a purpose of its own, besides the asked one."""
    ai_generated = any(question.properties.ai_generated for question in questions)
    return _AI_PURPOSE if ai_generated else ""


def record_outcome(
    record: DecisionRecord,
    outcome: str,
    *,
    factors: Sequence[str],
    sentence: str,
    caller: str,
    at: datetime,
) -> Outcome:
    """
    Keep what the caller did with a decision; `not_executed` gives its reservation back.

    :raises OutcomeKnown: told once already.
    """
    with transaction.atomic():
        kept, is_new = Outcome.objects.get_or_create(
            decision=record.id,
            defaults={
                "outcome": outcome,
                "factors": list(factors),
                "sentence": sentence,
                "caller": caller,
                "at": at,
            },
        )
        if not is_new:
            raise OutcomeKnown
        if outcome == "not_executed":
            give_back(record.id, at=at)
        return kept


def forget_subject(subject_key: int, *, kept: Sequence[UUID], actor: str, at: datetime) -> int:
    """
    Drop the decisions about an erased subject, but those `kept` as evidence; returns how many.

    The day's counts stay: they name nobody.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT policies_forget_subject(%s, %s)", [subject_key, list(kept)])
        dropped = int(cursor.fetchone()[0])
        audit.record(
            "decisions.forgotten",
            actor=actor,
            at=at,
            subject_key=subject_key,
            details={"dropped": dropped, "kept": len(kept)},
        )
    return dropped


def carried_out(one: Judged, policy: Policy) -> Judged:
    """Carry out what the decision itself brings about: spend, use up a review, open one."""
    person, asked = one.facts.person, one.named.question
    if person is None:
        return one
    if one.spends and _is_counted(one, policy):
        channel = asked.channel or ""
        spend(
            person.subject_key,
            channel,
            planned_at=asked.planned_at,
            purpose=asked.purpose,
            decision_id=one.id,
        )
    if asked.review and one.permitted and one.rests_on_review:
        reviews.consume(asked.review, decision_id=one.id, at=one.facts.at)
    if _asks_a_human(one):
        opened = reviews.open_for(one.named.question, one.decision, one.facts, policy, one.id)
        return replace(one, review=opened)
    return one


def _asks_a_human(one: Judged) -> bool:
    """Whether a human must decide, and about this item, not another one of its batch."""
    codes = [f.code for f in one.decision.findings if "item" not in f.detail]
    return one.decision.effect is Effect.NEEDS_HUMAN and "human_review_required" in codes


def _is_counted(one: Judged, policy: Policy) -> bool:
    action = policy.bundle.actions[one.named.question.action]
    return action.addresses and policy.purposes[one.named.question.purpose].contact_limits


def store(judged: Sequence[Judged], policy: Policy) -> list[Told]:
    """Store decisions as made at the moment of their facts; returns what is told, in order."""
    return _kept([telling.told(one, policy) for one in judged])


def _kept(told: list[Told]) -> list[Told]:
    records.insert([one.row for one in told], (one.form for one in told))
    return told

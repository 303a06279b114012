"""Facts about a person beside the ledger: circumstances that are told, attention that is spent."""

import uuid
from datetime import datetime

from django.db import transaction

from audit import operations as audit
from consent.intake import ActRefused
from consent.models import Circumstance, FrequencySpend
from pseudonymize import operations as subjects
from pseudonymize.queries import SubjectBlocked, SubjectErased


@transaction.atomic
def set_circumstance(
    subject_key: int,
    kind: str,
    *,
    since: datetime,
    until: datetime | None,
    caller: str,
    at: datetime,
) -> Circumstance:
    """
    Record that something is so from `since` until `until` (exclusive; None: until told otherwise).

    Replaces what was told before of this kind. Telling the same again changes nothing.

    :raises ActRefused: when it would end before it begins.
    :raises SubjectErased, SubjectBlocked: when nothing is kept for this subject any more.
    """
    if until is not None and until <= since:
        raise ActRefused("ends_before_it_begins", "until", "Let until be later than since.")
    _lock_active(subject_key)
    standing = Circumstance.objects.filter(subject_id=subject_key, kind=kind, ended_at=None)
    known = standing.first()
    if known and (known.since, known.until) == (since, until):
        return known
    standing.update(ended_at=at)
    told = Circumstance.objects.create(
        subject_id=subject_key, kind=kind, since=since, until=until, told_by=caller, told_at=at
    )
    _note("circumstance.told", subject_key, kind, caller, at)
    return told


@transaction.atomic
def end_circumstance(subject_key: int, kind: str, *, caller: str, at: datetime) -> bool:
    """
    Take back what was told of this kind; returns whether anything stood.

    :raises SubjectErased, SubjectBlocked: as `set_circumstance`.
    """
    _lock_active(subject_key)
    standing = Circumstance.objects.filter(subject_id=subject_key, kind=kind, ended_at=None)
    ended = bool(standing.update(ended_at=at))
    if ended:
        _note("circumstance.ended", subject_key, kind, caller, at)
    return ended


def spend(
    subject_key: int, channel: str, *, planned_at: datetime, purpose: str, decision_id: uuid.UUID
) -> None:
    """Count one use of a person's attention. The caller has looked, under the subject's lock."""
    FrequencySpend.objects.create(
        subject_id=subject_key,
        channel=channel,
        planned_at=planned_at,
        purpose=purpose,
        decision_id=decision_id,
    )


def give_back(decision_id: uuid.UUID, *, at: datetime) -> int:
    """Give back what a decision spent and did not use; returns how many; twice is harmless."""
    spent = FrequencySpend.objects.filter(decision_id=decision_id, given_back_at=None)
    return spent.update(given_back_at=at)


def _lock_active(subject_key: int) -> None:
    life = subjects.lock(subject_key)
    if life != "active":
        raise SubjectErased if life == "shredded" else SubjectBlocked


def _note(action: str, subject_key: int, kind: str, caller: str, at: datetime) -> None:
    audit.record(action, actor=caller, at=at, subject_key=subject_key, details={"kind": kind})

"""
Records what a person decides. Every call is one transaction, under the subject's lock.

Every kind of act goes through `record_act`; the other functions are the acts that need more.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from msgspec.structs import replace

from consent import confirmations, ledger, queries
from consent.act import Actor, Kind
from consent.circumstances import end_circumstance, give_back, set_circumstance, spend
from consent.intake import ActRefused, NewAct, drafted
from consent.models import (
    Circumstance,
    Confirmation,
    ConsentEvent,
    ConsentEvidence,
    FrequencySpend,
    Receipt,
)
from pseudonymize import operations as subjects
from pseudonymize.queries import SubjectBlocked, SubjectErased

__all__ = [
    "ActRefused",
    "NewAct",
    "end_circumstance",
    "forget",
    "give_back",
    "pause",
    "record_act",
    "record_history",
    "restrict",
    "resume",
    "set_circumstance",
    "spend",
    "withdraw_all",
]


@transaction.atomic
def record_act(subject_key: int, act: NewAct, *, caller: str, at: datetime) -> ConsentEvent:
    """
    Record one act, received at `at` from `caller` (key:<kid>, user:<id>, person or system).

    A grant that leaves e-mail pending also sends the person a mail to confirm it.

    :raises ActRefused: when the act cannot be so; nothing is changed.
    :raises SubjectErased, SubjectBlocked: when nothing can be recorded for this subject any more.
    """
    _open(subject_key, by_system=_is_by_system(act))
    offer = queries.offer()
    draft = drafted(act, subject_key, caller=caller, at=at, offer=offer)
    addition = ledger.added(subject_key, [draft])
    draft.mail = confirmations.is_due(draft, addition.standings.get(act.purpose), offer)
    return ledger.write(addition)[0]


@transaction.atomic
def record_history(
    subject_key: int, acts: Sequence[NewAct], *, caller: str, at: datetime
) -> list[ConsentEvent]:
    """
    Record acts of the past, in this order, in one step. Sends no mail.

    :raises ActRefused: for the first act that cannot be so; then none is recorded.
    :raises SubjectErased, SubjectBlocked: as `record_act`.
    """
    _open(subject_key, by_system=all(_is_by_system(act) for act in acts))
    offer = queries.offer()
    drafts = [drafted(act, subject_key, caller=caller, at=at, offer=offer) for act in acts]
    return ledger.append(subject_key, drafts)


def pause(subject_key: int, act: NewAct, *, caller: str, at: datetime) -> ConsentEvent:
    """
    Pause all but service purposes up to and including `act.until`; a later pause replaces it.

    :raises ActRefused: when that day is over, or as `record_act`.
    """
    if act.until is None or act.until < at.date():
        sentence = "Name the last day of the pause, today or later."
        raise ActRefused("pause_is_over", "until", sentence)
    return record_act(subject_key, replace(act, kind=Kind.PAUSED), caller=caller, at=at)


def resume(subject_key: int, act: NewAct, *, caller: str, at: datetime) -> ConsentEvent:
    """End a pause now; harmless when there is none."""
    return record_act(subject_key, replace(act, kind=Kind.RESUMED), caller=caller, at=at)


def restrict(
    subject_key: int, *, restricted: bool, method: str, caller: str, at: datetime
) -> ConsentEvent:
    """Restrict every processing of the subject, or lift it. Source: GDPR art. 18."""
    kind = Kind.RESTRICTED if restricted else Kind.UNRESTRICTED
    act = NewAct(kind=kind, method=method, actor=Actor.SYSTEM)
    return record_act(subject_key, act, caller=caller, at=at)


@transaction.atomic
def withdraw_all(
    subject_key: int, *, method: str, actor: Actor, caller: str, at: datetime
) -> list[ConsentEvent]:
    """Withdraw every purpose on which a grant stands; returns the acts. Twice is harmless."""
    _open(subject_key, by_system=actor is Actor.SYSTEM)
    standings = queries.permission(subject_key).standings
    acts = [
        NewAct(kind=Kind.WITHDRAWN, purpose=purpose, method=method, actor=actor)
        for purpose, standing in standings.items()
        if any(layer.is_grant for layer in standing.layers)
    ]
    return record_history(subject_key, acts, caller=caller, at=at) if acts else []


@transaction.atomic
def forget(subject_key: int) -> None:
    """
    Delete what erasure must not leave beside the ledger: evidence, receipt numbers, mails, facts.

    The ledger stays: it holds no identifier, and once the secret is gone nothing leads to it.
    """
    subjects.lock(subject_key)
    for beside in (ConsentEvidence, Receipt, Confirmation):
        beside.objects.filter(event__subject_id=subject_key).delete()
    for fact in (Circumstance, FrequencySpend):
        fact.objects.filter(subject_id=subject_key).delete()


def _is_by_system(act: NewAct) -> bool:
    """A served notice was shown to the person, who then is not to be addressed."""
    return act.actor is Actor.SYSTEM and act.kind is not Kind.NOTICE_SERVED


def _open(subject_key: int, *, by_system: bool) -> None:
    life = subjects.lock(subject_key)
    if life == "shredded":
        raise SubjectErased
    if life == "blocked" and not by_system:
        raise SubjectBlocked

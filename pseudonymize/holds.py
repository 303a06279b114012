"""
Legal holds: what must not be destroyed while somebody may have to prove something with it.

A hold is on a person and on everything by which they are known, so that the same person under
another `sub_…` id is held too. Every path that destroys asks here, `operations.shred` itself.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import operations as audit
from pseudonymize import envelopes
from pseudonymize.models import HoldAlias, Identifier, Kind, Subject
from pseudonymize.models import LegalHold as LegalHold
from pseudonymize.queries import SubjectUnknown

_LABEL = "legal hold"


class UnderLegalHold(Exception):
    """What is held must not be destroyed."""

    code = "legal_hold"

    def __init__(self, hold: LegalHold) -> None:
        self.hold = hold
        super().__init__(
            f"Legal hold no. {hold.pk} stands until {hold.ends_on}. "
            "Nothing of this person is destroyed before it ends."
        )


class HoldRefused(Exception):
    """A hold cannot be so; nothing was recorded."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


@transaction.atomic
def place(
    subject_key: int, *, reason: str, owner: str, ends_on: date, actor: str, at: datetime
) -> LegalHold:
    """
    Hold a person, under every identifier on record, up to and including `ends_on`.

    Whoever destroys waits for this, and this for whoever does: the holders are locked.

    :raises HoldRefused: without a reason, an owner, or an end that lies ahead.
    :raises SubjectUnknown: when there is no such subject, or nothing left of it.
    """
    _check(reason, owner, ends_on, at.date())
    digests = [bytes(digest) for digest in _digests(subject_key)]
    _lock([subject_key, *_holders(digests)])
    if not Identifier.objects.filter(subject_id=subject_key).exists():
        raise SubjectUnknown
    envelope = envelopes.make(at=at)
    hold = LegalHold.objects.create(
        subject_key=subject_key,
        envelope=envelope,
        reason=envelopes.seal(envelope, reason.strip().encode(), label=_LABEL),
        owner=owner,
        ends_on=ends_on,
        placed_by=actor,
        placed_at=at,
    )
    HoldAlias.objects.bulk_create(HoldAlias(hold=hold, digest=digest) for digest in digests)
    details = {"hold": hold.pk, "owner": owner, "until": ends_on.isoformat()}
    audit.record("hold.placed", actor=actor, at=at, subject_key=subject_key, details=details)
    return hold


@transaction.atomic
def end(hold_id: int, *, actor: str, at: datetime) -> bool:
    """End a hold; returns whether it stood. What it stopped goes on by an officer's act alone."""
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id, ended_at=None).first()
    if hold is None:
        return False
    hold.ended_at, hold.ended_by = at, actor
    hold.save(update_fields=["ended_at", "ended_by"])
    HoldAlias.objects.filter(hold=hold).delete()
    details = {"hold": hold.pk}
    audit.record("hold.ended", actor=actor, at=at, subject_key=hold.subject_key, details=details)
    return True


def standing(subject_key: int, *, on: date) -> LegalHold | None:
    """Return the hold that covers a subject on a day, by key or by any identifier; None if free."""
    mine = Q(subject_key=subject_key) | Q(aliases__digest__in=_digests(subject_key))
    return in_force(on=on).filter(mine).order_by("pk").first()


def require_none(subject_key: int, *, on: date) -> None:
    """:raises UnderLegalHold: while a hold covers the subject."""
    if hold := standing(subject_key, on=on):
        raise UnderLegalHold(hold)


def in_force(*, on: date) -> QuerySet[LegalHold]:
    """Return the holds that stand on a day, the one that ends first first."""
    rows = LegalHold.objects.filter(ended_at=None, ends_on__gte=on)
    return rows.order_by("ends_on", "pk")


def listed() -> QuerySet[LegalHold]:
    """Return every hold, the newest first."""
    return LegalHold.objects.order_by("-pk")


def reason_of(hold: LegalHold) -> str:
    """Return why somebody is held; empty once it was destroyed with the person."""
    if hold.envelope is None or hold.reason is None:
        return ""
    return envelopes.unseal(hold.envelope, bytes(hold.reason), label=_LABEL).decode()


def forget(subject_key: int) -> int:
    """Destroy the reasons of the holds that a subject had; returns of how many."""
    over = LegalHold.objects.filter(subject_key=subject_key, envelope__isnull=False)
    for envelope in over.values_list("envelope", flat=True):
        envelopes.destroy(envelope)
    HoldAlias.objects.filter(hold__subject_key=subject_key).delete()
    return over.update(envelope=None, reason=None)


def _check(reason: str, owner: str, ends_on: date, today: date) -> None:
    if not reason.strip():
        raise HoldRefused("reason_missing", "reason", "Write why the data must be kept.")
    if not owner:
        raise HoldRefused("owner_missing", "owner", "Name who answers for the hold.")
    if ends_on < today:
        raise HoldRefused("end_in_the_past", "ends_on", "Give a last day that lies ahead.")


def _digests(subject_key: int) -> QuerySet[Identifier, bytes | memoryview]:
    rows = Identifier.objects.filter(subject_id=subject_key).exclude(kind=Kind.PUBLIC)
    return rows.values_list("digest", flat=True)


def _holders(digests: Sequence[bytes]) -> list[int]:
    rows = Identifier.objects.filter(digest__in=digests)
    return list(rows.values_list("subject_id", flat=True))


def _lock(subject_keys: Sequence[int]) -> None:
    wanted = Subject.objects.filter(pk__in=subject_keys).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk", flat=True))

"""Everything that changes a subject. Each call is one transaction and leaves an audit entry."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from django.db import transaction

from audit import operations as audit
from audit import prepared, replies
from pseudonymize import holds, identifiers, keys, legal, queries, sealing, tokens
from pseudonymize.enrolment import (
    IdentifiersConflict,
    IdentifierUnknown,
    Registered,
    correct,
    register,
)
from pseudonymize.models import DeadId, Identifier, Life, Subject, SubjectSecret, Suppression
from pseudonymize.queries import SubjectErased, SubjectUnknown

__all__ = [
    "IdentifierShared",
    "IdentifierUnknown",
    "IdentifiersConflict",
    "Registered",
    "block",
    "correct",
    "lock",
    "lock_all",
    "look_up",
    "register",
    "seal",
    "sealer",
    "shred",
    "suppress",
    "unblock",
]


class IdentifierShared(Exception):
    """Several subjects have this e-mail, phone or device; it names none of them."""

    code = "identifier_shared"
    field = "value"

    def __init__(self) -> None:
        super().__init__("Several subjects share it. Look the person up by external_id.")


# The lock of `lock_all` within a larger statement, on subjects that lead one of these lives. It
# waits for nobody: whom somebody else holds is left out.
HELD = """SELECT subject_key FROM pseudonymize_subject
    WHERE subject_key = ANY({}::bigint[]) AND life = ANY({}::text[])
    FOR NO KEY UPDATE SKIP LOCKED"""


_LOCKED = """SELECT subject_key, life FROM pseudonymize_subject
    WHERE subject_key = ANY($1::bigint[]) ORDER BY subject_key FOR NO KEY UPDATE"""


def lock(subject_key: int) -> str:
    """
    Make others that change this subject wait until the transaction ends; return its life.

    Take this lock before any other. Readers, and rows that refer to the subject, do not wait.

    :raises SubjectUnknown: when there is none.
    """
    return _locked(subject_key).life


def lock_all(subject_keys: Collection[int]) -> dict[int, str]:
    """Lock many subjects, in the order of their keys; return their lives."""
    asked = prepared.array(b"%d" % key for key in subject_keys)
    rows = prepared.run(_LOCKED, [asked])
    return {int(key or b""): (life or b"").decode() for key, life in rows}


def _locked(subject_key: int) -> Subject:
    rows = Subject.objects.select_for_update(no_key=True)
    subject = rows.filter(subject_key=subject_key).first()
    if subject is None:
        raise SubjectUnknown
    return subject


def seal(subject_key: int, plaintext: bytes, *, label: str) -> bytes:
    """
    Return `plaintext` sealed under the subject's own secret; erasure makes it unreadable.

    :raises SubjectErased: when the secret is gone.
    :raises SubjectBlocked: while the data are blocked.
    """
    key = queries.sealing_key(queries.secret(subject_key))
    return sealing.seal(key, plaintext, label=label.encode())


def sealer(
    subject_key: int, told: queries.Wrapped | None, *, label: str
) -> Callable[[bytes], bytes]:
    """Return what seals as `seal` does; the secret, as it was told, is opened when needed."""
    held: list[Callable[[bytes], bytes]] = []

    def sealed(plaintext: bytes) -> bytes:
        if not held:
            key = queries.sealing_key(queries.told_secret(subject_key, told))
            held.append(sealing.sealer(key, label=label.encode()))
        return held[0](plaintext)

    return sealed


@transaction.atomic
def block(subject_key: int, until: date | None, at: datetime, *, actor: str = "system") -> None:
    """
    Keep a subject for legal claims only, up to and including `until`.

    The secret is wrapped for the legal role, so that nothing is shown or used meanwhile.
    Blocking again moves the day.

    :raises SubjectErased: when there is nothing left to block.
    """
    subject = _locked(subject_key)
    if subject.life == Life.SHREDDED:
        raise SubjectErased
    if subject.life == Life.ACTIVE:
        _rewrap(subject_key, held_by="service", role="legal")
    subject.life, subject.blocked_until = Life.BLOCKED, until
    subject.save(update_fields=["life", "blocked_until"])
    details = {"until": until.isoformat() if until else None}
    audit.record("subject.blocked", actor=actor, at=at, subject_key=subject_key, details=details)


@transaction.atomic
def unblock(subject_key: int, at: datetime, *, actor: str = "system") -> None:
    """Give a blocked subject back to the service; harmless for one that is not blocked."""
    subject = _locked(subject_key)
    if subject.life != Life.BLOCKED:
        return
    _rewrap(subject_key, held_by="legal", role="service")
    subject.life, subject.blocked_until = Life.ACTIVE, None
    subject.save(update_fields=["life", "blocked_until"])
    audit.record("subject.unblocked", actor=actor, at=at, subject_key=subject_key)


def _rewrap(subject_key: int, *, held_by: str, role: str) -> None:
    row = SubjectSecret.objects.select_for_update().get(subject_id=subject_key)
    row.wrapped, row.key_version = keys.rewrap(
        bytes(row.wrapped),
        subject_key=subject_key,
        version=row.key_version,
        held_by=held_by,
        role=role,
    )
    row.wrapped_for = role
    row.save(update_fields=["wrapped", "wrapped_for", "key_version"])


@transaction.atomic
def shred(subject_key: int, at: datetime, *, actor: str = "system") -> bool:
    """
    Destroy all that leads to or from a subject; the key stays as a tombstone for the ledger.

    Returns whether there was anything left to destroy; doing it twice is harmless.

    :raises UnderLegalHold: while a hold covers the subject, whoever asks.
    """
    subject = _locked(subject_key)
    if subject.life == Life.SHREDDED:
        return False
    holds.require_none(subject_key, on=at.date())
    _remember_death(subject_key)
    holds.forget(subject_key)
    Identifier.objects.filter(subject=subject).delete()
    SubjectSecret.objects.filter(subject=subject).delete()
    Subject.objects.filter(pk=subject_key).update(
        life=Life.SHREDDED,
        shredded_at=at,
        blocked_until=None,
        registered_at=None,
        country="",
        region="",
        locale="",
        time_zone="",
        age_class=None,
        age_changes_on=None,
        guardian=None,
    )
    audit.record("subject.shredded", actor=actor, at=at, subject_key=subject_key)
    return True


def _remember_death(subject_key: int) -> None:
    public = legal.public_id(subject_key)
    replies.forget_answers(public.encode())
    DeadId.objects.create(digest=tokens.dead_digest(keys.purpose_key("dead-id"), public))


@transaction.atomic
def suppress(
    channels: Collection[str], kind: str, value: str, *, at: datetime, country: str | None = None
) -> None:
    """
    Put an address on the list of those not to be addressed on `channels`.

    The list has its own key and no link to a subject, so it outlives an erasure.

    :raises MalformedIdentifier: when `value` cannot be one of its kind.
    """
    normalised = identifiers.normalise(kind, value, country=country)
    key = keys.purpose_key("suppression")
    rows = (
        Suppression(
            channel=channel,
            digest=tokens.suppression_digest(key, channel, kind, normalised),
            since=at.date(),
        )
        for channel in channels
    )
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)


def look_up(kind: str, value: str, *, actor: str, at: datetime, country: str | None = None) -> str:
    """
    Return the `sub_…` id of the one subject with an identifier, and leave a trace of the asking.

    :raises MalformedIdentifier: when `value` cannot be one of its kind.
    :raises SubjectUnknown: when nobody has it.
    :raises IdentifierShared: when more than one person has it.
    :raises SubjectBlocked: while the person's data are blocked.
    """
    found = queries.holders(kind, value, country=country)
    only = found[0] if len(found) == 1 else None
    details = {"type": kind, "found": len(found)}
    audit.record("subject.looked_up", actor=actor, at=at, subject_key=only, details=details)
    if len(found) > 1:
        raise IdentifierShared
    if only is None:
        raise SubjectUnknown
    return queries.public_id(only)

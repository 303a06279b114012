"""Everything that changes a subject. Each call is one transaction and leaves an audit entry."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import connection, transaction

from audit import operations as audit
from pseudonymize import ages, identifiers, keys, queries, sealing, tokens
from pseudonymize.models import DeadId, Identifier, Kind, Life, Subject, SubjectSecret, Suppression
from pseudonymize.queries import SubjectBlocked, SubjectErased, SubjectUnknown
from pseudonymize.registration import Registration, check
from pseudonymize.thresholds import thresholds

_UNIQUE = {Kind.PUBLIC, Kind.EXTERNAL_ID}


class IdentifiersConflict(Exception):
    """The identifiers of one registration belong to different subjects."""

    code = "identifiers_conflict"
    field = "identifiers"

    def __init__(self) -> None:
        super().__init__(
            "These identifiers belong to more than one subject. Send only those of one person; "
            "with an external_id of its own, a shared e-mail or phone is accepted."
        )


class IdentifierShared(Exception):
    """Several subjects have this e-mail, phone or device; it names none of them."""

    code = "identifier_shared"
    field = "value"

    def __init__(self) -> None:
        super().__init__("Several subjects share it. Look the person up by external_id.")


@dataclass(frozen=True, slots=True)
class Registered:
    """A subject as registered: its internal key, its `sub_…` id, and whether it is new."""

    subject_key: int
    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class _Named:
    kind: str
    value: str
    digest: bytes


@transaction.atomic
def register(registration: Registration, *, at: datetime, actor: str = "system") -> Registered:
    """
    Register a person, or complete the registration they already have.

    Idempotent on `external_id`; without one, on the other identifiers as long as they lead to
    one subject only. New identifiers are added, none is removed; what is given replaces what
    was known. Parallel calls for one person give one subject.

    :raises RegistrationRefused: when a member cannot be so.
    :raises MalformedIdentifier: when an identifier cannot be one of its kind.
    :raises IdentifiersConflict: when the identifiers belong to two subjects.
    :raises SubjectBlocked: when the person's data are blocked.
    """
    check(registration, on=at.date())
    named = _named(registration)
    _queue_up(named)
    subject = _known(named)
    created = subject is None
    if subject is None:
        subject = _create(registration, at)
    else:
        _describe(subject, registration, at.date())
    added = _attach(subject, named)
    if created or added:
        details = {"types": added, "country": registration.country}
        action = "subject.registered" if created else "subject.completed"
        audit.record(action, actor=actor, at=at, subject_key=subject.pk, details=details)
    return Registered(subject.pk, queries.public_id(subject.pk), created)


def _named(registration: Registration) -> list[_Named]:
    key = keys.purpose_key("lookup")
    found = {}
    for kind, value in registration.identifiers:
        normalised = identifiers.normalise(kind, value, country=registration.country)
        digest = tokens.lookup_digest(key, kind, normalised)
        found[digest] = _Named(kind, normalised, digest)
    return list(found.values())


def _queue_up(named: Sequence[_Named]) -> None:
    """Let registrations that share an identifier pass one after the other, in a fixed order."""
    numbers = sorted(int.from_bytes(n.digest[:8], "big", signed=True) for n in named)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [numbers])


def _known(named: Sequence[_Named]) -> Subject | None:
    rows = Identifier.objects.filter(digest__in=[n.digest for n in named])
    holders: dict[bytes, set[int]] = {}
    for digest, key in rows.values_list("digest", "subject_id"):
        holders.setdefault(bytes(digest), set()).add(key)
    unique = [n for n in named if n.kind in _UNIQUE]
    keys_found = _meant(unique or named, holders)
    if keys_found is None:
        return None
    subject = Subject.objects.select_for_update(no_key=True).get(pk=keys_found)
    if subject.life == Life.BLOCKED:
        raise SubjectBlocked
    return None if subject.life == Life.SHREDDED else subject


def _meant(named: Sequence[_Named], holders: dict[bytes, set[int]]) -> int | None:
    """Return the one subject that `named` can mean, None for a new one."""
    sets = [holders[n.digest] for n in named if n.digest in holders]
    candidates = set.intersection(*sets) if sets else set()
    if sets and len(candidates) != 1:
        raise IdentifiersConflict
    return candidates.pop() if candidates else None


def _create(registration: Registration, at: datetime) -> Subject:
    subject = Subject(country=registration.country, registered_at=at)
    subject.save(force_insert=True)
    wrapped, version = keys.wrap(keys.new_secret(), subject_key=subject.pk, role="service")
    subject.secret = SubjectSecret.objects.create(
        subject=subject, wrapped=wrapped, key_version=version, created_at=at
    )
    _describe(subject, registration, at.date())
    public = tokens.new_public_id()
    digest = queries.lookup_digest(Kind.PUBLIC, public)
    _attach(subject, [_Named(Kind.PUBLIC, public, digest)])
    return subject


def _describe(subject: Subject, registration: Registration, on: date) -> None:
    r = registration
    if r.country != subject.country:
        subject.country, subject.region = r.country, ""
    subject.region = r.region or subject.region
    subject.locale = r.locale or subject.locale
    subject.time_zone = r.time_zone or subject.time_zone
    if r.birth_date:
        subject.age_class = ages.age_class(r.birth_date, on, thresholds())
        subject.age_changes_on = ages.age_changes_on(r.birth_date, on, thresholds())
    if r.guardian:
        contact = json.dumps(asdict(r.guardian)).encode()
        subject.guardian = seal(subject.pk, contact, label="guardian")
    subject.save()


def _attach(subject: Subject, named: Sequence[_Named]) -> list[str]:
    """Add the identifiers that the subject lacks; return their kinds."""
    held = {
        bytes(digest)
        for digest in Identifier.objects.filter(subject=subject).values_list("digest", flat=True)
    }
    missing = [n for n in named if n.digest not in held]
    key = queries.sealing_key(queries.opened(subject.secret, role="service"))
    Identifier.objects.bulk_create(
        Identifier(
            subject=subject,
            kind=n.kind,
            digest=n.digest,
            sealed=sealing.seal(key, n.value.encode(), label=queries.identifier_label(n.kind)),
        )
        for n in missing
    )
    return [n.kind for n in missing]


def lock(subject_key: int) -> str:
    """
    Make others that change this subject wait until the transaction ends; return its life.

    Take this lock before any other. Readers, and rows that refer to the subject, do not wait.

    :raises SubjectUnknown: when there is none.
    """
    return _locked(subject_key).life


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
    secret = queries.opened(row, role=held_by)
    row.wrapped, row.key_version = keys.wrap(secret, subject_key=subject_key, role=role)
    row.wrapped_for = role
    row.save(update_fields=["wrapped", "wrapped_for", "key_version"])


@transaction.atomic
def shred(subject_key: int, at: datetime, *, actor: str = "system") -> bool:
    """
    Destroy all that leads to or from a subject; the key stays as a tombstone for the ledger.

    Returns whether there was anything left to destroy; doing it twice is harmless.
    """
    subject = _locked(subject_key)
    if subject.life == Life.SHREDDED:
        return False
    _remember_death(subject)
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


def _remember_death(subject: Subject) -> None:
    row = Identifier.objects.get(subject=subject, kind=Kind.PUBLIC)
    key = queries.sealing_key(queries.opened(subject.secret, role=subject.secret.wrapped_for))
    label = queries.identifier_label(Kind.PUBLIC)
    public = sealing.unseal(key, bytes(row.sealed), label=label).decode()
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

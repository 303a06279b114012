"""Registration: one person, one subject, however many systems register them at once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import connection, transaction

from audit import operations as audit
from pseudonymize import ages, identifiers, keys, queries, sealing, suppressions, tokens
from pseudonymize.models import Identifier, Kind, Life, Subject, SubjectSecret
from pseudonymize.queries import SubjectBlocked
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


class IdentifierUnknown(Exception):
    """The subject does not have the identifier that is to be corrected."""

    code = "identifier_unknown"
    field = "old"

    def __init__(self) -> None:
        super().__init__("The subject does not have this identifier. Send it as it is on record.")


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
    added = _attach(subject, named, at)
    if created or added:
        details = {"types": added, "country": registration.country}
        action = "subject.registered" if created else "subject.completed"
        audit.record(action, actor=actor, at=at, subject_key=subject.pk, details=details)
    return Registered(subject.pk, queries.public_id(subject.pk), created)


@transaction.atomic
def correct(
    subject_key: int, kind: str, *, old: str, new: str | None, at: datetime, actor: str = "system"
) -> None:
    """
    Replace an identifier that is wrong, or remove it when `new` is None (GDPR art. 16).

    Both are read with the subject's country. A `sub_…` id cannot be corrected.

    :raises SubjectUnknown, SubjectBlocked: when there is no active subject of this key.
    :raises MalformedIdentifier: when a value cannot be one of its kind.
    :raises IdentifierUnknown: when the subject does not have `old`.
    :raises IdentifiersConflict: when `new` is the external id of somebody else.
    """
    country = queries.person(subject_key).country
    values = [old] if new is None else [old, new]
    wrong, *right = (_name(kind, value, country) for value in values)
    _queue_up([wrong, *right])
    subject = Subject.objects.select_for_update(no_key=True).get(pk=subject_key)
    if subject.life != Life.ACTIVE:
        raise SubjectBlocked
    deleted, _ = Identifier.objects.filter(subject=subject, digest=wrong.digest).delete()
    if kind == Kind.PUBLIC or not deleted:
        raise IdentifierUnknown
    taken = Identifier.objects.filter(kind=Kind.EXTERNAL_ID, digest__in=[n.digest for n in right])
    if taken.exclude(subject=subject).exists():
        raise IdentifiersConflict
    _attach(subject, right, at)
    details = {"type": kind, "removed": new is None}
    audit.record("subject.corrected", actor=actor, at=at, subject_key=subject_key, details=details)


def _named(registration: Registration) -> list[_Named]:
    country = registration.country
    named = (_name(kind, value, country) for kind, value in registration.identifiers)
    return list({one.digest: one for one in named}.values())


def _name(kind: str, value: str, country: str) -> _Named:
    normalised = identifiers.normalise(kind, value, country=country or None)
    digest = tokens.lookup_digest(keys.purpose_key("lookup"), kind, normalised)
    return _Named(kind, normalised, digest)


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
    public = tokens.new_public_id()
    wrapped, version = keys.wrap(
        keys.new_secret(), subject_key=subject.pk, role="service", public_id=public
    )
    subject.secret = SubjectSecret.objects.create(
        subject=subject, wrapped=wrapped, key_version=version, created_at=at
    )
    _describe(subject, registration, at.date())
    digest = queries.lookup_digest(Kind.PUBLIC, public)
    _attach(subject, [_Named(Kind.PUBLIC, public, digest)], at)
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
        key = queries.sealing_key(queries.opened(subject.secret, role="service"))
        subject.guardian = sealing.seal(key, contact, label=b"guardian")
    subject.save()


def _attach(subject: Subject, named: Sequence[_Named], at: datetime) -> list[str]:
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
    suppressions.announce([(n.kind, n.value, n.digest) for n in missing], at=at)
    return [n.kind for n in missing]

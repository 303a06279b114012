"""Many people who are new, registered at once: for what another system hands over."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from audit import loading
from audit import operations as audit
from pseudonymize import ages, identifiers, keys, queries, sealing, tokens
from pseudonymize.models import Identifier, Kind, Life
from pseudonymize.operations import IdentifiersConflict, Registered
from pseudonymize.registration import Registration, check
from pseudonymize.thresholds import thresholds

_UNIQUE = (Kind.PUBLIC, Kind.EXTERNAL_ID)
_SUBJECTS, _SUBJECT = "pseudonymize_subject", "subject_key"
_ABOUT = (
    *("life", "country", "region", "locale", "time_zone"),
    *("age_class", "age_changes_on", "guardian", "registered_at"),
)
_WRAPPED = ("subject_id", "wrapped", "wrapped_for", "key_version", "created_at")
_NAMED = ("subject_id", "kind", "digest", "sealed")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person's registration, and when it was made."""

    registration: Registration
    at: datetime


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    digest: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class _New:
    """A person who has no key yet; `about` is a line in the order of `_ABOUT`."""

    arrival: Arrival
    secret: sealing.Key
    public_id: str
    about: str
    names: Sequence[_Name]


@transaction.atomic
def register_new(arrivals: Sequence[Arrival], *, actor: str = "system") -> list[Registered]:
    """
    Register people who are not known yet, in this order; as `operations.register` for each.

    :raises RegistrationRefused, MalformedIdentifier: for the first that cannot be so.
    :raises IdentifiersConflict: when an external id is known already; nobody is registered then.
    """
    people = [_new(arrival) for arrival in arrivals]
    unique = [name.digest for one in people for name in one.names if name.kind in _UNIQUE]
    if Identifier.objects.filter(digest__in=unique).exists() or len(set(unique)) < len(unique):
        raise IdentifiersConflict
    numbers = loading.numbers(_SUBJECTS, _SUBJECT, len(people))
    numbered = list(zip(numbers, people, strict=True))
    about = (f"{key}\t{one.about}" for key, one in numbered)
    loading.copy_lines(_SUBJECTS, (_SUBJECT, *_ABOUT), about)
    wrapped = (_wrapped(key, one) for key, one in numbered)
    loading.copy_lines("pseudonymize_subjectsecret", _WRAPPED, wrapped)
    names = (_named(key, name) for key, one in numbered for name in one.names)
    loading.copy_lines("pseudonymize_identifier", _NAMED, names)
    audit.record_all(_entry(key, one, actor) for key, one in numbered)
    return [Registered(key, one.public_id, created=True) for key, one in numbered]


def _new(arrival: Arrival) -> _New:
    check(arrival.registration, on=arrival.at.date())
    secret, public_id = keys.new_secret(), tokens.new_public_id()
    sealed_by = queries.sealing_key(secret)
    names = list(_names(arrival.registration, public_id, sealed_by))
    return _New(arrival, secret, public_id, _about(arrival, sealed_by), names)


def _about(arrival: Arrival, sealed_by: sealing.Key) -> str:
    told, on = arrival.registration, arrival.at.date()
    reached: int | None = None
    changes_on: date | None = None
    contact: bytes | None = None
    if told.birth_date:
        reached = ages.age_class(told.birth_date, on, thresholds())
        changes_on = ages.age_changes_on(told.birth_date, on, thresholds())
    if told.guardian:
        plain = json.dumps(asdict(told.guardian)).encode()
        contact = sealing.seal(sealed_by, plain, label=b"guardian")
    where = (Life.ACTIVE.value, told.country, told.region, told.locale, told.time_zone)
    age = (None if part is None else str(part) for part in (reached, changes_on))
    told_of = (*map(loading.field, (*where, *age)), loading.hexed(contact))
    return "\t".join((*told_of, arrival.at.isoformat()))


def _names(told: Registration, public_id: str, sealed_by: sealing.Key) -> Iterator[_Name]:
    lookup = keys.purpose_key("lookup")
    for kind, value in ((Kind.PUBLIC.value, public_id), *told.identifiers):
        normalised = identifiers.normalise(kind, value, country=told.country)
        label = queries.identifier_label(kind)
        sealed = sealing.seal(sealed_by, normalised.encode(), label=label)
        yield _Name(kind, tokens.lookup_digest(lookup, kind, normalised), sealed)


def _named(subject_key: int, name: _Name) -> str:
    digest, sealed = loading.hexed(name.digest), loading.hexed(name.sealed)
    return "\t".join((str(subject_key), loading.field(name.kind), digest, sealed))


def _wrapped(subject_key: int, person: _New) -> str:
    role = "service"
    wrapped, version = keys.wrap(
        person.secret, subject_key=subject_key, role=role, public_id=person.public_id
    )
    sealed, at = loading.hexed(wrapped), person.arrival.at.isoformat()
    return "\t".join((str(subject_key), sealed, role, str(version), at))


def _entry(subject_key: int, person: _New, actor: str) -> audit.Entry:
    told = person.arrival.registration
    types = [kind for kind, _ in told.identifiers]
    return {
        "action": "subject.registered",
        "actor": actor,
        "at": person.arrival.at,
        "subject_key": subject_key,
        "details": {"types": [*types, str(Kind.PUBLIC)], "country": told.country},
    }

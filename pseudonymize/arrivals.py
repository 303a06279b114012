"""Many people who are new, registered at once: for what another system hands over."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from audit import operations as audit
from audit.loading import insert_all
from pseudonymize import ages, identifiers, keys, queries, sealing, tokens
from pseudonymize.models import Identifier, Kind, Subject, SubjectSecret
from pseudonymize.operations import IdentifiersConflict, Registered
from pseudonymize.registration import Registration, check
from pseudonymize.thresholds import thresholds

_UNIQUE = (Kind.PUBLIC, Kind.EXTERNAL_ID)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person's registration, and when it was made."""

    registration: Registration
    at: datetime


@dataclass(frozen=True, slots=True)
class _New:
    arrival: Arrival
    secret: sealing.Key
    public_id: str
    subject: Subject


@transaction.atomic
def register_new(arrivals: Sequence[Arrival], *, actor: str = "system") -> list[Registered]:
    """
    Register people who are not known yet, in this order; as `operations.register` for each.

    :raises RegistrationRefused, MalformedIdentifier: for the first that cannot be so.
    :raises IdentifiersConflict: when an external id is known already; nobody is registered then.
    """
    people = [_new(arrival) for arrival in arrivals]
    found = [row for person in people for row in _identifiers(person)]
    unique = [row.digest for row in found if row.kind in _UNIQUE]
    if Identifier.objects.filter(digest__in=unique).exists() or len(set(unique)) < len(unique):
        raise IdentifiersConflict
    insert_all(person.subject for person in people)
    insert_all(map(_wrapped, people))
    for row in found:
        row.subject_id = row.subject.pk  # which it had not when the row was made
    insert_all(found)
    audit.record_all(_entry(person, actor) for person in people)
    return [Registered(p.subject.pk, p.public_id, created=True) for p in people]


def _new(arrival: Arrival) -> _New:
    told, on = arrival.registration, arrival.at.date()
    check(told, on=on)
    subject = Subject(
        country=told.country,
        region=told.region,
        locale=told.locale,
        time_zone=told.time_zone,
        registered_at=arrival.at,
    )
    if told.birth_date:
        subject.age_class = ages.age_class(told.birth_date, on, thresholds())
        subject.age_changes_on = ages.age_changes_on(told.birth_date, on, thresholds())
    secret = keys.new_secret()
    if told.guardian:
        contact = json.dumps(asdict(told.guardian)).encode()
        subject.guardian = sealing.seal(queries.sealing_key(secret), contact, label=b"guardian")
    return _New(arrival, secret, tokens.new_public_id(), subject)


def _identifiers(person: _New) -> Iterator[Identifier]:
    told = person.arrival.registration
    lookup, key = keys.purpose_key("lookup"), queries.sealing_key(person.secret)
    for kind, value in ((Kind.PUBLIC, person.public_id), *told.identifiers):
        normalised = identifiers.normalise(kind, value, country=told.country)
        yield Identifier(
            subject=person.subject,
            kind=kind,
            digest=tokens.lookup_digest(lookup, kind, normalised),
            sealed=sealing.seal(key, normalised.encode(), label=queries.identifier_label(kind)),
        )


def _wrapped(person: _New) -> SubjectSecret:
    wrapped, version = keys.wrap(
        person.secret,
        subject_key=person.subject.pk,
        role="service",
        public_id=person.public_id,
    )
    return SubjectSecret(
        subject=person.subject, wrapped=wrapped, key_version=version, created_at=person.arrival.at
    )


def _entry(person: _New, actor: str) -> audit.Entry:
    told = person.arrival.registration
    types = [kind for kind, _ in told.identifiers]
    return {
        "action": "subject.registered",
        "actor": actor,
        "at": person.arrival.at,
        "subject_key": person.subject.pk,
        "details": {"types": [*types, str(Kind.PUBLIC)], "country": told.country},
    }

"""Reads about subjects. Never writes, and never says whether a use is allowed."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from pseudonymize import identifiers, keys, sealing, tokens
from pseudonymize.models import DeadId, Identifier, Kind, Life, Subject, SubjectSecret, Suppression
from pseudonymize.registration import Guardian
from pseudonymize.sealing import Key


class SubjectUnknown(Exception):
    """There is no such subject."""

    code = "subject_unknown"

    def __init__(self) -> None:
        super().__init__("No such subject. Register it with POST /api/v1/subjects.")


class SubjectErased(Exception):
    """The subject was erased; nothing can be made or read for it any more."""

    code = "subject_erased"

    def __init__(self) -> None:
        super().__init__("This subject was erased. Register the person anew if they return.")


class SubjectBlocked(Exception):
    """The subject's data are kept for legal claims only."""

    code = "data_blocked"

    def __init__(self) -> None:
        super().__init__("This subject's data are blocked. Only the legal role may reach them.")


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a subject without saying who it is. Ages: see `ages.age_class_at`."""

    subject_key: int
    life: str
    blocked_until: date | None
    country: str
    region: str
    locale: str
    time_zone: str
    age_class: int | None
    age_changes_on: date | None
    has_guardian: bool


def lookup_key() -> Key:
    """Return the key of `lookup_digest`, for those who look up many."""
    return keys.purpose_key("lookup")


def lookup_digest(
    kind: str, value: str, country: str | None = None, *, key: Key | None = None
) -> bytes:
    """
    Return the digest by which `pseudonymize_person` finds the holders of an identifier.

    :raises MalformedIdentifier: when `value` cannot be one of its kind.
    """
    normalised = identifiers.normalise(kind, value, country=country)
    return tokens.lookup_digest(key or lookup_key(), kind, normalised)


def holders(kind: str, value: str, *, country: str | None = None) -> list[int]:
    """Return the keys of all subjects with an identifier, ascending; e-mails may be shared."""
    digest = lookup_digest(kind, value, country)
    rows = Identifier.objects.filter(digest=digest).order_by("subject_id")
    return list(rows.values_list("subject_id", flat=True))


def find(kind: str, value: str, *, country: str | None = None) -> int | None:
    """
    Return the key of the one subject with an identifier; None when none or several have it.

    :raises MalformedIdentifier: when `value` cannot be one of its kind.
    """
    found = holders(kind, value, country=country)
    return found[0] if len(found) == 1 else None


def subject_key_of(public_id: str) -> int | None:
    """Return the key behind a `sub_…` id; None when it is unknown, erased or no such id."""
    try:
        return find(Kind.PUBLIC, public_id)
    except identifiers.MalformedIdentifier:
        return None


def is_dead(public_id: str) -> bool:
    """Return whether a `sub_…` id existed and was erased."""
    return DeadId.objects.filter(digest=dead_digest(public_id)).exists()


def dead_digest(public_id: str) -> bytes:
    """Return the digest under which a `sub_…` id is remembered once it was erased."""
    return tokens.dead_digest(keys.purpose_key("dead-id"), public_id)


def person(subject_key: int) -> Person:
    """
    Return what is known of a subject.

    :raises SubjectUnknown: when there is none.
    """
    subject = Subject.objects.filter(subject_key=subject_key).first()
    if subject is None:
        raise SubjectUnknown
    fields = (name for name in Person.__slots__ if name != "has_guardian")
    known = {name: getattr(subject, name) for name in fields}
    return Person(**known, has_guardian=subject.guardian is not None)


def living_in(country: str) -> int:
    """Return how many active subjects a country (ISO 3166-1) has."""
    return Subject.objects.filter(country=country, life=Life.ACTIVE).count()


Wrapped = tuple[str, str, int]  # a subject's secret in hex, for whom, under which master key
# As JSON within a larger statement; NULL when it was destroyed.
WRAPPED = """(SELECT json_build_array(encode(wrapped, 'hex'), wrapped_for, key_version)
    FROM pseudonymize_subjectsecret WHERE subject_id = {key})"""


def told_secret(subject_key: int, told: Wrapped | None) -> sealing.Key:
    """
    Return the secret of an active subject, as `WRAPPED` told it.

    :raises SubjectErased, SubjectBlocked: as `secret`.
    """
    if told is None:
        raise SubjectErased
    wrapped, role, version = told
    if role != "service":
        raise SubjectBlocked
    return keys.unwrap(bytes.fromhex(wrapped), subject_key=subject_key, role=role, version=version)


def secret(subject_key: int) -> sealing.Key:
    """
    Return the secret of an active subject.

    :raises SubjectErased: when it was destroyed, or never was.
    :raises SubjectBlocked: when only the legal role may have it.
    """
    row = SubjectSecret.objects.filter(subject_id=subject_key).first()
    if row is None:
        raise SubjectErased
    return opened(row, role="service")


def opened(row: SubjectSecret, *, role: str) -> sealing.Key:
    """
    Return the secret in `row` for `role` (service, legal).

    :raises SubjectBlocked: when it is wrapped for the legal role and `role` is another.
    """
    if row.wrapped_for != role:
        raise SubjectBlocked
    return keys.unwrap(
        bytes(row.wrapped), subject_key=row.subject_id, role=role, version=row.key_version
    )


def sealing_key(subject_secret: sealing.Key) -> sealing.Key:
    """Return the key under which a subject's values are sealed; pseudonyms come from another."""
    return sealing.derive(subject_secret, "seal")


def unseal(subject_key: int, sealed: bytes, label: str) -> bytes:
    """
    Return what `operations.seal` sealed for this subject under `label`.

    :raises SubjectErased: after erasure nothing opens any more.
    :raises SubjectBlocked: while the data are blocked.
    :raises SealBroken: another subject, another label, or changed bytes.
    """
    return sealing.unseal(sealing_key(secret(subject_key)), sealed, label=label.encode())


def unsealer(subject_key: int, told: Wrapped | None) -> Callable[[bytes, str], bytes]:
    """
    Return what opens many values of one subject, each as `unseal` does, by their `told` secret.

    :raises SubjectErased, SubjectBlocked: as `unseal`, before anything is opened.
    """
    opened = sealing.opener(sealing_key(told_secret(subject_key, told)))
    return lambda sealed, label: opened(sealed, sealing.bound_to(label.encode()))


def public_id(subject_key: int) -> str:
    """
    Return the subject's `sub_…` id.

    :raises SubjectErased: when it is gone.
    :raises SubjectBlocked: while the data are blocked.
    """
    found = public_ids([subject_key])
    if subject_key not in found:
        raise SubjectErased
    return found[subject_key]


def public_ids(subject_keys: Collection[int]) -> dict[int, str]:
    """
    Return the `sub_…` ids of many subjects in one read; erased ones are left out.

    :raises SubjectBlocked: when one of them is blocked.
    """
    rows = Identifier.objects.filter(subject_id__in=subject_keys, kind=Kind.PUBLIC)
    return {row.subject_id: value_of(row) for row in rows.select_related("subject__secret")}


def identifiers_of(subject_keys: Collection[int], kind: str) -> dict[int, str]:
    """
    Return the newest identifier of a kind (`public` for the `sub_…` id) of each active subject.

    One read for all. Blocked, erased and unknown subjects, and who has none, are left out.
    """
    rows = Identifier.objects.filter(subject_id__in=subject_keys, kind=kind)
    active = rows.filter(subject__life=Life.ACTIVE).select_related("subject__secret")
    return {row.subject_id: value_of(row) for row in active.order_by("pk")}


def contact(subject_key: int, kind: str) -> str | None:
    """
    Return the subject's newest e-mail or phone, to write to them and for nothing else.

    None when they have none, and when their data are blocked or erased.
    """
    rows = Identifier.objects.filter(subject_id=subject_key, kind=kind)
    active = rows.filter(subject__life=Life.ACTIVE).select_related("subject__secret")
    row = active.order_by("-pk").first()
    return value_of(row) if row else None


def every_identifier(subject_key: int) -> list[tuple[str, str]]:
    """
    Return all (type, value) of an active subject, for their own copy of their data (GDPR art. 15).

    :raises SubjectBlocked: while the data are blocked.
    """
    rows = Identifier.objects.filter(subject_id=subject_key).select_related("subject__secret")
    return [(row.kind, value_of(row)) for row in rows.order_by("pk")]


def kinds_of(subject_key: int) -> list[str]:
    """Return the kinds of identifiers that are on record for a subject in any state."""
    rows = Identifier.objects.filter(subject_id=subject_key).order_by("kind")
    return list(rows.values_list("kind", flat=True))


def digests_of(subject_key: int) -> list[bytes]:
    """Return the lookup digests of a subject's identifiers, whatever its state."""
    rows = Identifier.objects.filter(subject_id=subject_key).order_by("pk")
    return [bytes(digest) for digest in rows.values_list("digest", flat=True)]


def guardian(subject_key: int) -> Guardian | None:
    """Return the contact of a minor's guardian, to write to them and for nothing else."""
    row = Subject.objects.filter(subject_key=subject_key, life=Life.ACTIVE).first()
    if row is None or row.guardian is None:
        return None
    return Guardian(**json.loads(unseal(subject_key, bytes(row.guardian), "guardian")))


def value_of(row: Identifier) -> str:
    """Return the identifier in `row`, whose subject and secret were read with it."""
    key = sealing_key(opened(row.subject.secret, role="service"))
    return sealing.unseal(key, bytes(row.sealed), label=identifier_label(row.kind)).decode()


def identifier_label(kind: str) -> bytes:
    """Return the label under which identifiers of a kind are sealed."""
    return f"identifier {kind}".encode()


def is_suppressed(channel: str, kind: str, value: str, *, country: str | None = None) -> bool:
    """Return whether an address is on the list of those not to be addressed on `channel`."""
    normalised = identifiers.normalise(kind, value, country=country)
    key = keys.purpose_key("suppression")
    digest = tokens.suppression_digest(key, channel, kind, normalised)
    return Suppression.objects.filter(channel=channel, digest=digest).exists()

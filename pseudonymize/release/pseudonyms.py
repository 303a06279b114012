"""Pseudonyms of many subjects towards one recipient and purpose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from audit import operations as audit
from pseudonymize import identifiers, keys, queries, sealing, tokens
from pseudonymize.models import DeadId, Kind
from pseudonymize.release.epochs import epoch_on


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """What was made: `made` is in the order asked, a pseudonym or the code of a refusal each."""

    epoch: str
    valid_until: date
    made: list[str]


_MALFORMED, _UNKNOWN, _ERASED = "identifier_malformed", "subject_unknown", "subject_erased"
REFUSALS = frozenset({_MALFORMED, _UNKNOWN, _ERASED, "identifier_shared", "data_blocked"})


def make(
    ids: Sequence[str], *, scope: str, at: datetime, id_type: str = "external_id", actor: str
) -> Pseudonyms:
    """
    Return the pseudonyms of `ids` towards `scope` in the epoch of `at`; leaves one audit entry.

    A `sub_…` id is accepted whatever `id_type` says. An id that cannot be served has one of
    `REFUSALS` in its place.

    :raises ScopeMalformed: unless `scope` is recipient/purpose.
    """
    epoch, last_day = epoch_on(scope, at.date())
    found = secrets_of(ids, id_type=id_type)
    made = [
        one if isinstance(one, str) else tokens.pseudonym(one, scope=scope, epoch=epoch)
        for one in found
    ]
    count = sum(not isinstance(one, str) for one in found)
    details = {"scope": scope, "epoch": epoch, "asked": len(ids), "made": count}
    audit.record("pseudonyms.made", actor=actor, at=at, details=details)
    return Pseudonyms(epoch, last_day, made)


def secrets_of(ids: Sequence[str], *, id_type: str) -> list[sealing.Key | str]:
    """Return the secret of each id's subject, in order, or the code of a refusal."""
    key = keys.purpose_key("lookup")
    digests = [_digest(key, one, id_type) for one in ids]
    holders: dict[bytes, list[_Wrapped]] = {}
    for row in _holders([digest for digest in digests if digest]):
        holders.setdefault(bytes(row.digest), []).append(row)
    found = [_secret(holders.get(digest, [])) if digest else _MALFORMED for digest in digests]
    dead = _dead([one for one, what in zip(ids, found, strict=True) if what == _UNKNOWN])
    return [_ERASED if one in dead else what for one, what in zip(ids, found, strict=True)]


class _Wrapped(NamedTuple):
    digest: bytes
    subject_key: int
    wrapped: bytes
    wrapped_for: str
    version: int


def _digest(key: sealing.Key, value: str, id_type: str) -> bytes | None:
    kind = Kind.PUBLIC.value if value.startswith("sub_") else id_type
    try:
        return tokens.lookup_digest(key, kind, identifiers.normalise(kind, value))
    except identifiers.MalformedIdentifier:
        return None


def _holders(digests: Sequence[bytes]) -> Iterator[_Wrapped]:
    # An array, where the ORM would write thousands of parameters that cost more than the answer.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.digest, i.subject_id, s.wrapped, s.wrapped_for, s.key_version"
            " FROM pseudonymize_identifier i"
            " JOIN pseudonymize_subjectsecret s ON s.subject_id = i.subject_id"
            " WHERE i.digest = ANY(%s)",
            [list(digests)],
        )
        yield from map(_Wrapped._make, cursor)


def _secret(rows: Sequence[_Wrapped]) -> sealing.Key | str:
    if not rows:
        return _UNKNOWN
    if len(rows) > 1:
        return "identifier_shared"
    (row,) = rows
    if row.wrapped_for != "service":
        return queries.SubjectBlocked.code
    return keys.unwrap(
        bytes(row.wrapped), subject_key=row.subject_key, role="service", version=row.version
    )


def _dead(ids: Sequence[str]) -> set[str]:
    key = keys.purpose_key("dead-id")
    digests = {tokens.dead_digest(key, one): one for one in ids}
    rows = DeadId.objects.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return {digests[bytes(row)] for row in rows}

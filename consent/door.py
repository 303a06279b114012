"""
What the address of acts makes of bodies, ahead of Django's own machinery: `config.acting`.

Acts that wait at the same moment are one group: one statement reads for all, one writes for all,
and nothing is held in between. Whoever was overtaken, or meets anything that is not as usual, is
left to the view, which serves him under the subject's lock. Whether a retry was answered shows when
its answer is kept: the first one has taken the place.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import psycopg
from django.db import DatabaseError, Error, OperationalError

from audit import keys, prepared
from audit import operations as audit
from audit import queries as callers
from consent import additions, answers, confirmations, forms, keeping, queries, writing
from consent.act import NewAct
from consent.additions import Addition
from consent.intake import ActRefused, drafted
from consent.queries import Offer
from consent.writing import Reply
from pseudonymize import queries as subjects

SCOPE = "consents:write"

_READ = """SELECT json_build_object('offer', ({}),
    'key', (SELECT to_json(k) FROM audit_service_key k WHERE k.kid = $4),
    'people', (SELECT json_agg(json_build_object(
            'place', asked.place, 'subject_key', p.subject_key, 'life', p.life, {}))
        FROM unnest($1::integer[], $2::bytea[], $3::text[]) AS asked (place, digest, purpose)
        JOIN LATERAL (SELECT subject_key, life FROM pseudonymize_person
            WHERE digest = asked.digest AND identifier_type = 'public' LIMIT 2) p ON true))
""".format(  # noqa: S608  our own parts
    queries.OFFERED, keeping.PARTS.format(key="p.subject_key", purposes="ARRAY[asked.purpose]")
)


class Refused(Exception):
    """Not to be answered here. The view tells why, or does it."""


class Unsure(enum.Enum):
    """The database went away while it wrote. Whether it did is not known; nobody may try again."""

    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Retry:
    """By what a repeated request is known: its key, and a digest of all it says."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A body that tells an act, and of whom."""

    body: bytes
    public_id: str
    retry: Retry | None = None


class _Person(keeping.Told):
    """One of those asked for, as `_READ` tells them."""

    place: int = 0
    life: str = ""


class _Told(msgspec.Struct):
    """`_READ` as it is read."""

    offer: str | None
    key: msgspec.Raw
    people: list[_Person] | None


@dataclass(frozen=True, slots=True)
class _Ready:
    """An act that needs only to be written, and what it is answered then."""

    addition: Addition
    receipt: bytes
    reply: Reply | None = None


def record_all(
    asked: Sequence[Asked], *, authorization: str, at: datetime
) -> list[bytes | Unsure | None]:
    """
    Record the acts that bodies tell, durably; return the signed receipt of each, in their order.

    None in its place: it was not recorded, and must be asked alone. So must the second of two acts
    of the same person.

    :raises Exception: nothing was recorded; asked alone, each is told why.
    """
    presented = _presented(authorization)
    acts = _usual(asked)
    told = _told({place: (asked[place].public_id, act) for place, act in acts.items()}, presented)
    _admit(presented, bytes(told.key), at)
    offer, caller = queries.offer(told.offer), f"key:{presented.kid}"
    added = {
        place: _added(acts[place], person, caller=caller, at=at, offer=offer)
        for place, person in _active(told.people or ()).items()
    }
    found = {place: addition for place, addition in added.items() if addition}
    additions.settle(list(found.values()))
    ready = {
        place: _ready(addition, asked[place].retry, kid=presented.kid, offer=offer)
        for place, addition in found.items()
    }
    answered = _written(list(ready.values()))
    keys_of = {place: one.addition.subject_key for place, one in ready.items()}
    return [answered.get(keys_of.get(place, 0)) for place in range(len(asked))]


def _presented(authorization: str) -> keys.ServiceKey:
    scheme, _, text = authorization.partition(" ")
    presented = keys.parse(text.strip()) if scheme.lower() == "bearer" else None
    if presented is None:
        raise Refused
    return presented


def _usual(asked: Sequence[Asked]) -> dict[int, NewAct]:
    """Return the acts that have the usual form, by place; of each person only one."""
    found: dict[str, tuple[int, NewAct]] = {}
    for place, one in enumerate(asked):
        if one.public_id in found:
            continue
        try:
            found[one.public_id] = place, forms.act(one.body)
        except forms.Unusual:
            continue
    return dict(found.values())


def _told(named: Mapping[int, tuple[str, NewAct]], presented: keys.ServiceKey) -> _Told:
    if not named:
        raise Refused
    key = subjects.lookup_key()
    digests = [
        subjects.lookup_digest("public", public_id, key=key) for public_id, _ in named.values()
    ]
    values = [
        prepared.array(b"%d" % place for place in named),
        prepared.array(b"\\x" + digest.hex().encode() for digest in digests),
        prepared.array(prepared.text(act.purpose) for _, act in named.values()),
        prepared.text(presented.kid),
    ]
    [(found,)] = prepared.run(_READ, values)
    return msgspec.json.decode(found or b"", type=_Told)


def _admit(presented: keys.ServiceKey, stored: bytes, at: datetime) -> None:
    caller = callers.recognised(presented, None if stored == b"null" else stored)
    if caller is None or not caller.may(SCOPE):
        raise Refused
    audit.note_use(caller.kid, last_used_at=caller.last_used_at, at=at)


def _active(people: Iterable[_Person]) -> dict[int, _Person]:
    return {person.place: person for person in people if person.life == "active"}


def _added(
    act: NewAct, person: _Person, *, caller: str, at: datetime, offer: Offer
) -> Addition | None:
    subject_key = person.subject_key or 0
    try:
        draft = drafted(act, subject_key, caller=caller, at=at, offer=offer)
        return additions.add(person.of(subject_key), [draft])
    except (ActRefused, subjects.SubjectErased, subjects.SubjectBlocked):
        return None


def _ready(addition: Addition, retry: Retry | None, *, kid: str, offer: Offer) -> _Ready:
    [draft] = addition.drafts
    draft.mail = confirmations.is_due(draft, addition.standings.get(draft.row["purpose"]), offer)
    receipt, at = answers.receipt_of(draft, offer), draft.row["recorded_at"]
    if retry is None:
        return _Ready(addition, receipt)
    reply = Reply(addition.subject_key, kid, retry.key, retry.fingerprint, receipt, at)
    return _Ready(addition, receipt, reply)


def _written(ready: Sequence[_Ready]) -> Mapping[int, bytes | Unsure]:
    """Write what is ready; return what each subject's act is answered, if it was written."""
    if not ready:
        return {}
    replies = [one.reply for one in ready if one.reply]
    try:
        written = writing.write_first([one.addition for one in ready], replies)
    except Error as fault:
        if not _is_undone(fault):
            return {one.addition.subject_key: Unsure.UNSURE for one in ready}
        half = len(ready) // 2  # one that cannot be written must not spoil it for the others
        return {**_written(ready[:half]), **_written(ready[half:])} if half else {}
    return {key: one.receipt for one in ready if (key := one.addition.subject_key) in written}


def _is_undone(fault: Exception) -> bool:
    """Whether the database is still there and has said that it wrote nothing."""
    told = isinstance(fault, DatabaseError) and not isinstance(fault, OperationalError)
    return told or isinstance(fault.__cause__, psycopg.errors.DeadlockDetected)
